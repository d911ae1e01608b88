public import RecoveryCrypto

/// Makes the records of one log, in the one process that owns it (audit-log.md §4, §5, §11).
///
/// It writes nothing itself. A store asks for a record as the last thing in a database transaction, and tells how
/// the transaction ended: after a rollback the writer stands where it stood. A new log, and every start, goes
///
///     openEpoch ─► commit ─► epoch.key replaced ─► acceptRecords ─► append … ─► sealEpoch ─► openEpoch …
///
/// One owner at a time: it has no lock of its own.
public final class LogWriter {
    public let identity: LogIdentity

    var state: ChainState
    /// The states to return to, innermost first.
    private var saved: SavedState?
    /// What was signed last: no tree is signed that does not extend it.
    private(set) var lastSigned: Checkpoint?

    /// Begins a new log.
    public init(identity: LogIdentity) {
        self.identity = identity
        state = ChainState(
            logID: identity.logID,
            phase: .closed(isSealed: true),
            epoch: nil,
            nextCommitment: nil,
            previousMAC: Digest256(),
            time: 0,
            tree: MerkleTree(),
            ratchet: nil
        )
    }

    /// Continues a stored log. ``HeadCheck`` must have found that it extends `lastSigned`.
    public init(
        continuing tail: LogTail,
        identity: LogIdentity,
        lastSigned: Checkpoint? = nil
    ) throws(AuditError) {
        guard tail.last.logID == identity.logID,
            let nextCommitment = [UInt8](hexadecimal: tail.nextCommitment).flatMap({ Digest256($0) })
        else { throw .inconsistentTail }
        if let lastSigned {
            guard lastSigned.size <= tail.tree.size,
                lastSigned.size < tail.tree.size || lastSigned.root == tail.tree.root
            else { throw .signedBeyondLog }
        }
        self.identity = identity
        self.lastSigned = lastSigned
        state = ChainState(
            logID: identity.logID,
            phase: .closed(isSealed: tail.storedEpoch.isSealed),
            epoch: tail.last.epoch,
            nextCommitment: nextCommitment,
            previousMAC: tail.last.mac,
            time: tail.last.timeMicroseconds,
            tree: tail.tree,
            ratchet: nil
        )
    }

    /// The number of records, those of open transactions included.
    public var size: UInt64 { state.tree.size }
    /// The tree of all records, those of open transactions included.
    public var tree: MerkleTree { state.tree }
    /// The newest epoch, if there is a record.
    public var epoch: UInt32? { state.epoch }
    /// How many records the open epoch can still take besides its seal. At 0 it must be sealed.
    public var remainingRecords: UInt32 {
        guard let step = state.ratchet?.step, step < AuditRecord.lastStep else { return 0 }
        return AuditRecord.lastStep - step
    }

    // MARK: Records

    /// Adds an EVENT.
    ///
    /// - Parameters:
    ///   - event: the payload without `priv`, which is made of `privates`.
    ///   - now: microseconds since 1970 by the wall clock. A clock that ran back is held, and the record says so.
    public func append(
        event: JSONObject,
        privates: [PrivateValue] = [],
        now: UInt64
    ) throws(AuditError) -> SealedRecord {
        try append(.event, event, privates: privates, now: now)
    }

    /// Adds a record of any type that does not open or seal an epoch.
    public func append(
        _ type: RecordType,
        _ payload: JSONObject,
        privates: [PrivateValue] = [],
        now: UInt64
    ) throws(AuditError) -> SealedRecord {
        switch type {
        case .genesis, .epochOpen, .epochSeal, .prune: throw .payload(type)
        case .agentKeyAdd, .agentKeyRevoke, .erase, .anchor, .clock, .event: break
        }
        try requireAccepting()
        return try state.seal(type, payload, privates: privates, now: now)
    }

    /// Adds ERASE for private values whose rows and data key the same transaction deletes (audit-log.md §8).
    ///
    /// - Parameter approvals: the positions of the `admin.approve` records that allow it.
    public func erase(
        _ fields: Set<PrivateFieldReference>,
        caseReference: String,
        basis: String,
        approvals: Set<UInt64>,
        now: UInt64
    ) throws(AuditError) -> SealedRecord {
        let payload: JSONObject = [
            "approvals": .array(approvals.sorted().map { .integer(Int64(clamping: $0)) }), "basis": .string(basis),
            "case": .string(caseReference), "fields": .array(fields.sorted().map(\.json)),
        ]
        return try append(.erase, payload, now: now)
    }

    func requireAccepting() throws(AuditError) {
        guard saved != nil else { throw .noTransaction }
        guard case .accepting = state.phase else { throw .notAccepting }
    }

    // MARK: Transactions

    /// Remembers the state. Transactions may be nested, as savepoints are.
    public func begin() {
        saved = SavedState(state.copy(), below: saved)
    }

    /// Forgets the state that the innermost ``begin()`` remembered, and with it the keys of the records since.
    public func commit() {
        precondition(saved != nil, "a commit ends a transaction")
        saved = saved?.below
    }

    /// Returns to the state that the innermost ``begin()`` remembered.
    ///
    /// Only for a transaction of which nothing reached the disk. A COMMIT that failed may have: it ends the process
    /// (audit-log.md §5.5).
    public func rollback() {
        guard let saved else { preconditionFailure("a rollback ends a transaction") }
        state = saved.state.copy()
        self.saved = saved.below
    }

    var isInTransaction: Bool { saved != nil }

    // MARK: Checkpoints

    /// Returns the signed checkpoint of all records, which must be committed. Store it, then show it.
    public func checkpoint(signedBy key: Ed25519.PrivateKey) throws(AuditError) -> SignedNote {
        guard !isInTransaction else { throw .transactionOpen }
        guard key.publicKey == identity.publicKey else { throw .logKey }
        guard size > 0 else { throw .notAccepting }
        let checkpoint = Checkpoint(origin: identity.origin, size: size, root: state.tree.root)
        if let lastSigned, lastSigned.size > size || (lastSigned.size == size && lastSigned.root != checkpoint.root) {
            throw .signedBeyondLog
        }
        lastSigned = checkpoint
        return checkpoint.signed(by: key)
    }
}

/// One link in the list of states to return to. A class, because a state holds a key and cannot be copied into an
/// array.
private final class SavedState {
    let state: ChainState
    let below: SavedState?

    init(_ state: consuming ChainState, below: SavedState?) {
        self.state = state
        self.below = below
    }
}
