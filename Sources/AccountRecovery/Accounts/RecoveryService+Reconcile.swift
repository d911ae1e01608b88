import RecoveryAudit
import RecoveryCrypto

/// How far the directory's changes were compared with our orders.
struct ReconcileCursor: StoredRecord {
    static let kind = RecordKind.setting

    let connector: String
    var number: Int64

    var id: String { "reconcile/\(connector)" }
    var owner: String { "" }
}

extension RecoveryService {
    /// Compares every change in the directory with the orders in the log. A change that nobody ordered is an orphan:
    /// somebody went round the policy, or wrote to the directory itself.
    public func reconcile() async throws(ServiceError) -> ReconcileAnswer {
        try await perform(.reconcile) {
            let connector = directory.connector
            let cursor = try await store.read { reader in
                try reader.record(ReconcileCursor.self, "reconcile/\(connector)")
                    ?? ReconcileCursor(connector: connector, number: 0)
            }
            let changes = try await directory.changes(after: cursor.number)
            return try await store.commit { transaction in
                var next = try transaction.record(ReconcileCursor.self, cursor.id) ?? cursor
                // Another run may have been quicker: what it compared is not reported twice.
                let changes = changes.filter { $0.number > next.number }
                var orphans: [ReconcileAnswer.Orphan] = []
                for change in changes {
                    guard try !isOrdered(change, in: transaction) else { continue }
                    orphans.append(.init(number: change.number, subject: change.subject, action: change.action))
                }
                next.number = changes.map(\.number).max() ?? next.number
                try transaction.put(next)
                let run = AuditEvent.event(
                    "reconcile.run",
                    [
                        "changes": .integer(Int64(changes.count)),
                        "connector": .string(connector),
                        "orphans": .integer(Int64(orphans.count)),
                    ],
                    actor: caller.name
                )
                let events = orphans.map {
                    AuditEvent.event("reconcile.orphan", ["connector": .string(connector)], subject: $0.subject)
                }
                return Recorded(
                    ReconcileAnswer(
                        changes: changes.count,
                        orphans: orphans,
                        position: try transaction.nextPosition + UInt64(1 + events.count)
                    ),
                    run,
                    events
                )
            }
        }
    }

    /// Whether an order of ours explains a change. Each explains one: a key is no secret, and may have been copied.
    private func isOrdered(_ change: DirectoryChange, in transaction: any StoreTransaction) throws -> Bool {
        guard let key = change.key, var order = try transaction.record(StandingOrder.self, key),
            order.action.word == change.action, order.subject == change.subject,
            order.change == nil || order.change == change.number
        else { return false }
        order.change = change.number
        try transaction.put(order)
        return true
    }
}
