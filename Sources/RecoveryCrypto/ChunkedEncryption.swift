/// Encryption of a message of any length in chunks, with AES-256-GCM and HKDF-SHA-512 (C2SP chunked-encryption, the
/// instantiation that is called Cobblestone-256).
///
/// ```
/// key[32] ‖ base nonce[12] ‖ commitment[32]
///     = HKDF-Expand(input key, "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM" ‖ 00 ‖ salt ‖ context)
///
///  0  24  salt              56 + 16,400·k   chunk k: ciphertext ‖ tag, under base nonce XOR k, without associated data
/// 24  32  commitment        every chunk holds 16,384 bytes, but for the last, which holds fewer and may hold none
/// ```
///
/// A chunk that is moved, left out or repeated has another nonce, and a message that ends with a full chunk was cut.
public enum ChunkedEncryption {
    /// Bytes of the message in every chunk but the last.
    public static let chunkSize = 16_384
    /// Salt and commitment.
    public static let headerSize = saltSize + Digest256.byteCount

    static let keySize = 32
    static let saltSize = 24
    static let nonceSize = 12
    static let tagSize = 16
    /// A message has fewer chunks than this: 4 PiB.
    static let chunkLimit: UInt64 = 1 << 38

    /// Why a message is not opened.
    public enum Fault: Error, Sendable, Hashable {
        /// The input key has not 32 bytes.
        case keySize
        /// The message ends before its last chunk, or inside of a chunk.
        case truncated
        /// The commitment differs: another key, another context, or a header that was changed.
        case keyOrContext
        /// A chunk is not the one that was sealed in its place.
        case tampered
    }
}

/// What both directions share: the keys of one message, and the number of the next chunk.
final class ChunkKeys {
    let key: SecretKey
    let commitment: [UInt8]
    private let baseNonce: [UInt8]
    private var next: UInt64 = 0

    init(inputKey: borrowing SecretKey, salt: [UInt8], context: [UInt8]) throws(ChunkedEncryption.Fault) {
        guard inputKey.byteCount == ChunkedEncryption.keySize else { throw .keySize }
        let info = Array("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0".utf8) + salt + context
        let nonceEnd = ChunkedEncryption.keySize + ChunkedEncryption.nonceSize
        let size = nonceEnd + Digest256.byteCount
        let derived = HKDF.expand(.sha512, inputKey, info: info, byteCount: size)
        key = derived.part(0..<ChunkedEncryption.keySize)
        baseNonce = derived.lend { [UInt8](copying: $0.extracting(ChunkedEncryption.keySize..<nonceEnd)) }
        commitment = derived.lend { [UInt8](copying: $0.extracting(nonceEnd..<size)) }
    }

    /// The nonce of the next chunk: the base nonce XOR the chunk's number, big-endian.
    func nextNonce() -> [UInt8] {
        precondition(next < ChunkedEncryption.chunkLimit, "a message of 4 PiB is none of ours")
        var nonce = baseNonce
        for place in 0..<8 { nonce[nonce.count - 1 - place] ^= UInt8(truncatingIfNeeded: next >> UInt64(8 * place)) }
        next += 1
        return nonce
    }
}
