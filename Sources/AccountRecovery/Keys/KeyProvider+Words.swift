import RecoveryCrypto
import RecoveryVault

/// What an operator is told of a provider.
extension KeyProvider {
    /// What is wrong, where, and the cure.
    func refusal(of role: KeyRole, version: UInt32, _ error: VaultError, limit: Duration) -> ServiceError {
        switch error {
        case .keyFileRefused(let reason): refused(reason, error)
        case .wrongKey: .sealed("\(holder) holds another key than this store was sealed with (\(error))")
        case .keyUnavailable: .sealed("\(holder) did not give version \(version) of the key \(role.word): \(advice)")
        case .providerTimeout:
            .sealed(
                "\(holder) did not answer within \(limit.components.seconds) s; is it waiting for a person, a card or a network?"
            )
        default: ServiceError(error)
        }
    }

    private func refused(_ reason: KeyFileRefusal, _ error: VaultError) -> ServiceError {
        switch (self, reason) {
        case (.systemd(let name), .notFound):
            .sealed(
                "the credential \(name) is not there (not-found); name it in LoadCredentialEncrypted= of the unit, "
                    + "and start through systemd"
            )
        case (.passphrase(let path), .passphrase):
            .sealed(
                "\(path) was not opened by this passphrase, or none was given (passphrase); type it, or name its file "
                    + "with --passphrase-file"
            )
        case (.exec, .mode):
            .sealed(
                "\(holder), or its input, can be written by others, or run by nobody (mode); chmod 700 it, and ask who "
                    + "wrote it"
            )
        case (.file(let path), _), (.passphrase(let path), _): HexKeyFile.refusal(of: path, error)
        case (.systemd(let name), _): HexKeyFile.refusal(of: "the credential \(name)", error)
        case (.exec, _), (.pkcs11, _), (.transit, _):
            HexKeyFile.refusal(of: "\(holder), or a file that it is configured with,", error)
        }
    }

    /// The place that a person would look at.
    private var holder: String {
        switch self {
        case .file(let path), .passphrase(let path): path
        case .systemd(let name): "the credential \(name)"
        case .exec(let program): program.program.path
        case .pkcs11(let token): token.cipher.module
        case .transit(let transit): transit.url
        }
    }

    private var advice: String {
        switch self {
        case .file, .passphrase, .systemd: "look at it"
        case .exec: "it must print exactly 32 bytes and exit with 0; run it as this user, with no environment, in /"
        case .pkcs11(let token):
            "the token and the key must be there once each, the key sensitive and not extractable, the PIN that of "
                + "\(token.pin), and \(token.input) wrapped for this role and version"
        case .transit(let transit):
            "it must prove its name under \(transit.authority), accept our certificate and the token of "
                + "\(transit.token), and \(transit.input) must be wrapped for this role and version"
        }
    }
}
