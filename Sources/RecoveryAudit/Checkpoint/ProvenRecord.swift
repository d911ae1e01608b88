public import RecoveryCrypto

/// A record that a receipt proved to be in the log that a trusted key names (audit-log.md §10.3).
///
/// Made by ``InclusionReceipt/prove(log:policy:now:entry:)`` alone, so whoever holds one has the proof behind them.
public struct ProvenRecord: Sendable {
    public let record: AuditRecord
    public let payload: JSONObject
    /// What the proof leads to, with the signature of the log verified.
    public let checkpoint: VerifiedCheckpoint
    /// Whether enough witnesses of the policy vouch for the checkpoint. Without them the log alone does, and it could
    /// show another tree to somebody else.
    public let isWitnessed: Bool

    fileprivate init(_ record: AuditRecord, _ payload: JSONObject, _ checkpoint: VerifiedCheckpoint, isWitnessed: Bool)
    {
        self.record = record
        self.payload = payload
        self.checkpoint = checkpoint
        self.isWitnessed = isWitnessed
    }
}

/// Why a receipt proves nothing.
public enum ReceiptError: Error, Sendable, Hashable {
    /// The file is no `.tlog-proof`.
    case malformed
    /// The note in it is no checkpoint of the log.
    case checkpoint(CheckpointError)
    /// It names a position and says nothing of what stands there, and nobody gave the entry.
    case entryMissing
    /// The entry is no record of this format, or one of another position or another log.
    case entry
    /// The entry is not where the receipt says, in the tree that the log signed.
    case inclusion
}

extension InclusionReceipt {
    /// Checks everything: the signature of the log, the way from the entry to the root, and whose entry it is.
    ///
    /// - Parameters:
    ///   - policy: the witnesses that are trusted; `nil` where none are.
    ///   - entry: the entry, where the receipt carries none. One that it carries goes unread then.
    public func prove(
        log: VKey,
        policy: WitnessPolicy?,
        now: UnixTime,
        entry: [UInt8]? = nil
    ) throws(ReceiptError) -> ProvenRecord {
        let signed: VerifiedCheckpoint
        do {
            signed = try VerifiedCheckpoint(verifying: checkpoint, log: log, witnesses: policy?.witnessKeys ?? [])
        } catch {
            throw .checkpoint(error)
        }
        guard let entry = entry ?? extra else { throw .entryMissing }
        guard let record = try? AuditRecord(parsing: entry), record.seq == index, let identity = log.identity,
            record.logID == identity.logID, let type = record.recordType,
            let payload = try? record.parsedPayload().object, PayloadSchema.check(type: type, payload: payload)
        else { throw .entry }
        let leads = InclusionProof.verify(
            leaf: record.leaf,
            index: index,
            size: signed.size,
            proof: proof,
            root: signed.root
        )
        guard leads else { throw .inclusion }
        let isWitnessed = policy?.isMet(by: signed.cosignatures, at: now) ?? false
        return ProvenRecord(record, payload, signed, isWitnessed: isWitnessed)
    }
}
