import RecoveryCrypto
import RecoveryVault

/// Where each version of the keys of the four roles comes from, and how to ask for a passphrase.
public struct KeySource: Sendable {
    private let provider: @Sendable (KeyRole, UInt32) -> KeyProvider?
    let rules: KeyFileRules
    let passphrase: @Sendable () throws(VaultError) -> Passphrase
    /// Keys that lie in no file: those of a ``TrialDesk``.
    let kept: [KeyRole: SecretText]

    /// Takes keys that live as long as the process.
    init(keeping kept: [KeyRole: SecretText]) {
        self.kept = kept
        provider = { _, _ in nil }
        rules = KeyFileRules(databaseDirectory: nil)
        passphrase = { () throws(VaultError) in throw .keyFileRefused(.passphrase) }
    }

    /// - Parameters:
    ///   - uri: `file:/…`, `passphrase:/…`, `systemd:…` or `exec:/…` for a role, `pii`, `match`, `auth` or `sys`, and a version from 1.
    ///   - databaseFolder: Where no key may lie.
    ///   - passphrase: Asked for when a passphrase file is used. Its bytes, as entered.
    public init(
        uri: @escaping @Sendable (_ role: String, _ version: UInt32) -> String?,
        databaseFolder: String,
        passphrase: @escaping @Sendable () -> SecretText?
    ) {
        self.init(
            provider: { uri($0.word, $1).flatMap { KeyProvider(uri: $0) } },
            databaseFolder: databaseFolder,
            passphrase: passphrase
        )
    }

    init(
        provider: @escaping @Sendable (KeyRole, UInt32) -> KeyProvider?,
        databaseFolder: String,
        passphrase: @escaping @Sendable () -> SecretText?
    ) {
        self.provider = provider
        kept = [:]
        rules = KeyFileRules(databaseDirectory: databaseFolder)
        self.passphrase = { () throws(VaultError) in
            guard let entered = passphrase() else { throw .keyFileRefused(.passphrase) }
            return try Passphrase(entered: entered.key)
        }
    }

    /// Fetches the key of a role. `pii` and `auth` are fetched for one operation and wiped at its end.
    ///
    /// - Throws: `sealed`, saying which file is to blame and what is wrong with it.
    func key(of role: KeyRole, version: UInt32) throws(ServiceError) -> SecretKey {
        if let kept = kept[role] { return kept.key.copy() }
        do throws(VaultError) {
            return try required(role, version)
                .key(of: role, version: version, rules: rules, passphrase: passphrase)
        } catch {
            throw refusal(of: role, version: version, error)
        }
    }

    /// Makes the key of a version that no row names yet, where its provider will find it.
    ///
    /// One that is there already was made by an attempt that was cut short. It has sealed nothing, and is taken.
    func make(_ role: KeyRole, version: UInt32) throws(ServiceError) -> SecretKey {
        guard case .file(let path)? = provider(role, version) else {
            return try key(of: role, version: version)
        }
        do throws(VaultError) {
            return try required(role, version)
                .key(of: role, version: version, rules: rules, passphrase: passphrase)
        } catch .keyFileRefused(.notFound) {
            let key = SecretKey(randomByteCount: 32)
            do throws(VaultError) {
                try KeyFile.write(key, role: role, version: version, toFileAt: path, rules: rules)
            } catch {
                throw refusal(of: role, version: version, error)
            }
            return key
        } catch {
            throw refusal(of: role, version: version, error)
        }
    }

    /// Says which file or provider is to blame. Whoever mends it has several in front of them.
    func refusal(of role: KeyRole, version: UInt32, _ error: VaultError) -> ServiceError {
        guard let provider = provider(role, version) else {
            guard error == .sealed else { return ServiceError(error) }
            return .sealed("no provider for version \(version) of the key \(role.word)")
        }
        return provider.refusal(of: role, version: version, error, limit: rules.timeLimit)
    }

    /// Where a version comes from, for people.
    func uri(_ role: KeyRole, _ version: UInt32) -> String? {
        provider(role, version)?.uri
    }

