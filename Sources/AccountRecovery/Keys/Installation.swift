public import RecoveryAudit
public import RecoveryCrypto
import RecoveryPolicy
import RecoveryVault

/// What an installation is: the name of its log, its tenant, and the auditors to whom every epoch is sealed.
///
///     {"auditors":[{"key":"…","kid":"vera"}],"created_s":…,"format":"account-recovery/installation/v1",
///      "origin":"recovery.example/demo","retired":["walt"],"tenant":"…"}
///
/// and where they apply `"key_file_days":…` and `"restores":…`.
public struct Installation: Sendable {
    static let format = "account-recovery/installation/v1"

    public let origin: Origin
    /// 16 bytes.
    public let tenant: [UInt8]
    public let auditors: [KeyRecipient]
    /// Names of auditors that are none any more. The log has keys sealed under them, so they are never given again.
    public let retired: [String]
    public let createdAt: UnixTime
    /// How many restores were accepted. A store that knows of fewer is an older one.
    public let restores: UInt32
    /// Days for which the operator keeps key files of backups.
    public let keyFileDays: Int64

    /// Reads the file of a data directory.
    public init(of folder: DataFolder) throws(ServiceError) {
        let bytes: [UInt8]
        do throws(VaultError) {
            let text = try KeyFileRules(databaseDirectory: nil).read(fileAt: folder.installation) { $0 <= 65_536 }
            bytes = text.lend { span in span.indices.map { span[$0] } }
        } catch .keyFileRefused(.notFound) {
            throw .store(.refused("there is no installation in \(folder.root); recoveryctl init makes one"))
        } catch {
            throw HexKeyFile.refusal(of: folder.installation, error)
        }
        guard let value = try? CanonicalJSON.parseFile(bytes), value["format"]?.string == Self.format,
            let origin = value["origin"]?.string.flatMap({ Origin($0) }),
            let tenant = value["tenant"]?.string.flatMap({ [UInt8](hexadecimal: $0) }), tenant.count == 16,
            let created = value["created_s"]?.integer,
            let list = value["auditors"]?.array
        else { throw .store(.corrupt("\(folder.installation) is not the file of an installation")) }
        let auditors = list.compactMap(Self.recipient)
        guard auditors.count == list.count, !auditors.isEmpty else {
            throw .store(.corrupt("\(folder.installation) names an auditor without a key"))
        }
        self.origin = origin
        self.tenant = tenant
        self.auditors = auditors
        retired = value["retired"]?.array?.compactMap(\.string) ?? []
        createdAt = UnixTime(seconds: created)
        restores = value["restores"]?.integer.flatMap { UInt32(exactly: $0) } ?? 0
        keyFileDays = value["key_file_days"]?.integer ?? Self.usualKeyFileDays
        guard (0...36_500).contains(keyFileDays) else {
            throw .store(.corrupt("\(folder.installation): key_file_days is no number of days"))
        }
    }

    init(
        origin: Origin,
        tenant: [UInt8],
        auditors: [KeyRecipient],
        retired: [String] = [],
        createdAt: UnixTime,
        restores: UInt32 = 0,
        keyFileDays: Int64 = Self.usualKeyFileDays
    ) {
        self.origin = origin
        self.tenant = tenant
        self.auditors = auditors
        self.retired = retired
        self.createdAt = createdAt
        self.restores = restores
        self.keyFileDays = keyFileDays
    }

    private static func recipient(_ value: JSONValue) -> KeyRecipient? {
        guard let kid = value["kid"]?.string, let key = value["key"]?.string.flatMap({ [UInt8](hexadecimal: $0) })
        else { return nil }
        return KeyRecipient(kid: kid, publicKey: key)
    }

    /// - Parameter replacing: Whether the file that is there may be replaced, in one step.
    func write(to folder: DataFolder, replacing: Bool) throws(ServiceError) {
        var members: [String: JSONValue] = [
            "auditors": auditorList,
            "created_s": .integer(createdAt.seconds),
            "format": .string(Self.format),
            "origin": .string(origin.text),
            "retired": .array(retired.map(JSONValue.string)),
            "tenant": .string(tenant.hexadecimal),
        ]
        if restores > 0 { members["restores"] = .integer(Int64(restores)) }
        if keyFileDays != Self.usualKeyFileDays { members["key_file_days"] = .integer(keyFileDays) }
        let value = JSONValue.object(JSONObject(members.map { JSONMember(key: $0.key, value: $0.value) }))
        do throws(VaultError) {
            let contents = SecretKey(copying: CanonicalJSON.writeLine(value).span)
            try KeyFileRules(databaseDirectory: nil).write(
                contents,
                toFileAt: folder.installation,
                replacing: replacing
            )
        } catch {
            throw HexKeyFile.refusal(of: folder.installation, error)
        }
    }
}

