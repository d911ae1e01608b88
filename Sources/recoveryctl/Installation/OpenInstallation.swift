import AccountRecovery
import RecoveryAudit
import RecoveryStore

/// A data directory in the hands of this process, with everything a service stands on.
struct OpenInstallation: Sendable {
    let folder: DataFolder
    let installation: Installation
    let keys: InstallationKeys
    let store: SQLiteStore
    let parts: RecoveryService.Parts

    private init(
        _ folder: DataFolder,
        acceptingOlderVersion: Bool,
        passphrase: @escaping @Sendable () -> SecretText?
    ) async throws {
        let installation = try Installation(of: folder)
        let keys = try InstallationKeys(of: folder, passphrase: passphrase)
        let clock = SystemClock()
        var options = StoreOptions(tenant: installation.tenant, clock: clock, program: "recoveryctl")
        options.acceptsOlderVersion = acceptingOlderVersion
        let store = try SQLiteStore.open(
            at: folder.store,
            keys: LogKeys(installation, keys, folder),
            options: options
        )
        do {
            let (keyring, restores) = try await store.read { try ($0.vault.keyring(), StoreLife.restores(in: $0)) }
            guard restores == installation.restores else {
                throw StoreError.rolledBack(
                    "the store was restored \(restores) times, \(folder.installation) knows of \(installation.restores)"
                )
            }
            let vault = try SubjectVault(
                tenant: installation.tenant,
                keyring: keyring,
                source: keys.source,
                restores: restores
            )
            try vault.requireKeys()
            self.folder = folder
            self.installation = installation
            self.keys = keys
            self.store = store
            parts = RecoveryService.Parts(
                store: store,
                directory: EmbeddedDirectory(in: store),
                courier: try CourierChoice(of: folder).courier(for: installation, in: folder),
                clock: clock,
                vault: vault,
                grantKey: keys.grants,
                origin: installation.origin.text,
                keyFileDays: installation.keyFileDays
            )
        } catch {
            try? await store.close()
            throw error
        }
    }

    /// Opens the directory, works on it, and closes it whatever happened: closing seals the epoch of the log and moves
    /// its outside head.
    ///
    /// - Parameters:
    ///   - acceptingOlderVersion: Whether the database may be of an older version, to be brought to this one.
    ///   - passphrase: Asked for once a key file needs it.
    static func with<Value: Sendable>(
        _ folder: DataFolder,
        acceptingOlderVersion: Bool = false,
        passphrase: @escaping @Sendable () -> SecretText? = { nil },
        _ work: (OpenInstallation) async throws -> Value
    ) async throws -> Value {
        let open = try await OpenInstallation(
            folder,
            acceptingOlderVersion: acceptingOlderVersion,
            passphrase: passphrase
        )
        let value: Value
        do {
            value = try await work(open)
        } catch {
            // The first error is the one to tell.
            try? await open.store.close()
            throw error
        }
        do {
            try await open.store.close()
        } catch StoreError.full {
            // What was asked for is committed, and is not to be asked for twice. The next start does what is left.
            Terminal.talk("recoveryctl: the disk is full; this is done, and the log is closed at the next start")
            Terminal.talk("  → free some space")
        }
        return value
    }

    /// Proves who acts with their own key.
    func signIn(_ name: StaffName) async throws -> Session {
        let key: StaffKey
        do {
            key = try StaffKey(readingFrom: folder.key(of: name))
        } catch .sealed(let what) {
            throw Failure(
                .notSignedIn,
                "no-key",
                "\(name.text) is not signed in: \(what)",
                cure: "put the key there, with mode 600 in a folder of mode 700"
            )
        }
        guard let member = try await store.read({ try $0.record(StaffMember.self, name.text) }) else {
            throw Failure(
                .notSignedIn,
                "unknown-person",
                "nobody of the staff is called \(name.text)",
                cure: "an administrator admits people: recoveryctl --as ADMIN agent add NAME --role ROLE"
            )
        }
        let caller: Caller
        do {
            caller = try key.signIn(as: member)
        } catch .notAllowed(let what) {
            throw Failure(.notSignedIn, "wrong-key", what, cure: "use the key that was admitted")
        }
        return Session(desk: RecoveryService(parts, caller: caller), key: key, name: name, at: self)
    }
}

/// A person at the desk.
struct Session: Sendable {
    let desk: RecoveryService
    let key: StaffKey
    let name: StaffName
    let installation: OpenInstallation

    init(desk: RecoveryService, key: StaffKey, name: StaffName, at installation: OpenInstallation) {
        self.desk = desk
        self.key = key
        self.name = name
        self.installation = installation
    }
}

extension GlobalOptions {
    /// Opens the data directory for nobody in particular.
    func open<Value: Sendable>(
        acceptingOlderVersion: Bool = false,
        _ work: (OpenInstallation) async throws -> Value
    ) async throws -> Value {
        let input = try PassphraseInput(self)
        return try await OpenInstallation.with(
            folder,
            acceptingOlderVersion: acceptingOlderVersion,
            passphrase: { input.passphrase() },
            work
        )
    }

    /// Opens the data directory for the person that `--as` names.
    func atDesk<Value: Sendable>(_ work: (Session) async throws -> Value) async throws -> Value {
        let name = try actorName
        return try await open { try await work($0.signIn(name)) }
    }

    /// Opens the data directory for whoever may read it. Where a name is given, it must be proven.
    func atLog<Value: Sendable>(_ work: (OpenInstallation, StaffName?) async throws -> Value) async throws -> Value {
        let name = actor == nil ? nil : try actorName
        return try await open { open in
            if let name { _ = try await open.signIn(name) }
            return try await work(open, name)
        }
    }
}

extension LogKeys {
    init(_ installation: Installation, _ keys: InstallationKeys, _ folder: DataFolder) {
        self.init(
            origin: installation.origin,
            signingKey: keys.log,
            auditors: installation.auditors,
            epochKeyFile: folder.epochKey,
            headFile: folder.head
        )
    }
}
