public import RecoveryCrypto

/// Eight bytes that tell whether a key is the right one, and nothing else about it (Docs/Specs/vault.md §3).
///
/// Stored in the open beside every wrapped key. Not secret, so `==` is fine.
public struct KeyCheckValue: Sendable, Hashable {
    public static let byteCount = 8

    public let bytes: [UInt8]

    /// Takes exactly 8 bytes, or refuses.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Computes the value of a 32-byte key.
    public init(of key: borrowing SecretKey) {
        let value = HKDF.expand(key, info: Array("rv1/kcv\0\0\0".utf8), byteCount: Self.byteCount)
        bytes = value.lend { value in value.indices.map { value[$0] } }
    }
}

extension KeyCheckValue: CustomStringConvertible {
    public var description: String { bytes.hexadecimal }
}
