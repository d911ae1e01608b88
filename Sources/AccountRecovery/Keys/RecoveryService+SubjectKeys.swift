import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

/// New keys for every customer, in the hands of one process.
public struct SubjectKeyRenewal: Sendable {
    /// How many customers there are.
    public let count: Int
    public let isResumed: Bool
    let lease: String
    let ring: KeyRing
    let batch: Int

    public static let usualBatch = 50
}

/// New keys for customers (`Docs/Specs/vault.md` §14): for one of them, or for all, in batches whose cursor is written with
/// what it stands for.
extension RecoveryService {
    /// The row of the table `rotation` for this work: no key of the installation has this purpose.
    private static let renewal = RotationRow(purpose: 0, fromVersion: 0)

    /// Gives one customer new keys. Returns the position of the record.
    public func renewSubjectKeys(of reference: SecretText) async throws(ServiceError) -> UInt64 {
        try await perform(.manageKeys) {
            try await store.commit { transaction in
                let row = try known(reference, in: transaction).row.orDamage("subject")
                let ring = try vault.ring(adding: [.pii, .auth])
                let sealed = try vault.rekeyed(SubjectRows(row, from: transaction), ring: ring)
                try sealed.put(in: transaction)
                let event = AuditEvent.event("x.key.renew", ["count": 1], subject: row.pseudonym, actor: caller.name)
                return Recorded(try transaction.nextPosition, event, sealed.event)
            }
        }
    }

    /// Begins to give every customer new keys, or takes up where an earlier attempt was cut short.
    public func beginSubjectKeyRenewal(
        inBatchesOf batch: Int = SubjectKeyRenewal.usualBatch
    ) async throws(ServiceError) -> SubjectKeyRenewal {
        try await perform(.manageKeys) {
            let (count, row) = try await store.read { reader in
                (try reader.vault.subjectCount(), try reader.vault.rotations().first { $0.purpose == 0 })
            }
            return SubjectKeyRenewal(
                count: count,
                isResumed: row?.cursor != nil,
                lease: newLease(),
                ring: try vault.ring(adding: [.pii, .auth]),
                batch: max(batch, 1)
            )
        }
    }

    /// Gives the next customers new keys. To be called until the step says that it is finished.
    ///
    /// A customer of whom something cannot be opened keeps the keys they have: an alarm is recorded, and the rest goes on.
    public func renewSubjectKeys(
        _ renewal: SubjectKeyRenewal,
        isFirst: Bool
    ) async throws(ServiceError) -> RotationStep {
        try await perform(.manageKeys) {
            let now = clock.now()
            return try await store.commit { transaction in
                let found = try transaction.vault.rotations().first { $0.purpose == 0 } ?? Self.renewal
                var row = try leased(found, to: renewal.lease, isFirst: isFirst, at: now.seconds)
                let batch = try transaction.vault.subjects(after: row.cursor, limit: renewal.batch)
                var events: [AuditEvent] = []
                var failed = 0
                for subject in batch {
                    row.cursor = subject.subject
                    do {
                        let sealed = try vault.rekeyed(SubjectRows(subject, from: transaction), ring: renewal.ring)
                        try sealed.put(in: transaction)
                        events.append(sealed.event)
                    } catch let alarm as VaultAlarm {
                        try alarm.quarantine(in: transaction, at: now)
                        let (name, fields) = alarm.event
                        events.append(.event(name, fields, subject: subject.pseudonym, actor: caller.name))
                        failed += 1
                    }
                }
                row.done += UInt64(batch.count - failed)
                let isFinished = batch.count < renewal.batch
                let step = RotationStep(
                    done: row.done,
                    quarantined: failed,
                    isFinished: isFinished,
                    isRetired: false,
                    position: try transaction.nextPosition + UInt64(events.count)
                )
                try transaction.put(.rotation(isFinished ? Self.renewal : row))
                let summary = AuditEvent.event(
                    "x.key.renew",
                    ["count": .integer(Int64(batch.count - failed))],
                    actor: caller.name
                )
                return Recorded(step, summary, events)
            }
        }
    }
}
