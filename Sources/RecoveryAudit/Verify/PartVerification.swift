import RecoveryCrypto

/// Why a part of a log cannot be judged. Nothing was found out about the log.
public enum PartError: Error, Sendable, Hashable {
    /// There are only so many records, by the checkpoint.
    case beyondTheLog(size: UInt64)
    /// Nothing says how many records there are: the checkpoint is not valid.
    case noCheckpoint(Verdict)
}

/// Judges some records of a bundle, and that they are in the tree that was signed, at a cost that depends on how many
/// they are and not on how many there are (§13.8).
///
/// What the verdict says of these records holds for them. It does not say that the others are right, and names what a
/// part cannot show.
struct PartVerification<Source: BundleSource> {
    let source: Source
    let options: VerificationOptions
    let range: Range<UInt64>

    func run(progress: (UInt64, UInt64?) -> Void) throws(PartError) -> Verdict {
        var findings = Findings()
        let folder = BundleFolder(source, &findings)
        let contents = BundleContents(reading: folder, options, judgesRows: false, &findings)
        let notes = NoteChecks(logKey: contents.logKey, policy: contents.policy, now: options.now)
        let checkpoints = BundleCheckpoints(reading: folder, notes, &findings)
        guard let checkpoint = checkpoints.current else {
            throw .noCheckpoint(Verdict(findings, Evidence(origin: contents.log?.origin.text, trusted: 0)))
        }
        contents.manifest?.check(log: contents.log, size: checkpoint.size, &findings)
        // Nothing new since a head that was kept is an answer; a range of records that do not exist is a mistake.
        guard range.lowerBound < checkpoint.size || range.upperBound == .max else {
            throw .beyondTheLog(size: checkpoint.size)
        }
        let wanted = range.clamped(to: 0..<checkpoint.size)

        let tiles = SignedTiles(folder, size: checkpoint.size, root: checkpoint.root)
        let start = wanted.isEmpty ? wanted.lowerBound : opening(of: wanted.lowerBound, in: folder)
        var walk = PartWalk(from: start, contents, tiles: tiles, auditor: options.auditor, notes: notes)
        read(wanted, from: start, in: folder, &walk, &findings, progress)

        var heads = HeadChecks(tree: tiles, notes: notes, anchored: walk.roots.anchored)
        heads.check(checkpoint, &findings)
        heads.check(headsOf: options, contents.logKey, &findings)
        tiles.report(to: &findings)
        let judged = wanted.isEmpty ? "no record" : "records \(wanted.lowerBound) to \(wanted.upperBound - 1)"
        let strangers = start == 0 ? "" : ", statements with keys that were added before"
        findings.add(
            .partOnly,
            """
            \(judged) of \(checkpoint.size); not judged are the others\(strangers), approvals, counts of cases, index, \
            private values and older checkpoints
            """
        )
        // To trust a record is to trust all before it: that is known from the beginning, or from an earlier run.
        let isContinued = wanted.lowerBound == 0 || heads.kept >= wanted.lowerBound
        let read = walk.next - start
        let evidence = Evidence(
            size: checkpoint.size,
            anchored: heads.anchored,
            timeStamped: walk.roots.timeStamps.newest,
            origin: contents.log?.origin.text,
            hasStatements: walk.hasStatements,
            macs: walk.checkedMACs == 0 ? .none : walk.checkedMACs == read ? .checked : .partial,
            trusted: isContinued ? min(findings.firstBadSeq ?? wanted.upperBound, wanted.upperBound) : 0
        )
        let hasKeys = !contents.epochKeys.isEmpty || options.auditor != nil
        findings.addGaps(evidence, of: wanted.upperBound, hasKeys: hasKeys, options)
        return Verdict(findings, evidence)
    }

    /// The record that opens the epoch of this one, by what it says itself; if that is not so, its own checks say so.
    private func opening(of index: UInt64, in folder: BundleFolder<Source>) -> UInt64 {
        var files = EntryFiles(folder, from: index / Tiles.width)
        guard let entries = files.next()?.entries(from: source).entries, case let offset = Int(index % Tiles.width),
            offset < entries.count, let record = try? AuditRecord(parsing: entries[offset]),
            UInt64(record.step) <= index
        else { return index }
        return index - UInt64(record.step)
    }

    private func read(
        _ wanted: Range<UInt64>,
        from start: UInt64,
        in folder: BundleFolder<Source>,
        _ walk: inout PartWalk<Source>,
        _ findings: inout Findings,
        _ progress: (UInt64, UInt64?) -> Void
    ) {
        let before = start == 0 ? 0 : start - 1
        var files = EntryFiles(folder, from: before / Tiles.width)
        while walk.next < wanted.upperBound, let file = files.next() {
            let prepared = PreparedFile(reading: file, from: source)
            for (position, record) in zip(file.first..., prepared.records) where position < wanted.upperBound {
                if position + 1 == start { walk.begin(after: record, &findings) }
                if position >= start { walk.accept(record, &findings) }
            }
            guard prepared.check(&findings) else { break }
            progress(walk.next - start, wanted.upperBound - start)
        }
        if walk.next < wanted.upperBound {
            findings.add(.entriesMissing, "from record \(walk.next) on")
        }
    }
}
