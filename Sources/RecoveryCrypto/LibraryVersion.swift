import COpenSSL

/// The cryptographic library that runs, which may be another than the one at build time: `OpenSSL 3.0.17 1 Jul 2025`.
public var cryptographicLibrary: String {
    guard let text = unsafe OpenSSL_version(OPENSSL_VERSION) else { return "unknown" }
    return unsafe String(cString: text)
}
