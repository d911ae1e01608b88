import COpenSSL

/// The certificates of those whose time stamps somebody trusts: roots of X.509 (RFC 5280), as a PEM file has them.
public struct TimeStampAuthorities: Sendable, Hashable {
    private static let begin = Array("-----BEGIN CERTIFICATE-----".utf8)
    private static let end = Array("-----END CERTIFICATE-----".utf8)

    /// The certificates in DER, one at least.
    let certificates: [[UInt8]]

    /// Reads the `CERTIFICATE` blocks of a PEM file (RFC 7468 §5), and refuses a file without any or with one that
    /// is no certificate. What stands outside of them is passed over.
    public init?(pem file: [UInt8]) {
        var certificates: [[UInt8]] = []
        var block: [UInt8]?
        for line in file.split(separator: UInt8(ascii: "\n")) {
            let blanks = line.reversed().prefix { [0x09, 0x0d, 0x20].contains($0) }
            let line = Array(line.dropLast(blanks.count))
            if let text = block {
                block = line == Self.end ? nil : text + line
                guard block == nil else { continue }
                guard let bytes = Base64.decode(String(decoding: text, as: UTF8.self)), Self.isCertificate(bytes) else {
                    return nil
                }
                certificates.append(bytes)
            } else if line == Self.begin {
                block = []
            }
        }
        guard !certificates.isEmpty, block == nil else { return nil }
        self.certificates = certificates
    }

    private static func isCertificate(_ bytes: [UInt8]) -> Bool {
        guard let certificate = unsafe certificate(bytes) else { return false }
        unsafe X509_free(certificate)
        return true
    }

    /// A certificate of OpenSSL's, for the caller to free; `nil` for bytes that are none, or more than one.
    private static func certificate(_ bytes: [UInt8]) -> OpaquePointer? {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            guard let certificate = unsafe d2i_X509(nil, &start, bytes.count) else {
                drainErrors()
                return nil
            }
            guard unsafe start == bytes.baseAddress?.advanced(by: bytes.count) else {
                unsafe X509_free(certificate)
                return nil
            }
            return unsafe certificate
        }
    }

    /// OpenSSL's store of them, for the caller to free, which judges chains as of `time`.
    func store(at time: UnixTime) -> OpaquePointer {
        let store = unsafe must(X509_STORE_new())
        for bytes in certificates {
            let certificate = unsafe must(Self.certificate(bytes))
            unsafe must(X509_STORE_add_cert(store, certificate))
            unsafe X509_free(certificate)
        }
        unsafe X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), time_t(time.seconds))
        return unsafe store
    }
}
