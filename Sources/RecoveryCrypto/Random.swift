import COpenSSL

/// Bytes from OpenSSL's generator (SP 800-90A CTR-DRBG, seeded by the kernel).
public enum Random {
    /// Returns bytes that will be seen: salts, nonces, identifiers. Secrets come from ``SecretKey/init(randomByteCount:)``.
    public static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        unsafe must(RAND_bytes(&bytes, Int32(count)))
        return bytes
    }
}