    /// The provider that the file of a ceremony names: as it is configured for this version, or as the URI alone says.
    func provider(of role: KeyRole, version: UInt32, named uri: String) -> KeyProvider? {
        if let configured = provider(role, version), configured.uri == uri { return configured }
        return KeyProvider(uri: uri)
    }

    private func required(_ role: KeyRole, _ version: UInt32) throws(VaultError) -> KeyProvider {
        guard let provider = provider(role, version) else { throw .sealed }
        return provider
    }
}

/// The rows of the table `keyring` that a new installation begins with.
public enum NewKeyring {
    /// Makes the keys of all roles and classes.
    ///
    /// - Parameter save: Keeps the key of a role where its provider will find it. Called once for each role.
    /// - Returns: One row for each role, with its check value, and one for each class key, wrapped.
    static func rows(
        at now: UnixTime,
        save: (KeyRole, borrowing SecretKey) throws -> Void
    ) throws -> [KeyringRow] {
        var ring = KeyRing()
        var rows: [KeyringRow] = []
        for role in KeyRole.allCases {
            let key = SecretKey(randomByteCount: 32)
            let check = KeyCheckValue(of: key)
            try save(role, key)
            let name = KeyName(.role(role), version: 1)
            rows.append(row(name, wrapped: [], wrappedBy: 0, check, now))
            try ring.load(key, as: name, state: .active, checkValue: check)
        }
        for classKey in ClassKey.allCases {
            let (wrapped, check) = try ring.makeClassKey(classKey, version: 1)
            let name = KeyName(.classKey(classKey), version: 1)
            rows.append(row(name, wrapped: wrapped.bytes, wrappedBy: 1, check, now))
        }
        return rows
    }

    private static func row(
        _ name: KeyName,
        wrapped: [UInt8],
        wrappedBy version: UInt32,
        _ check: KeyCheckValue,
        _ now: UnixTime
    ) -> KeyringRow {
        KeyringRow(
            purpose: name.purpose.keyringCode ?? 0,
            version: name.version,
            kekVersion: version,
            wrapped: wrapped,
            kcv: check.bytes,
            state: KeyState.active.rawValue,
            created: now.seconds
        )
    }
}

extension KeyRing {
    /// Loads what the rows of the table `keyring` name, for the roles given and the class keys under them. Every key
    /// is held against its check value before anything else is read.
    mutating func load(_ rows: [KeyringRow], roles: Set<KeyRole>, from source: KeySource) throws {
        for row in rows {
            guard case .role(let role)? = KeyPurpose(keyringCode: row.purpose), roles.contains(role),
                let state = KeyState(rawValue: row.state), state.opens
            else { continue }
            let check = try KeyCheckValue(bytes: row.kcv).orDamage("check value")
            let key = try source.key(of: role, version: row.version)
            do throws(VaultError) {
                try load(key, as: KeyName(.role(role), version: row.version), state: state, checkValue: check)
            } catch {
                throw source.refusal(of: role, version: row.version, error)
            }
        }
        for row in rows {
            guard case .classKey(let classKey)? = KeyPurpose(keyringCode: row.purpose),
                roles.contains(classKey.wrappedBy), let state = KeyState(rawValue: row.state), state.opens
            else { continue }
            try load(
                wrapped: Envelope(unverified: row.wrapped),
                as: classKey,
                version: row.version,
                state: state,
                checkValue: try KeyCheckValue(bytes: row.kcv).orDamage("check value")
            )
        }
    }
}

extension ServiceError {
    /// What of a fault of the vault a caller may know.
    init(_ error: VaultError) {
        switch error {
        case .invalidClaim(let field, let reason):
            self = .invalidClaim(field: PersonField.name(of: field), reason: reason.rawValue)
        case .keyUnavailable, .wrongKey, .keyFileRefused, .providerTimeout, .sealed:
            self = .sealed("\(error)")
        case .truncated, .unsupportedFormat, .keyOrContext, .tampered, .badPadding, .manifestMismatch:
            self = .store(.corrupt("\(error)"))
        case .rollbackDetected: self = .store(.rolledBack("\(error)"))
        case .shredded: self = .notFound
        case .limitReached, .cryptoFailure: self = .fault("\(error)")
        }
    }
}