/// The keys that one process of the service holds for its whole life.
public struct InstallationKeys: Sendable {
    /// Signs checkpoints.
    public let log: Ed25519.PrivateKey
    /// Signs grants.
    public let grants: Ed25519.PrivateKey
    public let source: KeySource

    /// Reads the keys of a data directory. Those of the roles are fetched by `source` when they are needed.
    public init(
        of folder: DataFolder,
        passphrase: @escaping @Sendable () -> SecretText? = { nil }
    ) throws(ServiceError) {
        log = Ed25519.PrivateKey(seed: try HexKeyFile.read(folder.logKey))
        grants = Ed25519.PrivateKey(seed: try HexKeyFile.read(folder.grantKey))
        let table = try ProviderTable(of: folder)
        source = KeySource(
            provider: { table.provider(of: $0, version: $1) },
            databaseFolder: folder.store,
            passphrase: passphrase
        )
    }
}

/// A new installation being made: keys first, then whatever rests on them.
public struct NewInstallation: Sendable {
    public let installation: Installation
    public let keys: InstallationKeys
    /// What the new store must hold before anything else.
    let keyring: [KeyringRow]
    let admin: StaffMember
    let policy: StoredPolicy

    /// Makes every key, and writes each to its file. The folders exist and are empty.
    ///
    /// - Throws: `invalidInput` for a policy that cannot be read or that the linter refuses.
    public init(
        in folder: DataFolder,
        origin: String,
        admin: StaffName,
        auditors: [StaffName],
        policy text: String,
        at now: UnixTime
    ) throws(ServiceError) {
        guard let origin = Origin(origin) else {
            throw .invalidInput("an origin names the log, such as recovery.example/demo: small letters, digits, . - /")
        }
        guard !auditors.isEmpty else {
            throw .invalidInput("a log that no auditor can check is worth nothing: name one at least")
        }
        policy = try StoredPolicy(linting: text)
        let adminKey = try StaffKey.create(at: folder.key(of: admin))
        self.admin = try StaffMember(founding: admin, key: adminKey)
        var recipients: [KeyRecipient] = []
        for auditor in auditors {
            let key = SecretKey(randomByteCount: 32)
            try HexKeyFile.write(key, to: folder.auditorKey(of: auditor))
            recipients.append(KeyRecipient(kid: auditor.text, publicKey: X25519.PrivateKey(bytes: key).publicKey))
        }
        for path in [folder.logKey, folder.grantKey] {
            try HexKeyFile.write(SecretKey(randomByteCount: 32), to: path)
        }
        do {
            keyring = try NewKeyring.rows(at: now) { role, key in
                try KeyFile.write(
                    key,
                    role: role,
                    version: 1,
                    toFileAt: folder.key(ofRole: role.word, version: 1),
                    rules: KeyFileRules(databaseDirectory: folder.store)
                )
            }
        } catch let error as VaultError {
            throw ServiceError(error)
        } catch {
            throw .fault("\(type(of: error))")
        }
        installation = Installation(
            origin: origin,
            tenant: Random.bytes(16),
            auditors: recipients,
            createdAt: now
        )
        try installation.write(to: folder, replacing: false)
        keys = try InstallationKeys(of: folder)
    }

    /// Writes the first rows and records of a store that was just created: the first administrator, as a bootstrap
    /// (`Docs/Specs/audit-log.md` §9), then the key ring and the policy.
    public func furnish(_ store: some CaseStore) async throws(ServiceError) {
        do {
            try await store.commit { transaction in
                for row in keyring { try transaction.put(.key(row)) }
                try transaction.put(admin)
                try transaction.put(policy)
                try transaction.put(PolicyInForce(digest: policy.digest))
                let bootstrap = AdmissionStatement(
                    name: admin.name,
                    role: admin.role,
                    publicKey: admin.publicKey,
                    person: admin.person,
                    nonce: "",
                    notAfter: 0,
                    origin: installation.origin.text
                )
                return Recorded(
                    (),
                    .keyAdded(bootstrap, signed: nil),
                    .event(
                        "policy.apply",
                        [
                            "policy": .string(policy.digest),
                            "previous": .string(String(repeating: "0", count: 64)),
                            "version": .string("\(policy.name)/\(policy.version)"),
                        ],
                        actor: admin.name
                    )
                )
            }
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .fault("\(type(of: error))")
        }
    }
}

extension StaffMember {
    init(founding name: StaffName, key: StaffKey) throws(ServiceError) {
        guard let bytes = [UInt8](hexadecimal: key.publicKey), let publicKey = Ed25519.PublicKey(bytes: bytes),
            let person = Pseudonym(bytes: Random.bytes(16))
        else { throw .fault("a key of ours was refused") }
        self.init(name: name, person: person, role: .admin, publicKey: publicKey)
    }
}
