import COpenSSL

#if canImport(Glibc)
    import Glibc
#endif

/// Stops the process if OpenSSL could not do its work.
///
/// With our arguments that happens only when memory, the generator or the provider is gone. To go on without
/// encryption, without tags or without randomness is worse than to stop.
func must(_ status: CInt, _ call: StaticString = #function) {
    precondition(status == 1, "OpenSSL failed in \(call)")
}

/// Unwraps what OpenSSL returns as `NULL` only when memory or the provider is gone.
func must(_ pointer: OpaquePointer?, _ call: StaticString = #function) -> OpaquePointer {
    guard let pointer = unsafe pointer else { preconditionFailure("OpenSSL failed in \(call)") }
    return unsafe pointer
}

/// Forgets OpenSSL's notes on a failure that we answered ourselves: they would be blamed on a later call, and may
/// quote input.
func drainErrors() {
    ERR_clear_error()
}

/// The algorithms, looked up once. A look-up takes a lock and costs as much as the hash of a short message.
///
/// Fetched objects are immutable and may be shared by threads; contexts may not: see ``ThreadContexts``.
@safe
struct Algorithms: @unchecked Sendable {
    static let fetched = Algorithms()

    let hmac = unsafe must(EVP_MAC_fetch(nil, "HMAC", "provider=default"))
    let sha1 = unsafe must(EVP_MD_fetch(nil, "SHA1", "provider=default"))
    let sha256 = unsafe must(EVP_MD_fetch(nil, "SHA256", "provider=default"))
    let sha512 = unsafe must(EVP_MD_fetch(nil, "SHA512", "provider=default"))
    let aes256GCM = unsafe must(EVP_CIPHER_fetch(nil, "AES-256-GCM", "provider=default"))
    let chaCha20Poly1305 = unsafe must(EVP_CIPHER_fetch(nil, "ChaCha20-Poly1305", "provider=default"))
    let scrypt = unsafe must(EVP_KDF_fetch(nil, "SCRYPT", "provider=default"))
}

/// The contexts of one thread, made on first use and freed when the thread ends.
///
/// A context holds the key of its last use. Whoever borrows the cipher resets it before handing it back. An HMAC
/// context keeps its key until the next one, which is dear to set up, or until ``HMAC/forgetKey(of:)``: key
/// derivation calls that, a tag under a long-lived key does not. Nothing secret is hashed in ``digest``.
@safe
final class ThreadContexts {
    let hmacSHA1 = unsafe ThreadContexts.hmac("SHA1")
    let hmacSHA256 = unsafe ThreadContexts.hmac("SHA256")
    let hmacSHA512 = unsafe ThreadContexts.hmac("SHA512")
    let digest = unsafe must(EVP_MD_CTX_new())
    let cipher = unsafe must(EVP_CIPHER_CTX_new())

    private init() {}

    deinit {
        unsafe EVP_MAC_CTX_free(hmacSHA1)
        unsafe EVP_MAC_CTX_free(hmacSHA256)
        unsafe EVP_MAC_CTX_free(hmacSHA512)
        unsafe EVP_MD_CTX_free(digest)
        unsafe EVP_CIPHER_CTX_free(cipher)
    }

    private static func hmac(_ digest: String) -> OpaquePointer {
        let context = unsafe must(EVP_MAC_CTX_new(Algorithms.fetched.hmac))
        unsafe must(shim_mac_set_digest(context, digest))
        return unsafe context
    }

    private static let slot: pthread_key_t = {
        var slot = pthread_key_t()
        let status = unsafe pthread_key_create(&slot) { contexts in
            guard let contexts = unsafe contexts else { return }
            unsafe Unmanaged<ThreadContexts>.fromOpaque(contexts).release()
        }
        precondition(status == 0, "no thread-local slot left")
        return slot
    }()

    /// The contexts of the thread that asks. Not to be kept across a suspension: the task may wake up elsewhere.
    static var current: ThreadContexts {
        if let contexts = unsafe pthread_getspecific(slot) {
            return unsafe Unmanaged<ThreadContexts>.fromOpaque(contexts).takeUnretainedValue()
        }
        let contexts = ThreadContexts()
        let status = unsafe pthread_setspecific(slot, Unmanaged.passRetained(contexts).toOpaque())
        precondition(status == 0, "no memory for the contexts of a thread")
        return contexts
    }
}
