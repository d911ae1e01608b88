import COpenSSL

/// Ed25519 signatures (RFC 8032 §5.1, pure): 32-byte seeds and public keys, 64-byte signatures.
public enum Ed25519 {
    public static let signatureSize = 64

    /// A signing key. Threads may share it: nothing changes it after it is made.
    ///
    /// OpenSSL 3.0 keeps the bytes of its own key objects in the common heap, which core files hold. So it gets one
    /// for a signature and wipes it, and what lives is the seed, where all our keys live.
    public final class PrivateKey: Sendable {
        private let seed: SecretKey

        /// The public half.
        public let publicKey: PublicKey

        /// Makes the key of a 32-byte seed.
        public init(seed: borrowing SecretKey) {
            precondition(seed.byteCount == 32, "an Ed25519 seed has 32 bytes")
            self.seed = seed.copy()
            publicKey = PublicKey(
                unchecked: unsafe withRawPrivateKey("ED25519", seed) { key in unsafe rawPublicKey(of: key) }
            )
        }

        /// Returns the signature of `message`, 64 bytes. The same message always gives the same signature.
        public func signature(of message: [UInt8]) -> [UInt8] {
            unsafe withRawPrivateKey("ED25519", seed) { key in unsafe Self.signature(of: message, by: key) }
        }

        private static func signature(of message: [UInt8], by key: OpaquePointer) -> [UInt8] {
            let context = unsafe must(EVP_MD_CTX_new())
            defer { unsafe EVP_MD_CTX_free(context) }
            var signature = [UInt8](repeating: 0, count: Ed25519.signatureSize)
            var written = signature.count
            unsafe must(EVP_DigestSignInit_ex(context, nil, nil, nil, nil, key, nil))
            unsafe must(EVP_DigestSign(context, &signature, &written, message, message.count))
            precondition(written == signature.count, "an Ed25519 signature of unexpected size")
            return signature
        }
    }

    /// A verifying key.
    public struct PublicKey: Sendable, Hashable {
        /// 32 bytes.
        public let bytes: [UInt8]

        /// Takes 32 bytes, or refuses. Whether they are a point of the curve shows when a signature is verified.
        public init?(bytes: [UInt8]) {
            guard bytes.count == 32 else { return nil }
            self.bytes = bytes
        }

        fileprivate init(unchecked bytes: [UInt8]) {
            self.bytes = bytes
        }

        /// Whether `signature` is this key's signature of `message`. A malformed key or signature verifies nothing.
        public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
            guard signature.count == Ed25519.signatureSize else { return false }
            guard let key = unsafe EVP_PKEY_new_raw_public_key_ex(nil, "ED25519", nil, bytes, bytes.count) else {
                drainErrors()
                return false
            }
            defer { unsafe EVP_PKEY_free(key) }
            let context = unsafe must(EVP_MD_CTX_new())
            defer { unsafe EVP_MD_CTX_free(context) }
            unsafe must(EVP_DigestVerifyInit_ex(context, nil, nil, nil, nil, key, nil))
            let holds = unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
            if !holds { drainErrors() }
            return holds
        }
    }
}

/// Shows `body` OpenSSL's key of 32 bytes, of the type that it names, for the length of the call. It is wiped then.
func withRawPrivateKey<Result: ~Copyable>(
    _ type: String,
    _ bytes: borrowing SecretKey,
    _ body: (OpaquePointer) -> Result
) -> Result {
    let key = unsafe bytes.withUnsafeBytes { bytes in
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return unsafe must(EVP_PKEY_new_raw_private_key_ex(nil, type, nil, start, bytes.count))
    }
    defer { unsafe EVP_PKEY_free(key) }
    return unsafe body(key)
}

/// Returns the public half of a key of either curve, 32 bytes.
func rawPublicKey(of key: OpaquePointer) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 32)
    var count = bytes.count
    unsafe must(EVP_PKEY_get_raw_public_key(key, &bytes, &count))
    precondition(count == bytes.count, "a public key of unexpected size")
    return bytes
}
