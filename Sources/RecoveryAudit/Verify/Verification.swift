import RecoveryCrypto

/// One run over one bundle: what was read so far, and what was found (§13).
struct Verification<Source: BundleSource>: ~Copyable {
    private let options: VerificationOptions
    private let folder: BundleFolder<Source>
    private let contents: BundleContents
    private let notes: NoteChecks
    private let checkpoints: BundleCheckpoints<Source>
    private var findings: Findings
    private var walk: RecordWalk<Source>
    private var entryFiles: UInt64 = 0

    /// Reads what lies beside the entries.
    init(of source: Source, _ options: VerificationOptions) {
        var findings = Findings()
        folder = BundleFolder(source, &findings)
        contents = BundleContents(reading: folder, options, &findings)
        notes = NoteChecks(logKey: contents.logKey, policy: contents.policy, now: options.now)
        checkpoints = BundleCheckpoints(reading: folder, notes, &findings)
        walk = RecordWalk(contents, folder, auditor: options.auditor, notes: notes)
        self.options = options
        self.findings = findings
    }

    /// Where the entries lie.
    var files: EntryFiles<Source> { EntryFiles(folder) }

    /// Records that were read.
    var size: UInt64 { walk.size }

    /// Records that there should be; `nil` if nobody signed for a number.
    var signedSize: UInt64? { checkpoints.current?.size }

    /// Takes the next file of entries. Returns whether another may follow.
    mutating func accept(_ file: PreparedFile) -> Bool {
        entryFiles += 1
        walk.accept(file, &findings)
        return file.check(&findings)
    }

    /// Judges what can be judged only now that all was read. The head comes with the verdict if the log is intact, to
    /// be remembered.
    consuming func finish() -> (verdict: Verdict, head: VerifiedHead?) {
        if size == 0 { findings.add(.entriesMissing) }
        if let signedSize, size > signedSize { findings.add(.entriesBeyondCheckpoint, size: size) }
        contents.manifest?.check(log: contents.log, size: signedSize, &findings)
        walk.finish(&findings)
        checkTiles()

        var heads = HeadChecks(tree: walk.tree, notes: notes, anchored: walk.roots.anchored)
        checkpoints.forEach(&findings) { heads.check($0, &$1) }
        heads.check(receiptsIn: folder, &findings)
        heads.check(headsOf: options, contents.logKey, &findings)

        var timeStamps = walk.roots.timeStamps
        timeStamps.check(contents.anchors, in: folder, walk.tree, upTo: signedSize ?? size, &findings)

        let evidence = Evidence(
            size: size,
            anchored: heads.anchored,
            timeStamped: timeStamps.newest,
            origin: contents.log?.origin.text,
            hasStatements: walk.hasStatements,
            macs: walk.checkedMACs == 0 ? .none : walk.checkedMACs == size ? .checked : .partial,
            privates: walk.privates.extent
        )
        let hasKeys = !contents.epochKeys.isEmpty || options.auditor != nil
        findings.addGaps(evidence, of: size, hasKeys: hasKeys, options)

        let verdict = Verdict(findings, evidence)
        guard verdict.outcome == .intact, let logKey = contents.logKey, let current = checkpoints.current else {
            return (verdict, nil)
        }
        return (verdict, VerifiedHead(logKey: logKey, note: current.note.bytes))
    }

    /// Tiles are those of what was signed, or of nothing that is here. Links among them are wrong in any case.
    private mutating func checkTiles() {
        guard signedSize == size else {
            folder.forEachFile(below: "tile", &findings) { _, _, _ in }
            return
        }
        walk.finishTiles(&findings)
        var tiles = TileChecks(folder, tree: walk.tree)
        tiles.check(entryFiles: entryFiles, &findings)
    }
}
