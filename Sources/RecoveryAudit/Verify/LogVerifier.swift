import RecoveryCrypto

/// Checks everything there is to check about an exported bundle, and always ends in a verdict
/// (Docs/Specs/audit-log.md §13).
///
/// Every check runs whatever others found. There is no way to run half of them, because half a verification that says
/// OK would be taken for a whole one.
public struct LogVerifier: Sendable {
    // In bytes: a note, its proof, and whatever `extra` may hold.
    private static let largestReceipt: UInt64 = 1 << 20

    private let options: VerificationOptions

    public init(_ options: VerificationOptions) {
        self.options = options
    }

    /// Reads `bundle` and judges it.
    public func verify(_ bundle: some BundleSource) -> Verdict {
        verification(of: bundle).verdict
    }

    /// Reads `bundle` and judges it. The head comes with it if the log is intact, to be remembered.
    public func verification(of bundle: some BundleSource) -> (verdict: Verdict, head: VerifiedHead?) {
        var findings = Findings()
        var folder = BundleFolder(bundle, &findings)
        let contents = BundleContents(reading: &folder, options, &findings)
        let notes = NoteChecks(logKey: contents.logKey, policy: contents.policy, now: options.now)
        let checkpoints = BundleCheckpoints(reading: &folder, notes, &findings)
        let files = folder.tree("tile", &findings)

        var walk = RecordWalk(contents, auditor: options.auditor, notes: notes)
        var bundles = EntryBundles(folder, files: files)
        while let entries = bundles.next(&findings) {
            for entry in entries { walk.accept(entry, &findings) }
        }

        let size = walk.size
        let signedSize = checkpoints.current?.size
        if size == 0 { findings.add(.entriesMissing) }
        if let signedSize, size > signedSize { findings.add(.entriesBeyondCheckpoint, size: size) }
        contents.manifest?.check(log: contents.log, size: signedSize, &findings)
        walk.finish(&findings)
        if signedSize == size { TileChecks(folder: folder, files: files, tree: walk.tree).check(&findings) }

        var heads = HeadChecks(tree: walk.tree, notes: notes, anchored: walk.roots.anchored)
        for checkpoint in checkpoints.all { heads.check(checkpoint, &findings) }
        for (name, byteCount) in folder.files(in: "proofs", &findings) {
            guard byteCount <= Self.largestReceipt else {
                findings.add(.proofMalformed, name.printable)
                continue
            }
            guard let bytes = folder.bytes(of: "proofs/" + name, &findings) else { continue }
            heads.check(receipt: bytes, named: name, &findings)
        }
        let remembered = contents.logKey.flatMap { options.state.note(for: $0) }
        for head in options.heads + [remembered].compactMap(\.self) { heads.check(head: head, &findings) }

        let evidence = Evidence(
            size: size,
            anchored: heads.anchored,
            origin: contents.log?.origin.text,
            hasStatements: walk.hasStatements,
            macs: walk.checkedMACs == 0 ? .none : walk.checkedMACs == size ? .checked : .partial,
            privates: walk.privates.extent
        )
        reportWhatIsMissing(evidence, hasKeys: !contents.epochKeys.isEmpty || options.auditor != nil, &findings)

        let verdict = Verdict(findings, evidence)
        guard verdict.outcome == .intact, let logKey = contents.logKey, let current = checkpoints.current else {
            return (verdict, nil)
        }
        return (verdict, VerifiedHead(logKey: logKey, note: current.note.bytes))
    }

    /// What was not there to be checked. By itself that is no fault, unless the auditor insists.
    private func reportWhatIsMissing(_ evidence: Evidence, hasKeys: Bool, _ findings: inout Findings) {
        if evidence.anchored < evidence.size {
            findings.add(
                evidence.anchored == 0 ? .unanchored : .tailUnanchored,
                size: evidence.anchored,
                severity: options.requiresAnchor ? .incomplete : .warning
            )
        }
        if !hasKeys { findings.add(.macsNotChecked, severity: options.requiresMACs ? .unverifiable : .info) }
        if evidence.privates != .complete {
            findings.add(.privateNotChecked, severity: options.requiresPrivate ? .unverifiable : .info)
        }
    }
}
