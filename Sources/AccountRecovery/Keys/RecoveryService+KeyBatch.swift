import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

/// What one batch of a rotation came to.
public struct RotationStep: Sendable, Hashable {
    /// How many keys of subjects were wrapped anew, in all batches.
    public let done: UInt64
    /// How many rows could not be unwrapped, and were put aside. They keep the old version from being retired.
    public let quarantined: Int
    /// Whether there is nothing left to do.
    public let isFinished: Bool
    /// Whether the old version was retired.
    public let isRetired: Bool
    public let position: UInt64
}

/// The work of a rotation, a batch at a time. The cursor is written with what it stands for, so whoever is killed in
/// between loses nothing and does nothing twice.
extension RecoveryService {
    /// How long a job that says nothing keeps its lease, in seconds.
    static let leaseLasts: Int64 = 60
    /// How long backups of subject keys are kept, in seconds: so long may one need a key that is retired.
    var keyRetention: Int64 { keyFileDays * 86_400 }

    /// Wraps the next keys under the active version. To be called until the step says that it is finished.
    ///
    /// - Throws: `conflict` if another job works on this rotation: two would do each other's work again.
    public func rotateBatch(_ rotation: KeyRotation, isFirst: Bool) async throws(ServiceError) -> RotationStep {
        try await perform(.manageKeys) {
            // The plans that the active key makes take the place of the old ones, in batches of their own.
            if rotation.key == .blindIndex { _ = try await renewAll(raisingBitsBy: nil) { _ in } }
            let now = clock.now().seconds
            let (step, keyring) = try await store.commit { transaction in
                let found = try transaction.vault.rotations()
                    .first { $0.purpose == rotation.key.code && $0.fromVersion == rotation.from }
                guard let found else { throw ServiceError.conflict("this rotation is over") }
                var row = try leased(found, to: rotation.lease, isFirst: isFirst, at: now)
                var events: [AuditEvent] = []
                try rewrapClassKeys(rotation, &events, in: transaction)
                let count = try rewrapSubjectKeys(rotation, &row, at: now, &events, in: transaction)
                row.done += UInt64(count)
                let load = try rotation.key.load(of: rotation.from, in: transaction)
                let isFinished = load.wrapped == load.quarantined
                // Whoever sealed meanwhile under the old version stands behind the cursor.
                if count == 0, !isFinished { row.cursor = nil }
                if isFinished { row.owner = nil }
                var keyring: [KeyringRow]?
                if load.wrapped == 0 {
                    try retire(rotation.key, rotation.from, at: now, in: transaction)
                    events.append(keyEvent("x.key.retire", rotation.key, Int64(rotation.from)))
                    keyring = try transaction.vault.keyring()
                }
                try transaction.put(.rotation(row))
                let summary = keyEvent("x.key.rewrap", rotation.key, Int64(count))
                let step = RotationStep(
                    done: row.done,
                    quarantined: load.quarantined,
                    isFinished: isFinished,
                    isRetired: load.wrapped == 0,
                    position: try transaction.nextPosition + UInt64(events.count)
                )
                return Recorded((step, keyring), summary, events)
            }
            if let keyring { try vault.reload(keyring) }
            return step
        }
    }

    /// Takes or keeps the lease: it is refused to a second job, and to a first one that fell asleep.
    func leased(_ found: RotationRow, to lease: String, isFirst: Bool, at now: Int64) throws -> RotationRow {
        var row = found
        let isMine = row.owner == lease
        // A process that is gone cannot come back for its lease, where there is one process at a time.
        let isOrphan = store.hasOneOwner && row.owner?.hasPrefix(vault.process + "/") != true
        let isFree = row.owner == nil || isOrphan || row.heartbeat + Self.leaseLasts <= now
        guard isMine || (isFirst && isFree) else {
            throw ServiceError.conflict("another job rotates this key; it goes on, or its lease ends within a minute")
        }
        row.owner = lease
        row.heartbeat = now
        return row
    }

    /// Class keys are a handful: the first batch takes them all, and later ones find none.
    private func rewrapClassKeys(
        _ rotation: KeyRotation,
        _ events: inout [AuditEvent],
        in transaction: any StoreTransaction
    ) throws {
        guard case .role(let role) = rotation.key.purpose else { return }
        for var row in try transaction.vault.keyring() where row.kekVersion == rotation.from {
            guard case .classKey(let classKey)? = KeyPurpose(keyringCode: row.purpose), classKey.wrappedBy == role,
                let state = KeyState(rawValue: row.state), state < .retired
            else { continue }
            let check = try KeyCheckValue(bytes: row.kcv).orDamage("check value")
            var ring = rotation.ring
            // A prepared one is loaded for this alone.
            try ring.load(
                wrapped: Envelope(unverified: row.wrapped),
                as: classKey,
                version: row.version,
                state: state == .prepared ? .draining : state,
                checkValue: check
            )
            let wrapped = try ring.rewrap(classKey, version: row.version)
            try ring.load(
                wrapped: wrapped,
                as: classKey,
                version: row.version,
                state: state == .prepared ? .draining : state,
                checkValue: check
            )
            row.wrapped = wrapped.bytes
            row.kekVersion = rotation.to
            try transaction.put(.key(row))
            events.append(keyEvent("x.key.rewrap", ManagedKey(.classKey(classKey)) ?? rotation.key, 1))
        }
    }

    private func rewrapSubjectKeys(
        _ rotation: KeyRotation,
        _ row: inout RotationRow,
        at now: Int64,
        _ events: inout [AuditEvent],
        in transaction: any StoreTransaction
    ) throws -> Int {
        guard let keyClass = rotation.key.wraps else { return 0 }
        let batch = try transaction.vault.subjectKeys(
            class: keyClass.rawValue,
            kekVersion: rotation.from,
            after: row.cursor,
            limit: rotation.batch
        )
        var count = 0
        for var key in batch {
            row.cursor = RotationRow.place(of: key)
            do {
                let context = SubjectKeyContext(
                    tenant: vault.tenant,
                    subject: try SubjectID(bytes: key.subject).orDamage("subject"),
                    keyClass: keyClass,
                    version: key.version
                )
                key.wrapped = try rotation.ring.rewrapped(Envelope(unverified: key.wrapped), as: context).bytes
                key.kekVersion = rotation.to
                try transaction.rewrap(key, from: rotation.from)
                count += 1
            } catch let error as VaultError where error.isOfTheRow || error.isUnknownKey {
                guard let subject = try transaction.vault.subject(id: key.subject)?.pseudonym else { throw error }
                let alarm = VaultAlarm(error: error, subject: subject, row: DamagedRow(key))
                try alarm.quarantine(in: transaction, at: UnixTime(seconds: now))
                events.append(.event(alarm.event.name, alarm.event.fields, subject: subject, actor: caller.name))
            }
        }
        return count
    }

    private func retire(
        _ key: ManagedKey,
        _ version: UInt32,
        at now: Int64,
        in transaction: any StoreTransaction
    ) throws {
        var row = try KeyVersions(key, in: transaction).row(version)
        guard row.state == KeyState.draining.rawValue else { return }
        row.state = KeyState.retired.rawValue
        row.notAfter = now + keyRetention
        try transaction.put(.key(row))
    }
}

extension VaultError {
    /// With both versions at hand, a third one is in the bytes of the row alone.
    fileprivate var isUnknownKey: Bool {
        if case .keyUnavailable = self { true } else { false }
    }
}
