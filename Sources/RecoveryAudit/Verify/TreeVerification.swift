import RecoveryCrypto

/// Judges the public layer of a log alone: that its hash tiles are whole and lead to what was signed (§13.8). No record
/// is read, so nothing is said of what is in them.
struct TreeVerification<Source: BundleSource> {
    let source: Source
    let options: VerificationOptions

    func run() -> (verdict: Verdict, head: VerifiedHead?) {
        var findings = Findings()
        let folder = BundleFolder(source, &findings)
        let contents = BundleContents(reading: folder, options, &findings)
        let notes = NoteChecks(logKey: contents.logKey, policy: contents.policy, now: options.now)
        let checkpoints = BundleCheckpoints(reading: folder, notes, &findings)
        findings.add(.partOnly, "hash tiles and checkpoints; no record was read")
        guard let checkpoint = checkpoints.current else {
            return (Verdict(findings, Evidence(origin: contents.log?.origin.text, trusted: 0)), nil)
        }
        contents.manifest?.check(log: contents.log, size: checkpoint.size, &findings)
        let tiles = SignedTiles(folder, size: checkpoint.size, root: checkpoint.root)
        for position in Tiles.positions(size: checkpoint.size) {
            _ = tiles.hashes(level: position.level, index: position.index)
        }
        folder.forEachFile(below: "tile", &findings) { path, _, findings in
            if Tiles.file(at: path, ofSize: checkpoint.size) == nil { findings.add(.tileExtra, path.printable) }
        }
        var heads = HeadChecks(tree: tiles, notes: notes, anchored: 0)
        checkpoints.forEach(&findings) { heads.check($0, &$1) }
        heads.check(receiptsIn: folder, &findings)
        heads.check(headsOf: options, contents.logKey, &findings)
        var timeStamps = contents.timeStamps
        timeStamps.check(contents.anchors, in: folder, tiles, upTo: checkpoint.size, &findings)
        tiles.report(to: &findings)

        let evidence = Evidence(
            size: checkpoint.size,
            anchored: heads.anchored,
            timeStamped: timeStamps.newest,
            origin: contents.log?.origin.text
        )
        findings.addGaps(evidence, of: checkpoint.size, hasKeys: false, options)
        let verdict = Verdict(findings, evidence)
        guard verdict.outcome == .intact, let logKey = contents.logKey else { return (verdict, nil) }
        return (verdict, VerifiedHead(logKey: logKey, note: checkpoint.note.bytes))
    }
}

extension Findings {
    /// Adds what was not there to be checked. By itself that is no fault, unless the auditor insists.
    ///
    /// - Parameter size: How many leading records somebody outside should vouch for.
    mutating func addGaps(_ evidence: Evidence, of size: UInt64, hasKeys: Bool, _ options: VerificationOptions) {
        if evidence.anchored < size {
            add(
                evidence.anchored == 0 ? .unanchored : .tailUnanchored,
                size: evidence.anchored,
                severity: options.requiresAnchor ? .incomplete : .warning
            )
        }
        if !hasKeys { add(.macsNotChecked, severity: options.requiresMACs ? .unverifiable : .info) }
        if evidence.privates != .complete {
            add(.privateNotChecked, severity: options.requiresPrivate ? .unverifiable : .info)
        }
    }
}
