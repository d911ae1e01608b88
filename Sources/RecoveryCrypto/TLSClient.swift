import COpenSSL

/// How we prove ourselves to one server, and how it proves itself to us: TLS 1.2 or later, a certificate on each side,
/// and one authority of the configuration instead of those of the system.
@safe
public final class TLSClient: @unchecked Sendable {
    let context: OpaquePointer

    /// Takes certificates and a key as PEM. Nothing asks for the password of a key that has one: it is refused.
    ///
    /// - Parameters:
    ///   - authority: Certificates that the server's may be issued by.
    ///   - certificate: Ours, and after it those between it and what the server trusts.
    ///   - key: The private key of our certificate.
    /// - Returns: `nil` for what is no certificate or no key, and for a key that belongs to another certificate.
    public init?(
        authority: borrowing SecretKey,
        certificate: borrowing SecretKey,
        key: borrowing SecretKey
    ) {
        defer { drainErrors() }
        guard let context = unsafe shim_tls_client() else { return nil }
        unsafe self.context = context
        let store = unsafe SSL_CTX_get_cert_store(context)
        let isTrusting = unsafe Self.certificates(in: authority) { certificate, _ in
            unsafe X509_STORE_add_cert(store, certificate) == 1
        }
        let isShown = unsafe Self.certificates(in: certificate) { certificate, index in
            index == 0
                ? unsafe SSL_CTX_use_certificate(context, certificate) == 1
                : unsafe shim_tls_add_chain(context, certificate) == 1
        }
        guard isTrusting, isShown, unsafe Self.use(key, in: context), unsafe SSL_CTX_check_private_key(context) == 1
        else {
            return nil
        }
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    /// Whether there is at least one certificate, and `use` takes each.
    private static func certificates(in pem: borrowing SecretKey, use: (OpaquePointer, Int) -> Bool) -> Bool {
        unsafe pem.withUnsafeBytes { bytes in
            guard let source = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return false }
            defer { unsafe BIO_free(source) }
            var count = 0
            while let certificate = unsafe PEM_read_bio_X509(source, nil, nil, nil) {
                defer { unsafe X509_free(certificate) }
                guard unsafe use(certificate, count) else { return false }
                count += 1
            }
            return count > 0
        }
    }

    private static func use(_ pem: borrowing SecretKey, in context: OpaquePointer) -> Bool {
        unsafe pem.withUnsafeBytes { bytes in
            guard let source = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return false }
            defer { unsafe BIO_free(source) }
            // Without one, OpenSSL would ask the terminal.
            var noPassword: CChar = 0
            guard let key = unsafe PEM_read_bio_PrivateKey(source, nil, nil, &noPassword) else { return false }
            defer { unsafe EVP_PKEY_free(key) }
            return unsafe SSL_CTX_use_PrivateKey(context, key) == 1
        }
    }
}
