import RecoveryCrypto
import RecoveryVault

/// The rows of the table `keyring` that are about one key, in a transaction.
struct KeyVersions {
    let key: ManagedKey
    let rows: [KeyringRow]

    init(_ key: ManagedKey, in reader: any StoreReader) throws {
        self.key = key
        rows = try reader.vault.keyring().filter { $0.purpose == key.code }
    }

    func first(in state: KeyState) -> KeyringRow? { rows.first { $0.state == state.rawValue } }

    func row(_ version: UInt32) throws -> KeyringRow {
        guard let row = rows.first(where: { $0.version == version }) else { throw ServiceError.notFound }
        return row
    }

    /// The version behind every one that ever was.
    var nextVersion: UInt32 { (rows.map(\.version).max() ?? 0) + 1 }
}

extension ManagedKey {
    /// Where bytes of keys lie in quarantine that a version of this key should have unwrapped.
    func quarantine(of version: UInt32) -> String {
        "subject_key/\(wraps?.rawValue ?? 0)/\(version)/"
    }

    /// What hangs on a version: the keys of subjects that it wraps, with how many of them are known not to open, or the
    /// plans of the indexes that it makes.
    func load(of version: UInt32, in reader: any StoreReader) throws -> (wrapped: Int, quarantined: Int) {
        if self == .blindIndex {
            return (try reader.vault.indexPlans().count { $0.keyVersion == version }, 0)
        }
        guard let wraps else { return (0, 0) }
        return (
            try reader.vault.subjectKeyCount(class: wraps.rawValue, kekVersion: version),
            try reader.vault.quarantineCount(under: quarantine(of: version))
        )
    }
}

extension RecoveryService {
    /// Refuses whoever may not manage what all data rests on.
    public func requireKeyManagement() async throws(ServiceError) {
        try await perform(.manageKeys) {}
    }

    /// Every version of every key, without one byte of any.
    public func keys() async throws(ServiceError) -> [KeyView] {
        try await perform(.readKeys) {
            try await store.read { reader in
                try reader.vault.keyring().compactMap { row -> KeyView? in
                    guard let purpose = KeyPurpose(keyringCode: row.purpose), let key = ManagedKey(purpose),
                        let state = KeyState(rawValue: row.state)
                    else { return nil }
                    let load = try key.load(of: row.version, in: reader)
                    var provider: String?
                    if case .role(let role) = purpose, state != .destroyed {
                        provider = vault.source.uri(role, row.version)
                    }
                    return KeyView(
                        key: key.rawValue,
                        version: row.version,
                        state: state.word,
                        kcv: row.kcv.hexadecimal,
                        created: row.created,
                        wraps: key.wraps == nil ? nil : load.wrapped,
                        quarantined: load.quarantined,
                        notAfter: row.notAfter,
                        provider: provider
                    )
                }
            }
        }
    }
}
