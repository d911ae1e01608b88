import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

/// The end of a key. What only it opened is gone with it, so both steps ask whether there is anything.
extension RecoveryService {
    /// Loads a draining version no more. A rotation does this by itself; this is for one that left rows in quarantine
    /// which were erased or replaced since.
    public func retireKey(_ key: ManagedKey, version: UInt32) async throws(ServiceError) -> KeyChange {
        try await perform(.manageKeys) {
            let now = clock.now().seconds
            let (change, keyring) = try await store.commit { transaction in
                var row = try KeyVersions(key, in: transaction).row(version)
                let state = try KeyState(rawValue: row.state).orDamage("key state")
                guard state == .draining else {
                    throw ServiceError.conflict("version \(version) of \(key.rawValue) is \(state.word), not draining")
                }
                let left =
                    try key.load(of: version, in: transaction).wrapped + wrappedClassKeys(key, version, transaction)
                guard left == 0 else {
                    throw ServiceError.conflict(
                        "\(left) keys are still wrapped under it: recoveryctl key rotate \(key.rawValue)"
                    )
                }
                row.state = KeyState.retired.rawValue
                row.notAfter = now + keyRetention
                try transaction.put(.key(row))
                let change = KeyChange(
                    from: state.word,
                    to: KeyState.retired.word,
                    position: try transaction.nextPosition
                )
                let keyring = try transaction.vault.keyring()
                return Recorded((change, keyring), keyEvent("x.key.retire", key, Int64(version)))
            }
            try vault.reload(keyring)
            return change
        }
    }

    /// Makes a retired version useless: its bytes in the store are deleted, and `discard` deletes them elsewhere.
    ///
    /// - Parameters:
    ///   - voidingBackups: Whether backups of subject keys that need it may become useless, too. Otherwise it is
    ///     refused until the last of them has expired.
    ///   - discard: Called after the record is on the disk, also where an earlier attempt had come so far.
    public func destroyKey(
        _ key: ManagedKey,
        version: UInt32,
        voidingBackups: Bool,
        discard: @Sendable (_ uri: String) throws -> Void
    ) async throws(ServiceError) -> KeyChange {
        try await perform(.manageKeys) {
            let now = clock.now().seconds
            let change = try await store.commit { transaction in
                var row = try KeyVersions(key, in: transaction).row(version)
                let state = try KeyState(rawValue: row.state).orDamage("key state")
                guard state >= .retired else {
                    throw ServiceError.conflict(
                        "version \(version) of \(key.rawValue) is \(state.word): only a retired key can be destroyed"
                    )
                }
                // A data file is kept for years, and its own key is wrapped under this one alone.
                if state == .retired, !voidingBackups, key == .sys {
                    throw ServiceError.conflict(
                        "every backup that was made under it needs it as long as the backup is kept; "
                            + "--void-backups makes those backups useless"
                    )
                }
                if state == .retired, !voidingBackups, let notAfter = row.notAfter, now < notAfter {
                    throw ServiceError.conflict(
                        "a backup of keys may need it for another \((notAfter - now + 86_399) / 86_400) days; "
                            + "--void-backups makes those backups useless"
                    )
                }
                row.state = KeyState.destroyed.rawValue
                row.wrapped = []
                try transaction.put(.key(row))
                let change = KeyChange(
                    from: state.word,
                    to: KeyState.destroyed.word,
                    position: try transaction.nextPosition
                )
                return Recorded(change, keyEvent("x.key.destroy", key, Int64(version)))
            }
            if case .role(let role) = key.purpose, let uri = vault.source.uri(role, version) { try discard(uri) }
            return change
        }
    }

    private func wrappedClassKeys(_ key: ManagedKey, _ version: UInt32, _ reader: any StoreReader) throws -> Int {
        guard case .role(let role) = key.purpose else { return 0 }
        return try reader.vault.keyring().count { row in
            guard case .classKey(let classKey)? = KeyPurpose(keyringCode: row.purpose) else { return false }
            return classKey.wrappedBy == role && row.kekVersion == version && row.state < KeyState.retired.rawValue
        }
    }
}

/// What became of a version of a key.
public struct KeyChange: Sendable, Hashable, Encodable {
    public let from: String
    public let to: String
    /// Of the record in the log.
    public let position: UInt64
}
