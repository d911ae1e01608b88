/// The cyclic redundancy check of zlib, gzip and PNG (RFC 1952 §8, reflected polynomial 0xEDB88320).
///
/// It finds a mistyped or damaged file and stops nobody who means harm: that takes a tag.
public enum CRC32 {
    /// Returns the checksum of `bytes`. That of the nine digits `123456789` is 0xCBF43926.
    public static func checksum(of bytes: [UInt8]) -> UInt32 {
        // Bit by bit, without a table: key files are short, and a table indexed by key bytes would show in the cache.
        ~bytes.reduce(UInt32.max) { checksum, byte in
            (0..<8).reduce(checksum ^ UInt32(byte)) { remainder, _ in
                remainder >> 1 ^ (0xedb8_8320 & (0 &- remainder & 1))
            }
        }
    }
}
