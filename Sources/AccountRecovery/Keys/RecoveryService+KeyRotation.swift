import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

/// A rotation under way, in the hands of one process: its keys, and the lease it works under.
public struct KeyRotation: Sendable {
    public let key: ManagedKey
    public let from: UInt32
    public let to: UInt32
    /// Whether an earlier attempt had begun it.
    public let isResumed: Bool
    /// How many keys of subjects are left.
    public let count: Int
    let lease: String
    let ring: KeyRing
    /// Rows in one transaction. Between two, other work goes first.
    let batch: Int

    public static let usualBatch = 500
}

/// How one key takes over from another (`Docs/Specs/vault.md` §14): it is prepared, proven, and made active; then
/// whatever the old one wraps is wrapped anew, in batches (``rotateBatch(_:)``).
extension RecoveryService {
    /// Makes the new version of a key active, or takes up a rotation that was interrupted.
    ///
    /// A version that a ceremony prepared is taken; otherwise one is made here.
    public func beginRotation(
        of key: ManagedKey,
        inBatchesOf batch: Int = KeyRotation.usualBatch
    ) async throws(ServiceError) -> KeyRotation {
        try await perform(.manageKeys) {
            guard key != .marks else {
                throw ServiceError.conflict("erasures are known by this key: another would not find them again")
            }
            let unfinished = try await store.read { reader in try unfinishedRotation(of: key, in: reader) }
            if let unfinished { return try await takeUp(key, from: unfinished, isResumed: true, batch) }
            let new = try await prepare(key)
            let old = try await activate(key, new)
            return try await takeUp(key, from: old, isResumed: false, batch)
        }
    }

    /// The version that still has rows to give up. One whose last rows lie in quarantine keeps nobody from going on.
    private func unfinishedRotation(of key: ManagedKey, in reader: any StoreReader) throws -> UInt32? {
        try KeyVersions(key, in: reader).rows.filter { $0.state == KeyState.draining.rawValue }
            .first { row in
                let load = try key.load(of: row.version, in: reader)
                return load.wrapped == 0 || load.wrapped > load.quarantined
            }?.version
    }

    /// Returns the version that is prepared, after making one where there is none.
    private func prepare(_ key: ManagedKey) async throws -> UInt32 {
        let versions = try await store.read { try KeyVersions(key, in: $0) }
        if let prepared = versions.first(in: .prepared) { return prepared.version }
        let version = versions.nextVersion
        let now = clock.now()
        let row: KeyringRow
        switch key.purpose {
        case .role(let role):
            // The key is there before its row: a row without its key would keep the service from starting.
            let made = try vault.source.make(role, version: version)
            let check = try KeyRing.prove(made, as: KeyName(key.purpose, version: version))
            row = KeyringRow(key, version, wrapped: [], under: 0, check, now)
        case .classKey(let classKey):
            let ring = try vault.ring(adding: [key.role])
            let (wrapped, check) = try ring.makeClassKey(classKey, version: version)
            let outer = ring.activeVersion(of: .role(key.role)) ?? 0
            row = KeyringRow(key, version, wrapped: wrapped.bytes, under: outer, check, now)
        case .subjectKey: throw ServiceError.notFound
        }
        try await store.commit { transaction in
            guard try KeyVersions(key, in: transaction).nextVersion == version else {
                throw ServiceError.conflict("the key \(key.rawValue) was changed meanwhile: try again")
            }
            try transaction.put(.key(row))
            return Recorded((), keyEvent("x.key.prepare", key, Int64(version)))
        }
        return version
    }

    /// Lets the prepared version seal from now on. Returns the version that drains.
    private func activate(_ key: ManagedKey, _ version: UInt32) async throws -> UInt32 {
        if case .role(let role) = key.purpose {
            let found = try vault.source.key(of: role, version: version)
            let expected = try await store.read { try KeyVersions(key, in: $0).row(version).kcv }
            guard try KeyRing.prove(found, as: KeyName(key.purpose, version: version)).bytes == expected else {
                throw ServiceError.sealed("version \(version) of the key \(key.rawValue) is another than was prepared")
            }
        }
        let (old, keyring) = try await store.commit { transaction in
            let versions = try KeyVersions(key, in: transaction)
            var new = try versions.row(version)
            guard new.state == KeyState.prepared.rawValue, var old = versions.first(in: .active) else {
                throw ServiceError.conflict("the key \(key.rawValue) was changed meanwhile: try again")
            }
            old.state = KeyState.draining.rawValue
            new.state = KeyState.active.rawValue
            try transaction.put(.key(old))
            try transaction.put(.key(new))
            try transaction.put(.rotation(RotationRow(purpose: key.code, fromVersion: old.version)))
            let event = AuditEvent.event(
                "key.rotate",
                ["class": .string(key.rawValue), "version": .integer(Int64(version))],
                actor: caller.name
            )
            return Recorded((old.version, try transaction.vault.keyring()), event)
        }
        try vault.reload(keyring)
        return old
    }

    private func takeUp(_ key: ManagedKey, from: UInt32, isResumed: Bool, _ batch: Int) async throws -> KeyRotation {
        let (to, count) = try await store.read { reader in
            let active = try KeyVersions(key, in: reader).first(in: .active).orDamage("active key")
            return (active.version, try key.load(of: from, in: reader).wrapped)
        }
        return KeyRotation(
            key: key,
            from: from,
            to: to,
            isResumed: isResumed,
            count: count,
            lease: newLease(),
            ring: try vault.ring(adding: [key.role]),
            batch: max(batch, 1)
        )
    }

    func newLease() -> String { "\(vault.process)/\(Pseudonym(random: random).text)" }

    func keyEvent(_ event: String, _ key: ManagedKey, _ count: Int64) -> AuditEvent {
        .event(event, ["code": .string(key.rawValue), "count": .integer(count)], actor: caller.name)
    }
}

extension KeyringRow {
    /// A prepared version.
    init(
        _ key: ManagedKey,
        _ version: UInt32,
        wrapped: [UInt8],
        under outer: UInt32,
        _ check: KeyCheckValue,
        _ now: UnixTime
    ) {
        self.init(
            purpose: key.code,
            version: version,
            kekVersion: outer,
            wrapped: wrapped,
            kcv: check.bytes,
            state: KeyState.prepared.rawValue,
            created: now.seconds
        )
    }
}
