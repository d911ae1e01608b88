/// Base32 (RFC 4648 §6), strict: what decodes is what encoding would have written.
///
/// Two forms, never mixed:
///
/// - Text: upper case with full padding, as the RFC has it. For bytes that are no secret.
/// - The seed of an authenticator: no padding, and read in either case, because `otpauth://` URIs of other issuers
///   and people who type a seed use lower case. Both sides stay in a ``SecretKey``.
public enum Base32 {
    /// Upper case, padded with `=` to a multiple of eight characters.
    public static func encode(_ bytes: [UInt8]) -> String {
        let letters = (0..<letterCount(bytes.count)).map { letter(at: $0, of: bytes.span) }
        let padding = [UInt8](repeating: UInt8(ascii: "="), count: (8 - letters.count % 8) % 8)
        return String(decoding: letters + padding, as: UTF8.self)
    }

    /// Returns `nil` unless `text` is canonical: upper case, full padding, zero spare bits, no white space.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let text = Array(text.utf8)
        let letters = Array(text.prefix { $0 != UInt8(ascii: "=") })
        guard text.count.isMultiple(of: 8), text.count - letters.count < 8,
            text[letters.count...].allSatisfy({ $0 == UInt8(ascii: "=") }),
            !letters.contains(where: isLowerCase), isCanonical(letters.span)
        else { return nil }
        return (0..<letters.count * 5 / 8).map { byte(at: $0, of: letters.span) }
    }

    /// Returns the letters of a seed as ASCII: upper case, no padding.
    public static func encode(seed: borrowing SecretKey) -> SecretKey {
        seed.lend { seed in
            SecretKey(byteCount: letterCount(seed.count)) { letter(at: $0, of: seed) }
        }
    }

    /// Returns the seed that ASCII letters of either case spell, or `nil` if there is padding, white space, a
    /// character outside the alphabet, a spare bit that is set, or a length that no encoding has.
    public static func decode(seed letters: Span<UInt8>) -> SecretKey? {
        guard isCanonical(letters) else { return nil }
        return SecretKey(byteCount: letters.count * 5 / 8) { byte(at: $0, of: letters) }
    }

    /// The letter that stands for a number below 32, in ASCII: `A`…`Z` and then `2`…`7`. Computed, since an index
    /// into a table shows in the cache.
    static func letter(of value: UInt8) -> UInt8 {
        value < 26 ? UInt8(ascii: "A") + value : UInt8(ascii: "2") + value - 26
    }

    private static func letterCount(_ byteCount: Int) -> Int {
        (byteCount * 8 + 4) / 5
    }

    /// Letter `index` is the five bits from `5 · index` on; bits beyond the end are zero.
    private static func letter(at index: Int, of bytes: Span<UInt8>) -> UInt8 {
        let (first, bit) = (index * 5).quotientAndRemainder(dividingBy: 8)
        let next = first + 1 < bytes.count ? bytes[first + 1] : 0
        let pair = UInt16(bytes[first]) << 8 | UInt16(next)
        return letter(of: UInt8(truncatingIfNeeded: pair >> UInt16(11 - bit)) & 31)
    }

    /// Byte `index` lies in the two or three letters from bit `8 · index` on.
    private static func byte(at index: Int, of letters: Span<UInt8>) -> UInt8 {
        let (first, bit) = (index * 8).quotientAndRemainder(dividingBy: 5)
        let three = (first..<first + 3).reduce(UInt16(0)) { bits, index in
            bits << 5 | UInt16(index < letters.count ? value(of: letters[index]) ?? 0 : 0)
        }
        return UInt8(truncatingIfNeeded: three >> UInt16(7 - bit))
    }

    private static func isCanonical(_ letters: Span<UInt8>) -> Bool {
        // 1, 3 and 6 letters beyond a whole group hold no more whole bytes than one letter fewer.
        guard ![1, 3, 6].contains(letters.count % 8) else { return false }
        for index in letters.indices where value(of: letters[index]) == nil { return false }
        guard let last = letters.indices.last, let value = value(of: letters[last]) else { return true }
        let spareBits = UInt8(letters.count * 5 % 8)
        return value & ((1 << spareBits) - 1) == 0
    }

    private static func value(of letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a")
        case UInt8(ascii: "2")...UInt8(ascii: "7"): letter - UInt8(ascii: "2") + 26
        default: nil
        }
    }

    private static func isLowerCase(_ letter: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
    }
}
