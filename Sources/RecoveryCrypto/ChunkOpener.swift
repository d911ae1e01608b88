/// Decrypts one message piece by piece (``ChunkedEncryption``). Holds at most one chunk of it.
///
/// No byte is shown before the chunk that holds it was authenticated. That a message is whole is known from
/// ``finish(_:)`` alone: what was shown before is a beginning of it. After a fault there is nothing but faults.
public final class ChunkOpener {
    private enum Stage {
        case header
        case chunks(ChunkKeys)
        case ended(ChunkedEncryption.Fault)
    }

    private let inputKey: SecretKey
    private let context: [UInt8]
    private var stage = Stage.header
    /// Ciphertext that does not fill a header or a chunk yet.
    private var pending: [UInt8] = []

    /// - Throws: ``ChunkedEncryption/Fault/keySize``.
    public init(key: borrowing SecretKey, context: [UInt8]) throws(ChunkedEncryption.Fault) {
        guard key.byteCount == ChunkedEncryption.keySize else { throw .keySize }
        inputKey = key.copy()
        self.context = context
        pending.reserveCapacity(Self.sealedChunkSize)
    }

    private static let sealedChunkSize = ChunkedEncryption.chunkSize + ChunkedEncryption.tagSize

    /// Takes the next bytes of the ciphertext and shows `body` what they complete, chunk by chunk.
    ///
    /// - Throws: a ``ChunkedEncryption/Fault``, or what `body` threw.
    public func open(_ bytes: Span<UInt8>, _ body: (Span<UInt8>) throws -> Void) throws {
        if case .ended(let fault) = stage { throw fault }
        var offset = 0
        while offset < bytes.count {
            let size = isInChunks ? Self.sealedChunkSize : ChunkedEncryption.headerSize
            let count = min(size - pending.count, bytes.count - offset)
            pending.append(bytes.extracting(offset..<offset + count))
            offset += count
            if pending.count == size { try take(body) }
        }
    }

    /// Shows `body` the rest, once the message turned out to be whole.
    public func finish(_ body: (Span<UInt8>) throws -> Void) throws {
        if case .ended(let fault) = stage { throw fault }
        // A last chunk is shorter than the others: one that is full was followed by something.
        guard isInChunks, pending.count >= ChunkedEncryption.tagSize else { throw end(.truncated) }
        try take(body)
        _ = end(.truncated)
    }

    private var isInChunks: Bool {
        if case .chunks = stage { true } else { false }
    }

    private func take(_ body: (Span<UInt8>) throws -> Void) throws {
        defer { pending.removeAll(keepingCapacity: true) }
        guard case .chunks(let keys) = stage else { return try readHeader() }
        let nonce = keys.nextNonce()
        guard let chunk = AESGCM.open(pending.span, key: keys.key, nonce: nonce, authenticating: []) else {
            throw end(.tampered)
        }
        try chunk.lend { try body($0) }
    }

    private func readHeader() throws(ChunkedEncryption.Fault) {
        let salt = Array(pending.prefix(ChunkedEncryption.saltSize))
        let keys = try ChunkKeys(inputKey: inputKey, salt: salt, context: context)
        let found = Array(pending.dropFirst(ChunkedEncryption.saltSize))
        guard constantTimeEqual(keys.commitment, found) else { throw end(.keyOrContext) }
        stage = .chunks(keys)
    }

    private func end(_ fault: ChunkedEncryption.Fault) -> ChunkedEncryption.Fault {
        stage = .ended(fault)
        return fault
    }
}
