import RecoveryCrypto

/// Takes records from the middle of a log in their order, and shows each to the checks that need no more of the log
/// than where its epoch began (§13.8).
struct PartWalk<Source: BundleSource>: ~Copyable {
    private let tiles: SignedTiles<Source>
    private var chain: ChainChecks
    private var epochs: EpochChecks
    private var staff: StaffChecks
    private(set) var roots: RootChecks
    private(set) var next: UInt64

    /// - Parameter start: The record that opens the epoch of the first record that is wanted.
    init(
        from start: UInt64,
        _ contents: BundleContents,
        tiles: SignedTiles<Source>,
        auditor: AuditorKey?,
        notes: NoteChecks
    ) {
        let log = contents.log
        self.tiles = tiles
        next = start
        chain = ChainChecks(log: log)
        epochs = EpochChecks(
            unlocking: log.map { EpochUnlocking(logID: $0.logID, keys: contents.epochKeys, auditor: auditor) }
        )
        staff = StaffChecks(origin: log?.origin, knowsAllKeys: start == 0)
        roots = RootChecks(origin: log?.origin, notes: notes, timeStamps: contents.timeStamps)
    }

    var checkedMACs: UInt64 { epochs.checkedMACs }
    var hasStatements: Bool { staff.hasStatements }

    /// Takes the record before the first one, which is not judged but for its hash: what follows refers to it.
    mutating func begin(after prepared: PreparedRecord, _ findings: inout Findings) {
        checkLeaf(prepared, at: next - 1, &findings)
        guard case .success(let read) = prepared.record else { return }
        chain.continue(after: read)
        epochs.continue(after: read)
    }

    mutating func accept(_ prepared: PreparedRecord, _ findings: inout Findings) {
        checkLeaf(prepared, at: next, &findings)
        switch prepared.record {
        case .success(let read):
            chain.check(read, &findings)
            epochs.check(read, &findings)
            if read.payload == nil {
                findings.add(.nonCanonicalPayload, seq: next)
            } else if !read.isWellFormed {
                findings.add(.payloadSchema, seq: next)
            }
            roots.check(read, in: tiles, &findings)
            _ = staff.check(read, &findings)
            if read.payload(of: .prune) != nil { findings.add(.pruneUnsupported, seq: next) }
        case .failure(let error):
            findings.add(error.code, seq: next)
            chain.skipRecord()
            epochs.skipRecord()
            staff.skipRecord()
        }
        next += 1
    }

    /// Whatever else is right about a record, it must be the one that was signed. A tile that leads nowhere is reported
    /// by itself.
    private func checkLeaf(_ prepared: PreparedRecord, at index: UInt64, _ findings: inout Findings) {
        if let leaf = tiles.leaf(at: index), leaf != prepared.leaf { findings.add(.leafMismatch, seq: index) }
    }
}
