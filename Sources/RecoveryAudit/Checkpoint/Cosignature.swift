public import RecoveryCrypto

/// That a witness saw a checkpoint, and when: a verified line of C2SP cosignature/v1.
public struct Cosignature: Sendable, Hashable {
    /// u64(t) and an Ed25519 signature.
    public static let signatureSize = 8 + Ed25519.signatureSize
    /// How far the clock of a witness may run ahead of ours, in seconds.
    public static let tolerance: UInt64 = 300

    public let witness: VKey
    /// Unix seconds, as the witness says.
    public let time: UInt64

    /// Checks a signature line of `witness` over `checkpoint`.
    public init?(verifying line: NoteSignature, by witness: VKey, of checkpoint: Checkpoint) {
        guard witness.kind == .witness, line.isBy(witness), line.signature.count == Cosignature.signatureSize else {
            return nil
        }
        let time = line.signature.span.bigEndian(UInt64.self, at: 0)
        let message = Cosignature.message(time: time, checkpoint: checkpoint)
        guard witness.publicKey.verifies(Array(line.signature.dropFirst(8)), of: message) else { return nil }
        self.witness = witness
        self.time = time
    }

    /// Whether the time can be believed: not 0, and not more than 300 s after `now`.
    public func counts(at now: UnixTime) -> Bool {
        time > 0 && time <= UInt64(max(now.seconds, 0)) + Cosignature.tolerance
    }

    /// Returns the bytes a witness signs.
    public static func message(time: UInt64, checkpoint: Checkpoint) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(checkpoint.text)".utf8)
    }

    /// Returns the line with which a witness cosigns `checkpoint`; `nil` if `name` cannot name a key.
    public static func line(
        name: String,
        key: Ed25519.PrivateKey,
        time: UnixTime,
        checkpoint: Checkpoint
    ) -> NoteSignature? {
        guard time.seconds > 0, let witness = VKey(name: name, kind: .witness, publicKey: key.publicKey) else {
            return nil
        }
        var signature: [UInt8] = []
        let seconds = UInt64(time.seconds)
        signature.append(bigEndian: seconds)
        signature += key.signature(of: message(time: seconds, checkpoint: checkpoint))
        return NoteSignature(name: name, keyID: witness.keyID, signature: signature)
    }
}
