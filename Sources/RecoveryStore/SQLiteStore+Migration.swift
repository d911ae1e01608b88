public import AccountRecovery
import GRDB
import RecoveryAudit

extension SQLiteStore {
    /// From which version of the database to which, and where the log says so. `position` is `nil` where there was
    /// nothing to do.
    public struct Migration: Sendable, Hashable {
        public let from: Int32
        public let to: Int32
        public let position: UInt64?
    }

    /// Brings an older database to the version of this program: all of it, with its record in the log, or none.
    public func migrate(by person: StaffName) async throws -> Migration {
        try await writer.exclusively { database, log in
            let found = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard found < Migrations.version else { return Migration(from: found, to: found, position: nil) }
            try log.prepare(database)
            try database.execute(sql: "BEGIN IMMEDIATE")
            log.begin()
            do {
                try Migrations.run(from: found, on: database)
                try log.append(
                    [
                        "event": "x.store.migrate", "count": .integer(Int64(Migrations.version)),
                        "actor": .string(person.text),
                    ],
                    database
                )
                try database.execute(sql: "COMMIT")
            } catch {
                if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK") }
                log.rollback()
                throw error
            }
            log.commit()
            return Migration(from: found, to: Migrations.version, position: log.writer.size - 1)
        }
    }
}
