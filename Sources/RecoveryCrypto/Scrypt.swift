import COpenSSL

/// Password-based key derivation that costs memory (RFC 7914).
public struct Scrypt: Sendable, Hashable {
    /// Base-2 logarithm of the cost N.
    public let log2N: UInt8
    /// Block size.
    public let r: UInt8
    /// Parallelisation.
    public let p: UInt8

    /// Takes parameters as they are. Whether they are affordable is the caller's question, asked before this.
    public init(log2N: UInt8, r: UInt8, p: UInt8) {
        self.log2N = log2N
        self.r = r
        self.p = p
    }

    /// Returns `byteCount` bytes, or `nil` if the parameters are not those of RFC 7914 or memory does not suffice.
    /// Uses about 128·N·r bytes.
    public func key(from password: borrowing SecretKey, salt: [UInt8], byteCount: Int = 32) -> SecretKey? {
        guard (1..<63).contains(log2N), r > 0, p > 0 else { return nil }
        let n = UInt64(1) << UInt64(log2N)
        // OpenSSL's own ceiling is 32 MiB, too low for any parameters worth having. Parameters may come from a file,
        // so the product of the largest must not trap.
        let (blocks, overflow) = (128 * UInt64(r)).multipliedReportingOverflow(by: n + UInt64(p) + 2)
        guard !overflow, blocks < UInt64(Int.max) else { return nil }
        let memory = blocks + 1 << 20
        let context = unsafe must(EVP_KDF_CTX_new(Algorithms.fetched.scrypt))
        defer { unsafe EVP_KDF_CTX_free(context) }
        var derived = false
        let key = unsafe SecretKey(byteCount: byteCount) { key in
            derived = unsafe password.withUnsafeBytes { password in
                let start = unsafe key.baseAddress?.assumingMemoryBound(to: UInt8.self)
                return unsafe shim_scrypt(
                    context,
                    password.baseAddress,
                    password.count,
                    salt,
                    salt.count,
                    n,
                    UInt32(r),
                    UInt32(p),
                    memory,
                    start,
                    key.count
                ) == 1
            }
        }
        guard derived else {
            drainErrors()
            return nil
        }
        return key
    }
}
