public import RecoveryCrypto

/// The text form of a key of a role (Docs/Specs/vault.md §4.2): one line that says what it is, with a checksum
/// against slips of the hand.
///
/// ```
/// RVK1 <role> <version> <base64 of 32 bytes> <crc32>⏎
/// ```
public enum KeyFile {
    static let binarySize = 32
    static let textSizes = 65...76

    static func isSize(_ byteCount: Int) -> Bool {
        byteCount == binarySize || textSizes.contains(byteCount)
    }

    /// Returns the text of a key, in memory that is wiped.
    public static func text(of key: borrowing SecretKey, role: KeyRole, version: UInt32) -> SecretKey {
        precondition(key.byteCount == binarySize && version > 0, "32 bytes, and a version from 1")
        let prefix = Array("RVK1 \(role.word) \(version) ".utf8)
        return SecretKey(byteCount: prefix.count + Base64Key.textSize + 10) { text in
            text.append(all: prefix)
            key.lend { Base64Key.append($0, to: &text) }
            let checksum = CRC32.checksum(of: text.span)
            text.append(UInt8(ascii: " "))
            text.append(all: Array(bigEndian(checksum).hexadecimal.utf8))
            text.append(UInt8(ascii: "\n"))
        }
    }

    /// Reads the contents of a key file: 32 bytes, which carry no role, or the text form.
    ///
    /// - Throws: ``VaultError/keyFileRefused(_:)`` with `size`, `format`, `checksum`, `role` or `version`, in this
    ///   order.
    public static func parse(
        _ contents: borrowing SecretKey,
        expecting role: KeyRole,
        version: UInt32
    ) throws(VaultError) -> SecretKey {
        if contents.byteCount == binarySize { return contents.copy() }
        guard textSizes.contains(contents.byteCount) else { throw .keyFileRefused(.size) }
        return try contents.lend { (text: Span<UInt8>) throws(VaultError) in
            let spaces = text.indices.filter { text[$0] == UInt8(ascii: " ") }
            let end = text.count - 1
            guard spaces.count == 4, text[end] == UInt8(ascii: "\n"), string(text, 0..<spaces[0]) == "RVK1",
                let found = KeyRole.allCases.first(where: { string(text, spaces[0] + 1..<spaces[1]) == $0.word }),
                let number = version32(string(text, spaces[1] + 1..<spaces[2])),
                let key = Base64Key.decode(text.extracting(spaces[2] + 1..<spaces[3])),
                let checksum = [UInt8](hexadecimal: string(text, spaces[3] + 1..<end)), checksum.count == 4
            else { throw .keyFileRefused(.format) }
            guard checksum == bigEndian(CRC32.checksum(of: text.extracting(0..<spaces[3]))) else {
                throw .keyFileRefused(.checksum)
            }
            guard found == role else { throw .keyFileRefused(.role) }
            guard number == version else { throw .keyFileRefused(.version) }
            return key
        }
    }

    /// Writes the text of a key to a new file that only its owner can read. Nothing is ever overwritten.
    ///
    /// - Throws: ``VaultError/keyFileRefused(_:)`` with `not-absolute`, `parent`, `beside-database`, `not-found` or
    ///   `io`, the last also where the file exists.
    public static func write(
        _ key: borrowing SecretKey,
        role: KeyRole,
        version: UInt32,
        toFileAt path: String,
        rules: KeyFileRules
    ) throws(VaultError) {
        try rules.write(text(of: key, role: role, version: version), toFileAt: path, replacing: false)
    }

    /// A part that is not secret, as text.
    private static func string(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: range.map { text[$0] }, as: UTF8.self)
    }

    /// Decimal, no leading zero, 1 to 4294967295: what writing it again gives back.
    private static func version32(_ text: String) -> UInt32? {
        guard let version = UInt32(text), version > 0, Array(String(version).utf8) == Array(text.utf8) else {
            return nil
        }
        return version
    }
}

/// CRC-32 as in zlib: polynomial edb88320, reflected, all ones in and out.
enum CRC32 {
    static func checksum(of bytes: Span<UInt8>) -> UInt32 {
        var register: UInt32 = .max
        for index in bytes.indices {
            register ^= UInt32(bytes[index])
            for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 1 ? 0xedb8_8320 : 0) }
        }
        return ~register
    }
}
