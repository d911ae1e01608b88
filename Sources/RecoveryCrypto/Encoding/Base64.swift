/// Base64 (RFC 4648 §4 and §5), strict: what decodes is what encoding would have written, so no two texts mean the
/// same bytes.
public enum Base64 {
    /// The standard alphabet, with padding.
    public static func encode(_ bytes: [UInt8]) -> String {
        encode(bytes, alphabet: standard, padded: true)
    }

    /// Returns `nil` unless `text` is canonical: full padding, zero spare bits, no white space.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard let bytes = decode(text, alphabet: standard), encode(bytes) == text else { return nil }
        return bytes
    }

    /// The URL alphabet without padding, as JWS uses it (RFC 7515 §2).
    public static func encodeURL(_ bytes: [UInt8]) -> String {
        encode(bytes, alphabet: url, padded: false)
    }

    /// Returns `nil` unless `text` is canonical base64url without padding.
    public static func decodeURL(_ text: some StringProtocol) -> [UInt8]? {
        guard let bytes = decode(text, alphabet: url), encodeURL(bytes) == text else { return nil }
        return bytes
    }

    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func encode(_ bytes: [UInt8], alphabet: [UInt8], padded: Bool) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0...group.count {
                text.append(alphabet[Int(word >> UInt32(18 - 6 * index)) & 63])
            }
            if padded { text += Array(repeating: UInt8(ascii: "="), count: 3 - group.count) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes leniently; the callers encode again and compare, which is the whole of the strictness.
    private static func decode(_ text: some StringProtocol, alphabet: [UInt8]) -> [UInt8]? {
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        var bytes: [UInt8] = []
        var word: UInt32 = 0
        var bits = 0
        for letter in text.utf8 where letter != UInt8(ascii: "=") {
            guard let value = values[Int(letter)] else { return nil }
            word = word << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
            }
        }
        return bytes
    }
}
