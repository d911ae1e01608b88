public import RecoveryCrypto

/// A key that a token of PKCS #11 unwraps (Docs/Specs/vault.md §4.6).
public struct TokenKey: Sendable, Hashable {
    public let cipher: TokenCipher
    /// The file of the user's PIN, and nothing else but one line feed.
    public let pin: String
    /// The file of the wrapped key: `iv[12] || ciphertext[32] || tag[16]`.
    public let input: String

    public init(_ cipher: TokenCipher, pin: String, input: String) {
        self.cipher = cipher
        self.pin = pin
        self.input = input
    }

    static let wrappedSize = 60
    static let largestPIN = 255

    /// Asks the token.
    ///
    /// - Throws: ``VaultError/keyFileRefused(_:)`` for a file that may not be used; ``VaultError/keyUnavailable(_:)``;
    ///   ``VaultError/providerTimeout(_:)``.
    func key(of name: KeyName, role: KeyRole, rules: KeyFileRules) throws(VaultError) -> SecretKey {
        let pin = try readPIN(rules)
        let wrapped = try rules.readTrusted(fileAt: input) { $0 == Self.wrappedSize }
        let data = WrappedKey.associatedData(role, version: name.version)
        do throws(SecretSourceError) {
            return try cipher.open(
                wrapped.lend { [UInt8](copying: $0) },
                associatedData: data,
                pin: pin,
                within: rules.timeLimit
            )
        } catch {
            throw VaultError(error, name, role)
        }
    }

    /// Has the token wrap a key, and writes the file that ``KeyProvider/pkcs11(_:)`` reads. Nothing is overwritten.
    ///
    /// - Throws: What reading throws; ``VaultError/keyFileRefused(_:)`` with `io` where the file exists.
    public func wrap(
        _ key: borrowing SecretKey,
        role: KeyRole,
        version: UInt32,
        rules: KeyFileRules
    ) throws(VaultError) {
        precondition(key.byteCount == KeyFile.binarySize && version > 0, "32 bytes, and a version from 1")
        let pin = try readPIN(rules)
        let wrapped: [UInt8]
        do throws(SecretSourceError) {
            wrapped = try cipher.seal(
                key,
                associatedData: WrappedKey.associatedData(role, version: version),
                pin: pin,
                within: rules.timeLimit
            )
        } catch {
            throw VaultError(error, KeyName(.role(role), version: version), role)
        }
        try rules.write(SecretKey(copying: wrapped.span), toFileAt: input, replacing: false)
    }

    private func readPIN(_ rules: KeyFileRules) throws(VaultError) -> SecretKey {
        try rules.requireTrusted(fileAt: cipher.module, isProgram: false)
        let text = try rules.read(fileAt: pin) { (1...Self.largestPIN + 1).contains($0) }
        let count = text.lend { $0[$0.count - 1] == 0x0a ? $0.count - 1 : $0.count }
        guard count > 0 else { throw .keyFileRefused(.format) }
        return text.part(0..<count)
    }
}
