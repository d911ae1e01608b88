import RecoveryCrypto

/// Takes the records of a log in their order, and shows each to every check (§13.3). No check switches another off,
/// except that a record without a frame is nothing but a leaf and a step of the ratchet.
struct RecordWalk: ~Copyable {
    private var chain: ChainChecks
    private var epochs: EpochChecks
    private var staff: StaffChecks
    private var approvals = ApprovalChecks()
    private var cases = CaseChecks()
    private var index: IndexChecks
    private(set) var roots: RootChecks
    private(set) var privates: PrivateChecks
    private(set) var tree = GrownTree()

    init(_ contents: BundleContents, auditor: AuditorKey?, notes: NoteChecks) {
        let log = contents.log
        chain = ChainChecks(log: log)
        epochs = EpochChecks(
            unlocking: log.map { EpochUnlocking(logID: $0.logID, keys: contents.epochKeys, auditor: auditor) }
        )
        staff = StaffChecks(origin: log?.origin)
        roots = RootChecks(origin: log?.origin, notes: notes)
        index = contents.index
        privates = contents.privates
    }

    var size: UInt64 { tree.size }
    var checkedMACs: UInt64 { epochs.checkedMACs }
    var hasStatements: Bool { staff.hasStatements }

    mutating func accept(_ entry: [UInt8], _ findings: inout Findings) {
        let position = tree.size
        do {
            check(ReadRecord(try AuditRecord(parsing: entry), at: position), &findings)
        } catch {
            findings.add(error.code, seq: position)
            chain.skipRecord()
            epochs.skipRecord()
            staff.skipRecord()
        }
        tree.append(TreeHash.leaf(of: entry.span))
    }

    /// Reports what lies beside the records and belongs to none of them.
    mutating func finish(_ findings: inout Findings) {
        index.finish(size: size, &findings)
        privates.finish(&findings)
    }

    private mutating func check(_ read: ReadRecord, _ findings: inout Findings) {
        chain.check(read, &findings)
        epochs.check(read, &findings)
        if read.payload == nil {
            findings.add(.nonCanonicalPayload, seq: read.index)
        } else if !read.isWellFormed {
            findings.add(.payloadSchema, seq: read.index)
        }
        roots.check(read, after: tree, &findings)
        let proven = staff.check(read, &findings)
        approvals.check(read, proven, &findings)
        privates.check(read, &findings)
        cases.check(read, &findings)
        if read.payload(of: .prune) != nil { findings.add(.pruneUnsupported, seq: read.index) }
        index.check(read, &findings)
    }
}

extension RecordError {
    fileprivate var code: FindingCode {
        switch self {
        case .frameLength: .frameLength
        case .badMagicOrSuite: .badMagicOrSuite
        }
    }
}
