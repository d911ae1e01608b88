import AccountRecovery
import Foundation
import GRDB
import RecoveryCrypto

/// A copy of the database in a scratch folder, from which both files of a backup are made (`Docs/Specs/vault.md` §15).
///
///     copy.db     all pages as they were, taken by SQLite's backup interface from the owner's connection
///     data.db     the same without any subject key, written anew, so that no free page carries one
final class Snapshot {
    private let copy: DatabaseQueue
    private let copyPath: String
    private let dataPath: String
    private let tenant: Data

    /// Copies the database. Runs on the queue of its connection: nobody writes meanwhile.
    init(of database: Database, in scratch: Scratch, tenant: [UInt8]) throws {
        copyPath = scratch.folder + "/copy.db"
        dataPath = scratch.folder + "/data.db"
        self.tenant = Data(tenant)
        try StoreFolder.makePrivate(file: copyPath)
        copy = try Self.open(copyPath)
        try copy.writeWithoutTransaction { copy in
            try database.backup(to: copy)
            // The copy says that it has a write-ahead log, as the original does. It shall lie in one file.
            _ = try Row.fetchAll(copy, sql: "PRAGMA journal_mode=MEMORY")
        }
    }

    /// A connection to a file that nobody else opens. Free pages are zeroed.
    static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.publicStatementArguments = false
        configuration.prepareDatabase { database in
            for pragma in ["locking_mode=EXCLUSIVE", "secure_delete=ON", "temp_store=MEMORY", "trusted_schema=OFF"] {
                _ = try Row.fetchAll(database, sql: "PRAGMA \(pragma)")
            }
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// How many keys of subjects open something: the active ones, and those that drain.
    func keyCount() throws -> Int {
        try copy.read {
            try Int.fetchOne(
                $0,
                sql: "SELECT count(*) FROM subject_key WHERE tenant = ? AND state IN (2, 3)",
                arguments: [tenant]
            )
        }
            ?? 0
    }

    func tombstones() throws -> [Tombstone] {
        try copy.read { try Self.tombstones(in: $0, tenant: tenant) }
    }

    static func tombstones(in database: Database, tenant: Data) throws -> [Tombstone] {
        try database.rows("SELECT mark, at FROM tombstone WHERE tenant = ? ORDER BY at, mark", [tenant])
            .map { Tombstone(mark: try $0.bytes(0), at: try $0.integer(1)) }
    }

    /// Shows every key of a subject, in the order of its key, and deletes all of them from the copy.
    func takeKeys(_ body: (SubjectKeyRow) throws -> Void) throws {
        try copy.writeWithoutTransaction { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT class, version, kek_version, wrapped, seals, state, subject FROM subject_key
                    WHERE tenant = ? ORDER BY tenant, subject, class, version
                    """,
                arguments: [tenant]
            )
            while let row = try rows.next() {
                try body(
                    SubjectKeyRow(
                        subject: try row.bytes(6),
                        keyClass: try row.integer(0, as: UInt16.self),
                        version: try row.integer(1, as: UInt32.self),
                        kekVersion: try row.integer(2, as: UInt32.self),
                        wrapped: try row.bytes(3),
                        seals: try row.bits(4),
                        state: try row.integer(5, as: UInt8.self)
                    )
                )
            }
            try database.execute(sql: "DELETE FROM subject_key")
        }
    }

    /// Writes what is left into a file without free pages, and checks it.
    ///
    /// - Returns: its path, and its rows by table.
    func strippedData() throws -> (path: String, rows: [String: Int]) {
        try copy.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [dataPath]) }
        try copy.close()
        Scratch.overwrite(copyPath)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: dataPath)
        let data = try Self.open(dataPath)
        defer { try? data.close() }
        return (dataPath, try data.read { try Self.checked($0) })
    }

    /// The rows of each table of a sound database without keys of subjects.
    static func checked(_ database: Database) throws -> [String: Int] {
        let answer = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "no answer"
        guard answer == "ok" else { throw StoreError.corrupt("the copy of the database is damaged: \(answer)") }
        var rows: [String: Int] = [:]
        for table in counted {
            rows[table] = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
        }
        guard rows["subject_key"] == 0 else { throw StoreError.corrupt("the copy still holds keys of subjects") }
        return rows
    }

    private static let counted = [
        "audit_entry", "audit_private", "field", "keyring", "match_tag", "record", "subject", "subject_key",
        "tombstone",
    ]
}
