public import RecoveryCrypto

/// What is sealed of an attachment: the key of its body, and what the body must be (Docs/Specs/vault.md §5.2).
///
/// ```
/// 01 | content key 32 | message length 8 | SHA-256 of the body 32          73 bytes
/// ```
public final class AttachmentHead: Sendable {
    static let encodedSize = 73
    /// Heads have no rule of normalisation; theirs is the first.
    static let rule: UInt8 = 1

    /// The key of the body, 32 bytes, for this attachment alone.
    public let contentKey: SecretKey
    /// The length of the decrypted body in bytes.
    public let messageLength: UInt64
    /// The hash of the encrypted body, as it is stored.
    public let bodyDigest: Digest256

    public init(contentKey: consuming SecretKey, messageLength: UInt64, bodyDigest: Digest256) {
        precondition(contentKey.byteCount == 32, "a content key has 32 bytes")
        self.contentKey = contentKey
        self.messageLength = messageLength
        self.bodyDigest = bodyDigest
    }

    func encoded() -> Personal {
        Personal(
            SecretKey(byteCount: Self.encodedSize) { head in
                head.append(1)
                contentKey.lend { head.append(all: $0) }
                head.append(all: bigEndian(messageLength))
                head.append(all: bodyDigest.bytes)
            }
        )
    }

    convenience init(decoding value: Personal) throws(VaultError) {
        guard value.byteCount == Self.encodedSize, value.reveal(to: { $0[0] }) == 1 else { throw .badPadding }
        let key = value.reveal { SecretKey(copying: $0.extracting(1..<33)) }
        let length = value.reveal { head in (33..<41).reduce(UInt64(0)) { $0 << 8 | UInt64(head[$1]) } }
        guard let digest = Digest256(value.reveal { head in (41..<73).map { head[$0] } }) else { throw .badPadding }
        self.init(contentKey: key, messageLength: length, bodyDigest: digest)
    }
}
