import RecoveryCrypto

/// Everything that a record changes: where the chain stands, and the key of its next record.
struct ChainState: ~Copyable, Sendable {
    /// What may be written next.
    enum Phase: Sendable {
        /// Nothing but the opening of an epoch: the log is new, was just read, or its epoch is sealed.
        case closed(isSealed: Bool)
        /// Nothing: the opening is made, the key of the next epoch is not stored.
        case opening
        case accepting
    }

    let logID: LogID
    var phase: Phase
    /// The newest epoch, if there is a record.
    var epoch: UInt32?
    /// C of the epoch after it.
    var nextCommitment: Digest256?
    var previousMAC: Digest256
    /// No record is dated before this, in microseconds.
    var time: UInt64
    var tree: MerkleTree
    var ratchet: RecordRatchet?

    /// Adds a record of the open epoch and returns it. Whatever can fail does so before anything changes; the MAC is
    /// computed last.
    mutating func seal(
        _ type: RecordType,
        _ payload: JSONObject,
        privates: [PrivateValue] = [],
        now: UInt64
    ) throws(AuditError) -> SealedRecord {
        guard let epoch, let step = ratchet?.step else { throw .notAccepting }
        guard step < AuditRecord.lastStep || (step == AuditRecord.lastStep && type == .epochSeal) else {
            throw .epochFull
        }
        guard now <= UInt64(CanonicalJSON.largestInteger) else { throw .time }
        let seq = tree.size
        let (payload, rows) = try ChainState.committing(privates, in: payload, type: type, logID: logID, seq: seq)
        guard PayloadSchema.check(type: type, payload: payload) else { throw .payload(type) }

        let header = RecordHeader(
            type: type,
            flags: now < time ? AuditRecord.clampedFlag : 0,
            seq: seq,
            timeMicroseconds: max(now, time),
            epoch: epoch,
            step: step,
            logID: logID,
            previousMAC: previousMAC
        )
        var entry = header.frame(around: payload)
        let size = entry.count - AuditRecord.headerSize
        guard AuditRecord.payloadSizes.contains(size) else { throw .payloadTooLarge(size) }
        guard let mac = ratchet?.mac(of: entry.span) else { throw .notAccepting }
        mac.append(to: &entry)
        let leaf = TreeHash.leaf(of: entry.span)
        tree.append(leaf)
        previousMAC = mac
        time = header.timeMicroseconds
        return SealedRecord(
            entry: entry,
            leaf: leaf,
            index: IndexRow(
                seq: seq,
                type: type.rawValue,
                timeMicroseconds: header.timeMicroseconds,
                payload: payload
            ),
            privateRows: rows
        )
    }

    /// A second owner of the same state: what a rollback returns to.
    borrowing func copy() -> ChainState {
        var state = ChainState(
            logID: logID,
            phase: phase,
            epoch: epoch,
            nextCommitment: nextCommitment,
            previousMAC: previousMAC,
            time: time,
            tree: tree,
            ratchet: nil
        )
        switch ratchet {
        case .some(let ratchet): state.ratchet = ratchet.copy()
        case .none: break
        }
        return state
    }

    private static func committing(
        _ privates: [PrivateValue],
        in payload: JSONObject,
        type: RecordType,
        logID: LogID,
        seq: UInt64
    ) throws(AuditError) -> (JSONObject, [PrivateRow]) {
        guard !privates.isEmpty else { return (payload, []) }
        guard type == .event, payload["priv"] == nil, Set(privates.map(\.name)).count == privates.count,
            privates.allSatisfy({ JSONObject.isKey($0.name.utf8) })
        else { throw .payload(type) }
        let commitments = privates.map { value in
            let commitment = PrivateField.commitment(
                salt: value.salt,
                logID: logID,
                seq: seq,
                name: value.name,
                value: value.value
            )
            return JSONMember(key: value.name, value: .string(commitment.hexadecimal))
        }
        let rows = privates.map { PrivateRow(seq: seq, name: $0.name, salt: $0.salt, value: $0.value) }
        return (payload.adding("priv", .object(JSONObject(commitments))), rows)
    }
}
