import COpenSSL

/// Diffie-Hellman on Curve25519 (RFC 7748 §6.1): 32-byte keys and secrets.
public enum X25519 {
    /// A private key. Threads may share it: nothing changes it after it is made. OpenSSL gets it for one exchange
    /// at a time, as with ``Ed25519/PrivateKey``.
    public final class PrivateKey: Sendable {
        private let bytes: SecretKey

        /// The public half, 32 bytes.
        public let publicKey: [UInt8]

        /// Takes 32 bytes, clamped by OpenSSL as RFC 7748 §5 asks.
        public init(bytes: borrowing SecretKey) {
            precondition(bytes.byteCount == 32, "an X25519 key has 32 bytes")
            self.bytes = bytes.copy()
            publicKey = unsafe withRawPrivateKey("X25519", bytes) { key in unsafe rawPublicKey(of: key) }
        }

        /// Returns the shared secret, or `nil` where it would be zero: the other key has small order (RFC 7748 §6.1).
        public func sharedSecret(with publicKey: [UInt8]) -> SecretKey? {
            unsafe withRawPrivateKey("X25519", bytes) { key in unsafe Self.sharedSecret(of: key, with: publicKey) }
        }

        private static func sharedSecret(of key: OpaquePointer, with publicKey: [UInt8]) -> SecretKey? {
            guard publicKey.count == 32,
                let peer = unsafe EVP_PKEY_new_raw_public_key_ex(nil, "X25519", nil, publicKey, publicKey.count)
            else {
                drainErrors()
                return nil
            }
            defer { unsafe EVP_PKEY_free(peer) }
            let context = unsafe must(EVP_PKEY_CTX_new_from_pkey(nil, key, nil))
            defer { unsafe EVP_PKEY_CTX_free(context) }
            unsafe must(EVP_PKEY_derive_init(context))
            // What another party sent may be refused by a check, here or in a later OpenSSL, but not stop us.
            guard unsafe EVP_PKEY_derive_set_peer_ex(context, peer, 1) == 1 else {
                drainErrors()
                return nil
            }
            var derived = false
            let secret = unsafe SecretKey(byteCount: 32) { secret in
                var count = secret.count
                let start = unsafe secret.baseAddress?.assumingMemoryBound(to: UInt8.self)
                derived = unsafe EVP_PKEY_derive(context, start, &count) == 1 && count == secret.count
            }
            guard derived else {
                drainErrors()
                return nil
            }
            return secret
        }
    }
}
