public import AccountRecovery
import GRDB

/// A directory in the same database file, for an installation that has no other.
///
/// It is a system of its own all the same: what the service orders here is committed here, and the log learns of it
/// by intent, result and reconciliation, as with a directory on the other side of the world.
public struct EmbeddedDirectory: AccountDirectory {
    public var connector: String { "embedded" }

    private let writer: GroupWriter

    /// The directory that lies in the file of `store`.
    public init(in store: SQLiteStore) {
        writer = store.writer
    }

    public func account(_ subject: Pseudonym) async throws -> DirectoryAccount? {
        try await writer.exclusively { database, _ in try DirectoryTables(database: database).account(subject) }
    }

    public func perform(_ order: DirectoryOrder) async -> DirectoryAnswer {
        do {
            return try await writer.exclusively { database, _ in
                var answer = DirectoryAnswer.unknown
                try database.transaction { answer = try Self.perform(order, DirectoryTables(database: database)) }
                return answer
            }
        } catch {
            // A full disk too: what it had no room for may be asked again, while a refusal would end the case.
            return .unknown
        }
    }

    public func changes(after: Int64) async throws -> [DirectoryChange] {
        try await writer.exclusively { database, _ in try DirectoryTables(database: database).changes(after: after) }
    }

    /// Lists accounts, all or none. One that is listed already stays as it is, so an import may be repeated.
    public func enlist(_ accounts: [DirectoryAccount]) async throws {
        try await writer.exclusively { database, _ in
            let tables = DirectoryTables(database: database)
            try database.transaction {
                try tables.asService {
                    for account in accounts where try tables.account(account.subject) == nil {
                        try tables.put(account)
                    }
                }
            }
        }
    }

    private static func perform(_ order: DirectoryOrder, _ tables: DirectoryTables) throws -> DirectoryAnswer {
        guard try !tables.isDone(order.key) else { return .done }
        guard var account = try tables.account(order.subject) else { return .failed(code: "no_account") }
        guard order.grant != nil || !account.needsGrant(for: order.action) else { return .failed(code: "no_grant") }
        let answer = account.carryOut(order.action)
        guard answer == .done else { return answer }
        try tables.asService {
            try tables.put(account)
            try tables.note(order)
        }
        return .done
    }
}
