public import RecoveryCrypto

/// The ratchet of one epoch: gives the MAC of one record after the other, and forgets every key it has used.
///
/// Its three buffers are written over in place, so a record costs three HMACs and no allocation.
public struct RecordRatchet: ~Copyable, Sendable {
    /// j: the step of the record whose MAC is computed next.
    public private(set) var step: UInt32

    private var ratchet: SecretKey
    private var recordKey: SecretKey
    // Labels with the context and the step; the step is the last four bytes.
    private var keyInfo: [UInt8]
    private var nextInfo: [UInt8]

    /// Starts at step 0 of an epoch with its epoch key A_e, 32 bytes.
    public init(authenticationKey: consuming SecretKey, context: [UInt8]) {
        precondition(authenticationKey.byteCount == Digest256.byteCount, "an epoch key has 32 bytes")
        step = 0
        recordKey = SecretKey(copying: [UInt8](repeating: 0, count: Digest256.byteCount).span)
        ratchet = authenticationKey
        keyInfo = KeySchedule.stepInfo("rva/v1/record-key", context, 0)
        nextInfo = KeySchedule.stepInfo("rva/v1/record-next", context, 0)
    }

    private init(step: UInt32, ratchet: consuming SecretKey, keyInfo: [UInt8], nextInfo: [UInt8]) {
        self.step = step
        recordKey = SecretKey(copying: [UInt8](repeating: 0, count: Digest256.byteCount).span)
        self.ratchet = ratchet
        self.keyInfo = keyInfo
        self.nextInfo = nextInfo
    }

    /// Returns M of `H ‖ P` under the key of this step, and moves on: neither key exists any more.
    public mutating func mac(of headerAndPayload: Span<UInt8>) -> Digest256 {
        recordKey.become(expanding: ratchet, info: keyInfo)
        let mac = KeySchedule.recordMAC(key: recordKey, headerAndPayload: headerAndPayload)
        recordKey.clear()
        skip()
        return mac
    }

    /// Moves on past a record whose MAC is not wanted.
    public mutating func skip() {
        ratchet.step(info: nextInfo)
        step += 1
        keyInfo.overwrite(at: keyInfo.count - 4, bigEndian: step)
        nextInfo.overwrite(at: nextInfo.count - 4, bigEndian: step)
    }

    /// Returns a second ratchet at the same step, for a transaction that may be rolled back.
    public borrowing func copy() -> RecordRatchet {
        RecordRatchet(step: step, ratchet: ratchet.copy(), keyInfo: keyInfo, nextInfo: nextInfo)
    }
}
