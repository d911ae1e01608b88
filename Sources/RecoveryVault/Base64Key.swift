internal import RecoveryCrypto

/// Base64 (RFC 4648 §4) of exactly 32 bytes, without a string in between: strings are not wiped.
enum Base64Key {
    /// 43 letters and one `=`.
    static let textSize = 44

    static func append(_ key: Span<UInt8>, to text: inout OutputSpan<UInt8>) {
        var word: UInt32 = 0
        var bits = 0
        for index in key.indices {
            word = word << 8 | UInt32(key[index])
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(letter(UInt8(word >> UInt32(bits) & 63)))
            }
        }
        text.append(letter(UInt8(word << UInt32(6 - bits) & 63)))
        text.append(UInt8(ascii: "="))
    }

    /// Returns `nil` unless `text` is what ``append(_:to:)`` writes: the alphabet, the padding, zero spare bits.
    static func decode(_ text: Span<UInt8>) -> SecretKey? {
        guard text.count == textSize, text[textSize - 1] == UInt8(ascii: "=") else { return nil }
        var isCanonical = true
        let key = SecretKey(byteCount: 32) { key in
            var word: UInt32 = 0
            var bits = 0
            for index in 0..<textSize - 1 {
                guard let value = value(of: text[index]) else {
                    isCanonical = false
                    return
                }
                word = word << 6 | UInt32(value)
                bits += 6
                if bits >= 8 {
                    bits -= 8
                    key.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
                }
            }
            isCanonical = word & 3 == 0
        }
        guard isCanonical else { return nil }
        return key
    }

    private static func letter(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: value + UInt8(ascii: "A")
        case 26..<52: value - 26 + UInt8(ascii: "a")
        case 52..<62: value - 52 + UInt8(ascii: "0")
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    private static func value(of letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
