import COpenSSL

extension SecretKey {
    /// Overwrites these 32 bytes with HKDF-Expand(`source`, `info`, 32) (RFC 5869 §2.3), which for one block is
    /// HMAC(`source`, `info` ‖ 0x01). No allocation: the same storage serves every key of a chain.
    public mutating func become(expanding source: borrowing SecretKey, info: [UInt8]) {
        precondition(byteCount == Digest256.byteCount, "one block of HKDF-Expand is 32 bytes")
        unsafe withUnsafeMutableBytes { output in
            unsafe HMAC.compute(.sha256, info, firstBlock.span, key: source, into: output)
        }
    }

    /// Overwrites these 32 bytes with HKDF-Expand(themselves, `info`, 32): the old key is gone when this returns.
    public mutating func step(info: [UInt8]) {
        precondition(byteCount == Digest256.byteCount, "only a 32-byte key can be ratcheted")
        // The storage is this value's own allocation and stays where it is. HMAC reads the key before the first
        // byte of its message and writes the tag after the last, so key and tag may share their place.
        let storage = unsafe withUnsafeMutableBytes { unsafe $0 }
        unsafe HMAC.compute(.sha256, info, firstBlock.span, key: self, into: storage)
    }

    /// Overwrites the bytes with zeros, for a key that is used up before its storage is.
    public mutating func clear() {
        unsafe withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}

/// The block counter of HKDF-Expand's first block.
private let firstBlock: [UInt8] = [1]
