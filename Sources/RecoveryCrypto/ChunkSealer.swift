/// Encrypts one message piece by piece (``ChunkedEncryption``). Holds at most one chunk of it.
public final class ChunkSealer {
    private let keys: ChunkKeys
    /// What does not fill a chunk yet. Never grows beyond the room that it was given.
    private var pending: [UInt8] = []

    /// The first bytes of the ciphertext: salt and commitment.
    public let header: [UInt8]

    /// - Parameters:
    ///   - key: 32 random bytes. It may seal many messages: each has a salt of its own.
    ///   - context: What the message is. Whoever opens it must know it; it is not in the ciphertext.
    /// - Throws: ``ChunkedEncryption/Fault/keySize``.
    public convenience init(key: borrowing SecretKey, context: [UInt8]) throws(ChunkedEncryption.Fault) {
        try self.init(key: key, context: context, salt: Random.bytes(ChunkedEncryption.saltSize))
    }

    /// With the salt of a known answer.
    package init(
        key: borrowing SecretKey,
        context: [UInt8],
        salt: [UInt8]
    ) throws(ChunkedEncryption.Fault) {
        precondition(salt.count == ChunkedEncryption.saltSize, "callers take the salt from the generator or a vector")
        keys = try ChunkKeys(inputKey: key, salt: salt, context: context)
        header = salt + keys.commitment
        pending.reserveCapacity(ChunkedEncryption.chunkSize)
    }

    deinit {
        pending.wipe()
    }

    /// Returns the chunks that these bytes complete.
    public func seal(_ bytes: Span<UInt8>) -> [UInt8] {
        var sealed: [UInt8] = []
        var offset = 0
        while offset < bytes.count {
            let count = min(ChunkedEncryption.chunkSize - pending.count, bytes.count - offset)
            pending.append(bytes.extracting(offset..<offset + count))
            offset += count
            if pending.count == ChunkedEncryption.chunkSize { sealed += chunk() }
        }
        return sealed
    }

    /// Returns the last chunk, by which a reader knows that the message is whole. Nothing can follow it.
    public func finish() -> [UInt8] {
        chunk()
    }

    private func chunk() -> [UInt8] {
        defer { pending.removeAll(keepingCapacity: true) }
        return AESGCM.seal(pending.span, key: keys.key, nonce: keys.nextNonce(), authenticating: [])
    }
}
