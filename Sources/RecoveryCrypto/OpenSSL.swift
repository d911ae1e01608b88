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

    let sha1 = unsafe must(EVP_MD_fetch(nil, "SHA1", "provider=default"))
    let sha256 = unsafe must(EVP_MD_fetch(nil, "SHA256", "provider=default"))
    let sha512 = unsafe must(EVP_MD_fetch(nil, "SHA512", "provider=default"))
    let aes256GCM = unsafe must(EVP_CIPHER_fetch(nil, "AES-256-GCM", "provider=default"))
    let chaCha20Poly1305 = unsafe must(EVP_CIPHER_fetch(nil, "ChaCha20-Poly1305", "provider=default"))
    let scrypt = unsafe must(EVP_KDF_fetch(nil, "SCRYPT", "provider=default"))
}

/// The contexts of one thread, made on first use and freed when the thread ends.
///
/// A context holds the key of its last use: whoever borrows the cipher resets it before handing it back. Hashes and
/// HMAC need none, see `hash.h`.
@safe
final class ThreadContexts {
    let cipher = unsafe must(EVP_CIPHER_CTX_new())

    private init() {}

    deinit {
        unsafe EVP_CIPHER_CTX_free(cipher)
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
