import COpenSSL

/// The hashes of FIPS 180-4 that the formats of this project use.
public enum Hash: String, Sendable, CaseIterable {
    /// Only as the HMAC of authenticator apps: RFC 6238's default, and harmless there.
    case sha1
    case sha256
    case sha512

    /// The size of the hash in bytes: 20, 32 or 64.
    public var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    /// Returns the hash of `message`, ``byteCount`` bytes.
    public func digest(of message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        var written: UInt32 = 0
        unsafe must(EVP_Digest(message, message.count, &digest, &written, algorithm, nil))
        return digest
    }

    private var algorithm: OpaquePointer {
        switch self {
        case .sha1: unsafe Algorithms.fetched.sha1
        case .sha256: unsafe Algorithms.fetched.sha256
        case .sha512: unsafe Algorithms.fetched.sha512
        }
    }
}

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
    public static func digest(of message: [UInt8]) -> Digest256 {
        digest(of: message.span)
    }

    public static func digest(of message: Span<UInt8>) -> Digest256 {
        digest(of: [UInt8]().span, message)
    }

    /// Returns the hash of two byte strings, one after the other.
    public static func digest(of first: Span<UInt8>, _ second: Span<UInt8>) -> Digest256 {
        let context = unsafe ThreadContexts.current.digest
        var digest = Digest256()
        unsafe must(EVP_DigestInit_ex2(context, Algorithms.fetched.sha256, nil))
        unsafe first.withUnsafeBytes { unsafe must(EVP_DigestUpdate(context, $0.baseAddress, $0.count)) }
        unsafe second.withUnsafeBytes { unsafe must(EVP_DigestUpdate(context, $0.baseAddress, $0.count)) }
        unsafe digest.withUnsafeMutableBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            unsafe must(EVP_DigestFinal_ex(context, start, nil))
        }
        return digest
    }
}
