import COpenSSL

/// Bytes from OpenSSL's generator (SP 800-90A CTR-DRBG, seeded by the kernel).
public enum Random {
    /// Returns bytes that will be seen: salts, nonces, identifiers. Secrets come from
    /// ``SecretKey/init(randomByteCount:)``.
    public static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        unsafe must(RAND_bytes(&bytes, Int32(count)))
        return bytes
    }

    /// Returns `count` decimal digits as ASCII, each of the ten equally likely: log2(10) ≈ 3.32 bits a digit.
    public static func digits(_ count: Int) -> SecretKey {
        code(count, spelling: digit(of:))
    }

    /// Returns `count` letters of ``Base32`` as ASCII, upper case, each equally likely: 5 bits a letter.
    public static func base32Code(_ count: Int) -> SecretKey {
        code(count) { Base32.letter(of: $0 & 31) }
    }

    /// Returns the digit that a random byte stands for, or `nil` for the six that would make 0 to 5 likelier.
    static func digit(of byte: UInt8) -> UInt8? {
        byte < 250 ? UInt8(ascii: "0") + byte % 10 : nil
    }

    private static func code(_ count: Int, spelling character: (UInt8) -> UInt8?) -> SecretKey {
        SecretKey(byteCount: count) { _ in
            while true {
                let drawn = SecretKey(randomByteCount: 1).lend { character($0[0]) }
                if let drawn { return drawn }
            }
        }
    }
}
