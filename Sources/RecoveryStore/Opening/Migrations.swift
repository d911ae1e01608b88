import AccountRecovery
import Foundation
import GRDB

/// The schema, step by step. A step that was released is never edited again: the next change is a new step.
///
/// An older database is brought on by `recoveryctl store migrate` and by nothing else: opening writes nothing, so that
/// a store which is refused, for its age or for a wrong key, stays as it was found.
enum Migrations {
    /// "RVS1": says whose file this is to `file(1)`, and to us before we write to it.
    static let applicationID: Int32 = 0x5256_5331

    /// From each version to the next, the first from an empty database.
    private static let steps: [@Sendable (Database) throws -> Void] = [
        { database in
            for schema in FirstSchema.all { try database.execute(sql: schema) }
            try database.execute(sql: "PRAGMA application_id=\(applicationID)")
        },
        { database in try SecondSchema.apply(to: database) },
    ]

    /// The version that this program reads and writes.
    static var version: Int32 { Int32(steps.count) }

    /// Makes the tables of a new database.
    static func create(on queue: DatabaseQueue) throws(StoreError) {
        try StoreError.wrapping {
            try queue.writeWithoutTransaction { database in
                guard try found(in: database) == 0 else {
                    throw StoreError.refused("the database holds something already; choose another folder")
                }
                try database.inTransaction(.immediate) {
                    try run(from: 0, on: database)
                    return .commit
                }
            }
        }
    }

    /// Returns the version of a database that can be opened, or brought to this version.
    ///
    /// - Throws: ``StoreError/refused(_:)`` for a database of another application or of a newer version.
    static func requireKnown(_ queue: DatabaseQueue) throws(StoreError) -> Int32 {
        try StoreError.wrapping { try queue.writeWithoutTransaction { try found(in: $0) } }
    }

    /// Shows the records of an older database as this program reads them, until it is brought on: whoever does that has to
    /// prove who they are. Nothing is written; the view lies in memory.
    static func showRecords(of found: Int32, on queue: DatabaseQueue) throws(StoreError) {
        guard found < 2 else { return }
        try StoreError.wrapping {
            try queue.writeWithoutTransaction { database in
                database.add(function: RecordCheck.function)
                try database.execute(
                    sql: """
                        CREATE TEMP VIEW record AS
                            SELECT kind, id, owner, body, record_check(kind, id, owner, body) AS digest FROM main.record
                        """
                )
            }
        }
    }

    /// Runs what is missing, in the transaction that is open.
    static func run(from found: Int32, on database: Database) throws {
        if found == 1 { try database.execute(sql: "DROP VIEW IF EXISTS temp.record") }
        for step in steps[Int(found)...] { try step(database) }
        try database.execute(sql: "PRAGMA user_version=\(version)")
    }

    private static func found(in database: Database) throws -> Int32 {
        let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let found = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard application == applicationID ? found > 0 : application == 0 && tables == 0 else {
            throw StoreError.refused("the database belongs to another application; correct the path")
        }
        guard found <= version else {
            throw StoreError.refused(
                "the database has version \(found), this program knows \(version); use a newer program"
            )
        }
        return found
    }
}
