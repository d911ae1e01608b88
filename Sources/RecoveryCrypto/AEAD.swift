import COpenSSL

/// AES-256-GCM (NIST SP 800-38D): 32-byte key, 12-byte nonce, 16-byte tag, nothing else.
public enum AESGCM {
    /// Returns `ciphertext ‖ tag`. A nonce must never be used twice under one key (SP 800-38D §8).
    public static func seal(
        _ plaintext: Span<UInt8>,
        key: borrowing SecretKey,
        nonce: [UInt8],
        authenticating associatedData: [UInt8]
    ) -> [UInt8] {
        unsafe AEAD(cipher: Algorithms.fetched.aes256GCM)
            .seal(plaintext, key: key, nonce: nonce, authenticating: associatedData)
    }

    /// Returns the plaintext, or `nil` if the key, the nonce, the associated data or any byte of `box` is another.
    public static func open(
        _ box: Span<UInt8>,
        key: borrowing SecretKey,
        nonce: [UInt8],
        authenticating associatedData: [UInt8]
    ) -> SecretKey? {
        unsafe AEAD(cipher: Algorithms.fetched.aes256GCM)
            .open(box, key: key, nonce: nonce, authenticating: associatedData)
    }
}

/// ChaCha20-Poly1305 (RFC 8439): 32-byte key, 12-byte nonce, 16-byte tag.
public enum ChaChaPoly {
    /// Returns `ciphertext ‖ tag`. A nonce must never be used twice under one key.
    public static func seal(
        _ plaintext: Span<UInt8>,
        key: borrowing SecretKey,
        nonce: [UInt8],
        authenticating associatedData: [UInt8]
    ) -> [UInt8] {
        unsafe AEAD(cipher: Algorithms.fetched.chaCha20Poly1305)
            .seal(plaintext, key: key, nonce: nonce, authenticating: associatedData)
    }

    /// Returns the plaintext, or `nil` if the key, the nonce, the associated data or any byte of `box` is another.
    public static func open(
        _ box: Span<UInt8>,
        key: borrowing SecretKey,
        nonce: [UInt8],
        authenticating associatedData: [UInt8]
    ) -> SecretKey? {
        unsafe AEAD(cipher: Algorithms.fetched.chaCha20Poly1305)
            .open(box, key: key, nonce: nonce, authenticating: associatedData)
    }
}

/// What both ciphers share: only the fetched algorithm differs.
@safe
private struct AEAD {
    static let keySize = 32
    static let nonceSize = 12
    static let tagSize = 16

    let cipher: OpaquePointer

    func seal(
        _ plaintext: Span<UInt8>,
        key: borrowing SecretKey,
        nonce: [UInt8],
        authenticating associatedData: [UInt8]
    ) -> [UInt8] {
        let context = unsafe start(encrypting: true, key: key, nonce: nonce, associatedData)
        defer { unsafe EVP_CIPHER_CTX_reset(context) }
        let count = plaintext.count
        var box = [UInt8](repeating: 0, count: count + Self.tagSize)
        var written: Int32 = 0
        unsafe plaintext.withUnsafeBytes { plaintext in
            let bytes = unsafe plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self)
            unsafe must(EVP_CipherUpdate(context, &box, &written, bytes, Int32(count)))
        }
        unsafe box.withUnsafeMutableBytes { box in
            let tag = unsafe box.baseAddress?.advanced(by: count)
            unsafe must(EVP_CipherFinal_ex(context, tag?.assumingMemoryBound(to: UInt8.self), &written))
            unsafe must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagSize), tag))
        }
        return box
    }

    func open(
        _ box: Span<UInt8>,
        key: borrowing SecretKey,
        nonce: [UInt8],
        authenticating associatedData: [UInt8]
    ) -> SecretKey? {
        let count = box.count - Self.tagSize
        // OpenSSL counts in 32 bits. A longer box is none of ours, and what came from outside must not trap.
        guard count >= 0, count <= Int32.max else { return nil }
        let context = unsafe start(encrypting: false, key: key, nonce: nonce, associatedData)
        defer { unsafe EVP_CIPHER_CTX_reset(context) }
        var authentic = false
        let plaintext = unsafe box.withUnsafeBytes { box in
            unsafe SecretKey(byteCount: count) { plaintext in
                var written: Int32 = 0
                let output = unsafe plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self)
                let input = unsafe box.baseAddress?.assumingMemoryBound(to: UInt8.self)
                unsafe must(EVP_CipherUpdate(context, output, &written, input, Int32(count)))
                let tag = unsafe UnsafeMutableRawPointer(mutating: box.baseAddress?.advanced(by: count))
                unsafe must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagSize), tag))
                authentic = unsafe EVP_CipherFinal_ex(context, output?.advanced(by: count), &written) == 1
            }
        }
        // Until the last call said yes nothing was authenticated: what was written is wiped by its owner, unseen.
        guard authentic else {
            drainErrors()
            return nil
        }
        return plaintext
    }

    private func start(
        encrypting: Bool,
        key: borrowing SecretKey,
        nonce: [UInt8],
        _ associatedData: [UInt8]
    ) -> OpaquePointer {
        precondition(key.byteCount == Self.keySize && nonce.count == Self.nonceSize, "a 256-bit key, a 96-bit nonce")
        let context = unsafe ThreadContexts.current.cipher
        unsafe key.withUnsafeBytes { key in
            let key = unsafe key.baseAddress?.assumingMemoryBound(to: UInt8.self)
            unsafe must(EVP_CipherInit_ex2(context, cipher, key, nonce, encrypting ? 1 : 0, nil))
        }
        var written: Int32 = 0
        unsafe must(EVP_CipherUpdate(context, nil, &written, associatedData, Int32(associatedData.count)))
        return unsafe context
    }
}
