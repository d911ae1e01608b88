public import RecoveryAudit
import RecoveryCrypto

extension AuditorKey {
    /// Reads the private key of an auditor: 64 hexadecimal digits and a newline, under the rules for key files.
    public init(kid: String, readingFrom path: String) throws(ServiceError) {
        self.init(kid: kid, key: X25519.PrivateKey(bytes: try HexKeyFile.read(path)))
    }
}
