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
        var digest = Digest256()
        unsafe first.withUnsafeBytes { first in
            unsafe second.withUnsafeBytes { second in
                unsafe digest.withUnsafeMutableBytes { bytes in
                    let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    unsafe shim_sha256(
                        first.baseAddress,
                        first.count,
                        second.baseAddress,
                        second.count,
                        nil,
                        0,
                        start
                    )
                }
            }
        }
        return digest
    }
}
