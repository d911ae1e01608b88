/// The end of a stored log: what a process must read before it can go on writing.
public struct LogTail: Sendable {
    /// The tree of all records.
    public let tree: MerkleTree
    public let last: AuditRecord
    /// The first record of the epoch of `last`.
    public let opening: AuditRecord
    let nextCommitment: String

    /// Takes records that the store read, unverified, or refuses those that cannot be the end of one log.
    public init(tree: MerkleTree, last: AuditRecord, opening: AuditRecord) throws(AuditError) {
        guard tree.size > 0, last.seq == tree.size - 1, last.epoch == opening.epoch, last.logID == opening.logID,
            opening.step == 0, opening.recordType == (opening.epoch == 0 ? .genesis : .epochOpen),
            opening.seq + UInt64(last.step) == last.seq,
            let payload = try? opening.parsedPayload(), let next = payload["next_commit"]?.string,
            ValueKind.isHex(next, digits: 64)
        else { throw .inconsistentTail }
        self.tree = tree
        self.last = last
        self.opening = opening
        nextCommitment = next
    }

    /// What ``EpochStart/decide(stored:keyFile:)`` asks for.
    public var storedEpoch: EpochStart.StoredEpoch {
        EpochStart.StoredEpoch(
            epoch: last.epoch,
            recordCount: last.step + 1,
            isSealed: last.recordType == .epochSeal
        )
    }
}
