import AccountRecovery
import GRDB

/// The one connection to the database, and the settings without which the store does not start
/// (`Docs/Specs/audit-log.md` §11 no. 2, `Docs/Specs/vault.md` §13).
enum Opening {
    /// A pragma, the value it is set to, and what it must answer afterwards.
    struct Setting: Sendable {
        let name: String
        let value: String
        let answer: String

        init(_ name: String, _ value: String, answers answer: String) {
            self.name = name
            self.value = value
            self.answer = answer
        }
    }

    /// In this order: the lock first, so that WAL needs no shared memory and no second connection can join.
    static let settings: [Setting] = [
        Setting("locking_mode", "EXCLUSIVE", answers: "exclusive"),
        Setting("journal_mode", "WAL", answers: "wal"),
        Setting("synchronous", "FULL", answers: "2"),
        Setting("secure_delete", "ON", answers: "1"),
        Setting("foreign_keys", "ON", answers: "1"),
        Setting("trusted_schema", "OFF", answers: "0"),
        Setting("temp_store", "MEMORY", answers: "2"),
        Setting("cell_size_check", "ON", answers: "1"),
        // An I/O error through a memory map is a signal, not an error code.
        Setting("mmap_size", "0", answers: "0"),
    ]

    /// Opens the database file, which exists and is private.
    ///
    /// A `DatabaseQueue`, never a pool: a pool opens several connections to one WAL.
    static func database(at path: String) throws(StoreError) -> DatabaseQueue {
        let queue: DatabaseQueue
        do throws(StoreError) {
            queue = try connection(to: path)
        } catch {
            // The write-ahead log is a new file. SQLite says that it cannot be opened, and not that there is no room.
            if case .inputOutput = error { try StoreFolder.requireRoom(beside: path) }
            throw error
        }
        // The write-ahead log is there now. SQLite syncs its folder too, and does not look whether that failed.
        try StoreFolder.sync(folderOf: path)
        return queue
    }

    private static func connection(to path: String) throws(StoreError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "recovery-store"
        configuration.foreignKeysEnabled = true
        configuration.acceptsDoubleQuotedStringLiterals = false
        configuration.publicStatementArguments = false
        configuration.prepareDatabase { database in try apply(to: database) }
        let queue = try StoreError.wrapping { try DatabaseQueue(path: path, configuration: configuration) }
        try StoreError.wrapping {
            try queue.writeWithoutTransaction { database in
                let text = try String.fetchOne(database, sql: "SELECT sqlite_version()") ?? ""
                guard let version = SQLiteVersion(text) else { throw StoreError.refused("SQLite is of no version") }
                try version.requireSupport()
                // Once more after opening: a later release of GRDB, or a pool, sets `synchronous` to NORMAL when it
                // turns WAL on, and then a commit is not on the disk when it returns.
                try apply(to: database)
                try requireSettings(of: database)
            }
        }
        return queue
    }

    private static func apply(to database: Database) throws {
        for setting in settings {
            // A statement with a row, because several of these answer with one.
            _ = try Row.fetchAll(database, sql: "PRAGMA \(setting.name)=\(setting.value)")
        }
    }

    /// Refuses a connection that does not have all settings.
    static func requireSettings(of database: Database) throws {
        for setting in settings {
            let answer = try value(of: setting.name, in: database)
            guard answer == setting.answer else {
                throw StoreError.refused(
                    "SQLite keeps \(setting.name) at \(answer ?? "nothing") instead of \(setting.answer); "
                        + "use a library that can be set so"
                )
            }
        }
    }

    static func value(of pragma: String, in database: Database) throws -> String? {
        let row = try Row.fetchOne(database, sql: "PRAGMA \(pragma)")
        return row.flatMap { $0[0] as DatabaseValue? }.map { value in
            String.fromDatabaseValue(value) ?? Int64.fromDatabaseValue(value).map(String.init) ?? ""
        }
    }
}
