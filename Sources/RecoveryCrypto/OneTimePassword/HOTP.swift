/// Counter-based one-time passwords (RFC 4226).
public struct HOTP: ~Copyable, Sendable {
    /// How long a code may be (RFC 4226 §5.3 asks for six at least; authenticators show eight at most).
    public static let digitCounts = 6...8

    /// The shortest key in bytes. RFC 4226 §4 R6 asks for 128 bits of whoever makes one, and ours have 160; keys of
    /// 80 bits are still about, made by others.
    public static let minimumKeySize = 10

    /// Decimal digits per code.
    public let digits: Int

    /// The hash under the HMAC. RFC 4226 has SHA-1 only; the others come from RFC 6238 §1.2.
    public let hash: Hash

    let key: SecretKey

    /// Takes the key, or refuses what lies outside ``digitCounts`` or below ``minimumKeySize``.
    public init?(_ hash: Hash = .sha1, key: consuming SecretKey, digits: Int = 6) {
        guard Self.digitCounts.contains(digits), key.byteCount >= Self.minimumKeySize else { return nil }
        self.hash = hash
        self.digits = digits
        self.key = key
    }

    /// Returns the code for a counter as ASCII digits.
    public borrowing func code(at counter: UInt64) -> SecretKey {
        let number = number(at: counter)
        let digits = digits
        return SecretKey(byteCount: digits) { index in
            let power = (index + 1..<digits).reduce(UInt32(1)) { power, _ in power * 10 }
            return UInt8(ascii: "0") + UInt8(number / power % 10)
        }
    }

    /// Returns the counter that `code` was made for, or `nil` if it is wrong, or not a code: see ``TOTP``.
    ///
    /// Store the returned counter plus one before acting on it (RFC 4226 §7.2); it is the next `counter`.
    ///
    /// - Parameter lookAhead: How many codes the user may have drawn without using them, at most 100.
    public borrowing func matchingCounter(
        for code: borrowing SecretKey,
        from counter: UInt64,
        lookAhead: UInt64
    ) -> UInt64? {
        precondition(lookAhead <= 100, "every code that would be accepted is one more for a guess to hit")
        guard let typed = typedNumber(code) else { return nil }
        let (last, overflow) = counter.addingReportingOverflow(lookAhead)
        var matching: UInt64 = 0
        var found: UInt32 = 0
        HMAC.withKey(key, of: hash) { states in
            for counter in counter...(overflow ? .max : last) {
                let hit = isEqual(number(at: counter, states), typed)
                let mask = 0 &- UInt64(hit)
                matching = matching & ~mask | counter & mask
                found |= hit
            }
        }
        return found == 1 ? matching : nil
    }

    /// Returns the code as a number.
    borrowing func number(at counter: UInt64) -> UInt32 {
        HMAC.withKey(key, of: hash) { number(at: counter, $0) }
    }

    /// The same by a key that is set up already: the dynamic truncation of RFC 4226 §5.3.
    borrowing func number(at counter: UInt64, _ states: HMAC.KeyedStates) -> UInt32 {
        let word = unsafe states.withTag(over: counter) { tag in
            let offset = Int(unsafe tag[tag.count - 1] & 0x0f)
            var word: UInt32 = 0
            for index in offset..<offset + 4 { word = word << 8 | UInt32(unsafe tag[index]) }
            return word & 0x7fff_ffff
        }
        return word % (0..<digits).reduce(UInt32(1)) { power, _ in power * 10 }
    }

    /// Reads what a person typed: exactly so many ASCII digits. What it says about the code is its form alone, so it
    /// need not run in constant time.
    borrowing func typedNumber(_ code: borrowing SecretKey) -> UInt32? {
        guard code.byteCount == digits else { return nil }
        return code.lend { code in
            var number: UInt32 = 0
            for index in code.indices {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(code[index]) else { return nil }
                number = number * 10 + UInt32(code[index] - UInt8(ascii: "0"))
            }
            return number
        }
    }
}

/// Returns 1 if two codes are equal and 0 if not, without a branch. Both are below 2³¹.
func isEqual(_ left: UInt32, _ right: UInt32) -> UInt32 {
    ((left ^ right) &- 1) >> 31
}
