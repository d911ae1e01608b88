import AccountRecovery
import RecoveryAudit

/// Ways in which a store can be wrong. The conformance suite must find each.
enum SeededBug: Sendable {
    case losesTheEvent
    case keepsChangesThatThrew
    case acknowledgesEarly
    case writesEventsInReverse
}

/// A store that is right but for one bug.
struct BuggyStore: CaseStore {
    let inner: MemoryStore
    let bug: SeededBug

    func read<Value: Sendable>(_ body: @Sendable (any StoreReader) throws -> Value) async throws -> Value {
        try await inner.read(body)
    }

    func commit<Value: Sendable>(
        _ decide: @escaping @Sendable (any StoreTransaction) throws -> Recorded<Value>
    ) async throws -> Value {
        switch bug {
        case .losesTheEvent:
            // The change is there, and something harmless stands in the log in the place of what happened.
            return try await inner.commit { transaction in
                Recorded(
                    try decide(transaction).value,
                    AuditEvent(.event, ["event": "case.resume", "case": "C-1", "channel": "web"])
                )
            }
        case .keepsChangesThatThrew:
            let result = try await inner.commit { transaction in
                do {
                    let recorded = try decide(transaction)
                    return Recorded(Result<Value, any Error>.success(recorded.value), recorded.events[0])
                } catch {
                    return Recorded(.failure(error), AuditEvent(.event, ["event": "case.flag", "case": "C-1"]))
                }
            }
            return try result.get()
        case .acknowledgesEarly:
            // Written to memory, not yet to the disk: the suite reopens an empty store.
            return try await inner.commit(decide)
        case .writesEventsInReverse:
            return try await inner.commit { transaction in
                let recorded = try decide(transaction)
                let events = Array(recorded.events.reversed())
                return Recorded(recorded.value, events[0], Array(events.dropFirst()))
            }
        }
    }
}

/// A directory that is right but for one bug: it forgets which orders it has carried out.
struct ForgetfulDirectory: AccountDirectory {
    let inner: MemoryDirectory

    var connector: String { inner.connector }

    func account(_ subject: Pseudonym) async throws -> DirectoryAccount? {
        await inner.account(subject)
    }

    func perform(_ order: DirectoryOrder) async -> DirectoryAnswer {
        let key = order.key + "-\(await inner.changes(after: 0).count)"
        return await inner.perform(
            DirectoryOrder(action: order.action, subject: order.subject, key: key, grant: order.grant)
        )
    }

    func enlist(_ accounts: [DirectoryAccount]) async throws {
        await inner.enlist(accounts)
    }

    func changes(after: Int64) async throws -> [DirectoryChange] {
        await inner.changes(after: after)
    }
}
