import RecoveryCrypto

/// Takes the records of a log in their order, and shows each to every check (§13.3). No check switches another off,
/// except that a record without a frame is nothing but a leaf and a step of the ratchet.
struct RecordWalk<Source: BundleSource>: ~Copyable {
    private var chain: ChainChecks
    private var epochs: EpochChecks
    private var staff: StaffChecks
    private var approvals = ApprovalChecks()
    private var cases = CaseChecks()
    private var index: IndexChecks
    private(set) var roots: RootChecks
    private(set) var privates: PrivateChecks
    private(set) var tree: GrownTree
    private let older: OlderLeaves<Source>
    private var tiles: LeafTileChecks<Source>

    init(_ contents: BundleContents, _ folder: BundleFolder<Source>, auditor: AuditorKey?, notes: NoteChecks) {
        let log = contents.log
        let older = OlderLeaves(of: folder.source)
        self.older = older
        tree = GrownTree(olderLeaves: older.leaves(ofTile:))
        tiles = LeafTileChecks(folder)
        chain = ChainChecks(log: log)
        epochs = EpochChecks(
            unlocking: log.map { EpochUnlocking(logID: $0.logID, keys: contents.epochKeys, auditor: auditor) }
        )
        staff = StaffChecks(origin: log?.origin)
        roots = RootChecks(origin: log?.origin, notes: notes, timeStamps: contents.timeStamps)
        index = contents.index
        privates = contents.privates
    }

    var size: UInt64 { tree.size }
    var checkedMACs: UInt64 { epochs.checkedMACs }
    var hasStatements: Bool { staff.hasStatements }

    /// Takes the records of the next file.
    mutating func accept(_ file: PreparedFile, _ findings: inout Findings) {
        older.reached(file.file)
        for record in file.records { accept(record, &findings) }
    }

    private mutating func accept(_ prepared: PreparedRecord, _ findings: inout Findings) {
        switch prepared.record {
        case .success(let read): check(read, &findings)
        case .failure(let error):
            findings.add(error.code, seq: size)
            chain.skipRecord()
            epochs.skipRecord()
            staff.skipRecord()
        }
        let tile = size / Tiles.width
        if let leaves = tree.append(prepared.leaf) { tiles.check(leaves, tile: tile, &findings) }
    }

    /// Reports what lies beside the records and belongs to none of them.
    mutating func finish(_ findings: inout Findings) {
        index.finish(size: size, &findings)
        privates.finish(&findings)
    }

    /// Reports where the hash tiles of leaves are not those of the records, if these are all that were signed.
    mutating func finishTiles(_ findings: inout Findings) {
        if !tree.open.isEmpty { tiles.check(tree.open, tile: size / Tiles.width, &findings) }
        tiles.finish(&findings)
    }

    private mutating func check(_ read: ReadRecord, _ findings: inout Findings) {
        chain.check(read, &findings)
        epochs.check(read, &findings)
        if read.payload == nil {
            findings.add(.nonCanonicalPayload, seq: read.index)
        } else if !read.isWellFormed {
            findings.add(.payloadSchema, seq: read.index)
        }
        roots.check(read, in: tree, &findings)
        let proven = staff.check(read, &findings)
        approvals.check(read, proven, &findings)
        privates.check(read, &findings)
        cases.check(read, &findings)
        if read.payload(of: .prune) != nil { findings.add(.pruneUnsupported, seq: read.index) }
        index.check(read, &findings)
    }
}

extension RecordError {
    var code: FindingCode {
        switch self {
        case .frameLength: .frameLength
        case .badMagicOrSuite: .badMagicOrSuite
        }
    }
}
