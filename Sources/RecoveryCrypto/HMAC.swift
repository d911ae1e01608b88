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

    /// `tag` may lie where the key or a part of the message lies.
    static func compute(
        _ hash: Hash,
        _ prefix: [UInt8],
        _ message: Span<UInt8>,
        key: borrowing SecretKey,
        into tag: UnsafeMutableRawBufferPointer
    ) {
        withKey(key, of: hash) { states in
            unsafe prefix.withUnsafeBytes { prefix in
                unsafe message.withUnsafeBytes { unsafe states.write(over: prefix, $0, into: tag) }
            }
        }
    }

    /// A key that was set up for any number of tags, for the length of one call.
    @safe
    struct KeyedStates {
        fileprivate let hash: Hash
        fileprivate let pointer: UnsafePointer<shim_hmac>

        /// Writes the tag of two byte strings, one after the other. It may lie where either of them lies.
        func write(
            over first: UnsafeRawBufferPointer,
            _ second: UnsafeRawBufferPointer,
            into tag: UnsafeMutableRawBufferPointer
        ) {
            precondition(tag.count == hash.byteCount, "an HMAC tag of unexpected size")
            unsafe shim_hmac_tag(
                pointer,
                hash.inC,
                first.baseAddress,
                first.count,
                second.baseAddress,
                second.count,
                tag.baseAddress?.assumingMemoryBound(to: UInt8.self)
            )
        }

        /// Shows `body` the tag of a number, as 8 bytes, big-endian, and wipes the tag.
        func withTag<Result>(over number: UInt64, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
            unsafe withUnsafeTemporaryAllocation(byteCount: hash.byteCount, alignment: 1) { tag in
                defer { unsafe OPENSSL_cleanse(tag.baseAddress, tag.count) }
                unsafe withUnsafeBytes(of: number.bigEndian) { message in
                    unsafe write(over: message, UnsafeRawBufferPointer(start: nil, count: 0), into: tag)
                }
                return unsafe body(UnsafeRawBufferPointer(tag))
            }
        }
    }

    /// Sets the key up, lends it to `body`, and wipes what was set up: it makes tags as well as the key does. After
    /// this a key that was ratcheted away is gone indeed.
    static func withKey<Result>(
        _ key: borrowing SecretKey,
        of hash: Hash,
        _ body: (KeyedStates) -> Result
    ) -> Result {
        unsafe withUnsafeTemporaryAllocation(of: shim_hmac.self, capacity: 1) { buffer in
            guard let states = buffer.baseAddress else { preconditionFailure("no room for the states of a hash") }
            unsafe key.withUnsafeBytes { unsafe shim_hmac_key(states, hash.inC, $0.baseAddress, $0.count) }
            defer { unsafe shim_hmac_wipe(states, hash.inC) }
            return unsafe body(KeyedStates(hash: hash, pointer: UnsafePointer(states)))
        }
    }
}

extension Hash {
    fileprivate var inC: shim_hash {
        switch self {
        case .sha1: shim_hash_sha1
        case .sha256: shim_hash_sha256
        case .sha512: shim_hash_sha512
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
