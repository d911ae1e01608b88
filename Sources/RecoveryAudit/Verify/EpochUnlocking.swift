import RecoveryCrypto

/// Finds the key of an epoch when it is opened: from the keys given, or from what is sealed to the auditor.
struct EpochUnlocking {
    let logID: LogID
    let keys: EpochKeyFile
    let auditor: AuditorKey?

    /// Whether anybody gave any key. If not, no MAC can be checked, and that is no fault of a single epoch.
    var hasKeys: Bool { !keys.isEmpty || auditor != nil }

    /// Returns the ratchet of the epoch at its step 0, or `nil` if its key is not known.
    ///
    /// A key counts only if it opens the `commit` of this record, which the epoch before has committed to.
    func ratchet(opening read: ReadRecord, _ findings: inout Findings) -> RecordRatchet? {
        // Without a commitment no key can be told from another. The schema check says so.
        guard let commitment = read.payload?.hash("commit") else { return nil }
        let epoch = read.record.epoch
        let context = KeySchedule.epochContext(logID, epoch: epoch)
        let unsealed = unsealedKey(in: read, commitment, context, &findings)
        if let key = keys.key(of: epoch) {
            guard KeySchedule.commitment(to: key, context: context) == commitment else {
                findings.add(.epochKeyMismatch, seq: read.index, "epoch \(epoch)")
                return nil
            }
            return RecordRatchet(authenticationKey: key, context: context)
        }
        if let unsealed { return RecordRatchet(authenticationKey: unsealed, context: context) }
        if hasKeys { findings.add(.epochKeyMissing, seq: read.index, "epoch \(epoch)") }
        return nil
    }

    private func unsealedKey(
        in read: ReadRecord,
        _ commitment: Digest256,
        _ context: [UInt8],
        _ findings: inout Findings
    ) -> SecretKey? {
        guard let auditor, read.isWellFormed, let items = read.payload?["sealed"]?.array,
            let item = items.first(where: { $0["kid"] == .string(auditor.kid) }),
            let box = item["hpke"]?.string.flatMap({ Base64.decode($0) })
        else { return nil }
        guard let key = SealedEpochKey.open(box, with: auditor.key, context: context, commitment: commitment) else {
            findings.add(.sealedKeyBad, seq: read.index, "sealed to \(auditor.kid.printable)")
            return nil
        }
        return key
    }
}
