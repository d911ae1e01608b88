public import RecoveryCrypto

/// A passphrase as the key derivation sees it (Docs/Specs/vault.md §4.3): UTF-8 in normalisation form C.
///
/// It comes from a terminal without echo, a descriptor or a credential; never from an argument or the environment,
/// where other processes can read it.
public struct Passphrase: ~Copyable, Sendable {
    static let largestSize = 1_024
    /// What a new one must have (NIST SP 800-63B §3.1.1.2). Old ones are judged by whether they open their file.
    static let leastCharacters = 15

    let bytes: SecretKey
    /// How many code points it has.
    let characterCount: Int

    /// Whether a new key may be put under it.
    public var isLongEnough: Bool { characterCount >= Self.leastCharacters }

    /// Takes what was entered. One line feed at the end is dropped, nothing else is trimmed.
    ///
    /// - Throws: ``VaultError/keyFileRefused(_:)`` with `passphrase` if it is longer than 1,024 bytes or not UTF-8.
    public init(entered: borrowing SecretKey) throws(VaultError) {
        let trimmed = entered.lend { entered in
            let last = entered.count - 1
            return last >= 0 && entered[last] == UInt8(ascii: "\n") ? last : entered.count
        }
        guard trimmed <= Self.largestSize else { throw .keyFileRefused(.passphrase) }
        let text = entered.part(0..<trimmed)
        if text.lend(to: { text in text.indices.allSatisfy { text[$0] < 0x80 } }) {
            // Nothing to compose, and no copy made.
            characterCount = trimmed
            bytes = text
            return
        }
        let composed = text.lend { Self.composed($0) }
        guard let composed else { throw .keyFileRefused(.passphrase) }
        let utf8 = composed.canonicalBytes
        guard utf8.byteCount <= Self.largestSize else { throw .keyFileRefused(.passphrase) }
        characterCount = composed.count
        bytes = utf8
    }

    /// The same passphrase typed on two keyboards may differ in bytes; NFC makes them one. The scalars in between
    /// cannot be wiped, which only passphrases outside ASCII pay for.
    private static func composed(_ text: Span<UInt8>) -> [Unicode.Scalar]? {
        var decoder = Unicode.UTF8.ForwardParser()
        var utf8 = text.indices.map { text[$0] }
        defer { utf8.wipe() }
        var iterator = utf8.makeIterator()
        var scalars: [Unicode.Scalar] = []
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let encoded): scalars.append(Unicode.UTF8.decode(encoded))
            case .emptyInput: return scalars.normalised(to: .nfc)
            case .error: return nil
            }
        }
    }
}
