import COpenSSL

/// Keyed-hash message authentication (RFC 2104, FIPS 198-1).
public enum HMAC {
    /// Returns the full tag of `message`: 20, 32 or 64 bytes.
    public static func tag(_ hash: Hash, over message: [UInt8], key: borrowing SecretKey) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: hash.byteCount)
        unsafe tag.withUnsafeMutableBytes { tag in
            unsafe compute(hash, [], message.span, key: key, into: tag)
        }
        return tag
    }

    /// Returns the HMAC-SHA-256 tag of `message`.
    public static func sha256(over message: [UInt8], key: borrowing SecretKey) -> Digest256 {
        sha256(over: [], message.span, key: key)
    }

    /// Returns the HMAC-SHA-256 tag of `prefix` followed by `message`, without joining them first.
    public static func sha256(over prefix: [UInt8], _ message: Span<UInt8>, key: borrowing SecretKey) -> Digest256 {
        var tag = Digest256()
        unsafe tag.withUnsafeMutableBytes { tag in
            unsafe compute(.sha256, prefix, message, key: key, into: tag)
        }
        return tag
    }

    static func compute(
        _ hash: Hash,
        _ prefix: [UInt8],
        _ message: Span<UInt8>,
        key: borrowing SecretKey,
        into tag: UnsafeMutableRawBufferPointer
    ) {
        let context = unsafe hash.context(of: ThreadContexts.current)
        unsafe key.withUnsafeBytes { key in
            unsafe must(
                EVP_MAC_init(context, key.baseAddress?.assumingMemoryBound(to: UInt8.self), key.count, nil)
            )
        }
        unsafe must(EVP_MAC_update(context, prefix, prefix.count))
        unsafe message.withUnsafeBytes { message in
            unsafe must(
                EVP_MAC_update(context, message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count)
            )
        }
        var written = 0
        unsafe must(
            EVP_MAC_final(context, tag.baseAddress?.assumingMemoryBound(to: UInt8.self), &written, tag.count)
        )
        precondition(written == tag.count, "an HMAC tag of unexpected size")
    }

    /// Gives this thread's context a key for the tags that follow at once, since that costs as much as a tag.
    static func keepKey(_ key: borrowing SecretKey, of hash: Hash) {
        let context = unsafe hash.context(of: ThreadContexts.current)
        unsafe key.withUnsafeBytes { key in
            unsafe must(
                EVP_MAC_init(context, key.baseAddress?.assumingMemoryBound(to: UInt8.self), key.count, nil)
            )
        }
    }

    /// Shows `body` the tag of a number, as 8 bytes, big-endian, under the key that was kept a moment ago on this
    /// thread, and wipes the tag.
    static func withTagUnderKeptKey<Result>(
        _ hash: Hash,
        over number: UInt64,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let context = unsafe hash.context(of: ThreadContexts.current)
        unsafe must(EVP_MAC_init(context, nil, 0, nil))
        unsafe withUnsafeBytes(of: number.bigEndian) { message in
            let bytes = unsafe message.baseAddress?.assumingMemoryBound(to: UInt8.self)
            unsafe must(EVP_MAC_update(context, bytes, message.count))
        }
        return unsafe withUnsafeTemporaryAllocation(byteCount: hash.byteCount, alignment: 1) { tag in
            defer { unsafe OPENSSL_cleanse(tag.baseAddress, tag.count) }
            let start = unsafe tag.baseAddress?.assumingMemoryBound(to: UInt8.self)
            var written = 0
            unsafe must(EVP_MAC_final(context, start, &written, tag.count))
            precondition(written == tag.count, "an HMAC tag of unexpected size")
            return unsafe body(UnsafeRawBufferPointer(tag))
        }
    }

    /// Overwrites what this thread's context keeps of the last key: a copy of it, and the two padded states, which
    /// make tags as well as the key does. After this a key that was ratcheted away is gone indeed.
    static func forgetKey(of hash: Hash) {
        let context = unsafe hash.context(of: ThreadContexts.current)
        let nothing: [UInt8] = [0]
        unsafe must(EVP_MAC_init(context, nothing, nothing.count, nil))
    }

    /// Returns the tag of nothing under whatever key this thread's context still holds.
    package static func testOnlyTagUnderKeptKey(of hash: Hash) -> [UInt8] {
        let context = unsafe hash.context(of: ThreadContexts.current)
        var tag = [UInt8](repeating: 0, count: hash.byteCount)
        var written = 0
        unsafe must(EVP_MAC_init(context, nil, 0, nil))
        unsafe must(EVP_MAC_final(context, &tag, &written, tag.count))
        return tag
    }
}

extension Hash {
    fileprivate func context(of contexts: ThreadContexts) -> OpaquePointer {
        switch self {
        case .sha1: unsafe contexts.hmacSHA1
        case .sha256: unsafe contexts.hmacSHA256
        case .sha512: unsafe contexts.hmacSHA512
        }
    }
}

/// Compares two tags in time that depends on their length only.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe CRYPTO_memcmp(left, right, left.count) == 0
}

/// Compares two secrets in time that depends on their length only.
public func constantTimeEqual(_ left: borrowing SecretKey, _ right: borrowing SecretKey) -> Bool {
    guard left.byteCount == right.byteCount else { return false }
    return unsafe left.withUnsafeBytes { left in
        unsafe right.withUnsafeBytes { right in
            unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
        }
    }
}

/// Compares two tags in constant time.
public func constantTimeEqual(_ left: Digest256, _ right: Digest256) -> Bool {
    unsafe left.withUnsafeBytes { left in
        unsafe right.withUnsafeBytes { right in
            unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
        }
    }
}
