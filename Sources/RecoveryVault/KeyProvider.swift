public import RecoveryCrypto

/// Where the key of a role comes from (Docs/Specs/vault.md §4): asked once, at start.
public enum KeyProvider: Sendable, Hashable {
    /// A file with the key itself, in 32 bytes or as text.
    case file(path: String)
    /// A file with the key under a passphrase.
    case passphrase(path: String)
    /// A credential that systemd decrypted for this service.
    case systemd(name: String)
    /// A program that prints the key.
    case exec(KeyProgram)
    /// A token that unwraps the key.
    case pkcs11(TokenKey)
    /// A server that unwraps the key.
    case transit(TransitKey)

    /// Reads `file:/absolute/path`, `passphrase:/absolute/path`, `systemd:name` or `exec:/absolute/path`, the last for
    /// a program without arguments and input; `nil` for any other scheme, and for what is no name of a credential. A
    /// path is taken as it stands, without percent signs, and judged when it is used.
    public init?(uri: String) {
        if let path = Self.path(of: uri, scheme: "file:") {
            self = .file(path: path)
        } else if let path = Self.path(of: uri, scheme: "passphrase:") {
            self = .passphrase(path: path)
        } else if let name = Self.path(of: uri, scheme: "systemd:"), CredentialFile.isName(name) {
            self = .systemd(name: name)
        } else if let path = Self.path(of: uri, scheme: "exec:") {
            self = .exec(KeyProgram(SecretProgram(path: path, arguments: []), input: nil))
        } else {
            return nil
        }
    }

    /// The URI, without what else is configured.
    public var uri: String {
        switch self {
        case .file(let path): "file:" + path
        case .passphrase(let path): "passphrase:" + path
        case .systemd(let name): "systemd:" + name
        case .exec(let program): "exec:" + program.program.path
        case .pkcs11(let token): "pkcs11:" + token.cipher.module
        case .transit(let transit): transit.url
        }
    }

    /// Returns the 32 bytes of the key. Whether it is the right one, its check value tells: ``KeyRing`` asks.
    ///
    /// - Parameter passphrase: Asked for after the file was found fit to be read, and only then.
    /// - Throws: ``VaultError/keyFileRefused(_:)`` with the first reason of §4 that applies;
    ///   ``VaultError/keyUnavailable(_:)`` and ``VaultError/providerTimeout(_:)`` for what is asked outside of this
    ///   process.
    public func key(
        of role: KeyRole,
        version: UInt32,
        rules: KeyFileRules,
        passphrase: () throws(VaultError) -> Passphrase
    ) throws(VaultError) -> SecretKey {
        switch self {
        case .file(let path):
            let contents = try rules.read(fileAt: path, isSize: KeyFile.isSize)
            return try KeyFile.parse(contents, expecting: role, version: version)
        case .passphrase(let path):
            let file = try PassphraseFile.read(fileAt: path, rules: rules)
            return try file.key(expecting: role, version: version, under: passphrase())
        case .systemd(let name):
            let contents = try CredentialFile.read(name, rules: rules)
            return try KeyFile.parse(contents, expecting: role, version: version)
        case .exec(let program):
            return try program.key(of: KeyName(.role(role), version: version), role: role, rules: rules)
        case .pkcs11(let token):
            return try token.key(of: KeyName(.role(role), version: version), role: role, rules: rules)
        case .transit(let transit):
            return try transit.key(of: KeyName(.role(role), version: version), role: role, rules: rules)
        }
    }

    /// Where a new key can be put, so that ``key(of:version:rules:passphrase:)`` finds it: the path of its file. `nil`
    /// for a provider that is asked for a key which it has already.
    public var placeForNewKey: String? {
        switch self {
        case .file(let path), .passphrase(let path): path
        // The token keeps nothing of ours: it wraps a key that lies beside.
        case .pkcs11(let token): token.input
        case .systemd, .exec, .transit: nil
        }
    }

    /// Whether putting a key there, and getting it, asks for a passphrase.
    public var asksForPassphrase: Bool {
        switch self {
        case .file, .systemd, .exec, .pkcs11, .transit: false
        case .passphrase: true
        }
    }

    /// Puts a new key where this provider finds it. Nothing is ever overwritten.
    ///
    /// - Throws: what writing the file throws; ``VaultError/keyFileRefused(_:)`` with `passphrase` for one of fewer than
    ///   15 characters; ``VaultError/keyUnavailable(_:)`` for a provider that takes no key.
    public func put(
        _ key: borrowing SecretKey,
        role: KeyRole,
        version: UInt32,
        rules: KeyFileRules,
        passphrase: () throws(VaultError) -> Passphrase
    ) throws(VaultError) {
        switch self {
        case .file(let path):
            try KeyFile.write(key, role: role, version: version, toFileAt: path, rules: rules)
        case .passphrase(let path):
            let file = try PassphraseFile(wrapping: key, role: role, version: version, under: passphrase())
            try file.write(toFileAt: path, rules: rules, replacing: false)
        case .pkcs11(let token): try token.wrap(key, role: role, version: version, rules: rules)
        case .systemd, .exec, .transit: throw .keyUnavailable(KeyName(.role(role), version: version))
        }
    }

    private static func path(of uri: String, scheme: String) -> String? {
        uri.utf8.starts(with: scheme.utf8)
            ? String(decoding: uri.utf8.dropFirst(scheme.utf8.count), as: UTF8.self) : nil
    }
}
