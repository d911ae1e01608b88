import AccountRecovery
import Foundation
import GRDB
import RecoveryCrypto

/// The tables of the directory that is ours.
///
/// Every change appends to `directory_change`. The service does so itself, with the key of its order; for every
/// other hand, such as somebody with the `sqlite3` program, triggers do, without a key. Who writes as the service says
/// so in `directory_order`, a row that exists only inside its transactions. This shows changes of people who do
/// not mean to hide them; whoever may write the file can also drop a trigger, which ``requireTriggers()`` notices.
struct DirectoryTables {
    let database: Database

    static let schema =
        """
        CREATE TABLE directory_account(
            subject TEXT PRIMARY KEY, lock_reason TEXT, frozen INTEGER NOT NULL, second_factor INTEGER NOT NULL,
            sessions INTEGER NOT NULL, stake INTEGER NOT NULL, language TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE directory_hold(
            subject TEXT NOT NULL, scope TEXT NOT NULL, until INTEGER NOT NULL,
            PRIMARY KEY (subject, scope)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE directory_change(
            number INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, action TEXT NOT NULL, key TEXT UNIQUE
        ) STRICT;
        CREATE TABLE directory_order(one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT;
        """ + triggers.map(\.sql).joined()

    private struct Trigger {
        let name: String
        let event: String
        let condition: String
        let action: String

        var sql: String {
            let row = event.hasPrefix("DELETE") ? "OLD" : "NEW"
            return """
                CREATE TRIGGER \(name) AFTER \(event)
                WHEN \(condition) AND NOT EXISTS (SELECT 1 FROM directory_order)
                BEGIN INSERT INTO directory_change(subject, action) VALUES (\(row).subject, \(action)); END;
                """
        }
    }

    private static let triggers: [Trigger] = [
        Trigger(
            name: "directory_lock",
            event: "UPDATE ON directory_account",
            condition: "OLD.lock_reason IS NOT NEW.lock_reason",
            action: "iif(NEW.lock_reason IS NULL, 'unlock', 'lock')"
        ),
        Trigger(
            name: "directory_freeze",
            event: "UPDATE ON directory_account",
            condition: "OLD.frozen IS NOT NEW.frozen",
            action: "iif(NEW.frozen = 0, 'unfreeze', 'freeze')"
        ),
        Trigger(
            name: "directory_second_factor",
            event: "UPDATE ON directory_account",
            condition: "OLD.second_factor IS NOT NEW.second_factor",
            action: "iif(NEW.second_factor = 0, 'remove_second_factor', 'enrol_second_factor')"
        ),
        Trigger(
            name: "directory_sessions",
            event: "UPDATE ON directory_account",
            condition: "OLD.sessions IS NOT NEW.sessions",
            action: "'revoke_sessions'"
        ),
        Trigger(
            name: "directory_other",
            event: "UPDATE ON directory_account",
            condition: "(OLD.subject, OLD.stake, OLD.language) IS NOT (NEW.subject, NEW.stake, NEW.language)",
            action: "'edit_account'"
        ),
        Trigger(name: "directory_added", event: "INSERT ON directory_account", condition: "1", action: "'add_account'"),
        Trigger(
            name: "directory_removed",
            event: "DELETE ON directory_account",
            condition: "1",
            action: "'remove_account'"
        ),
        Trigger(
            name: "directory_hold_added",
            event: "INSERT ON directory_hold",
            condition: "1",
            action: "'place_hold'"
        ),
        Trigger(
            name: "directory_hold_moved",
            event: "UPDATE ON directory_hold",
            condition: "OLD.until IS NOT NEW.until OR OLD.scope IS NOT NEW.scope OR OLD.subject IS NOT NEW.subject",
            action: "'move_hold'"
        ),
        Trigger(
            name: "directory_hold_lifted",
            event: "DELETE ON directory_hold",
            condition: "1",
            action: "'lift_hold'"
        ),
    ]

    /// Refuses a database whose triggers are others than ours, or where somebody writes in the service's name.
    func requireTriggers() throws {
        let rows = try database.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        var found: [String: String] = [:]
        for row in rows { found[try row.text(0)] = try row.text(1) }
        for trigger in Self.triggers where found.removeValue(forKey: trigger.name).map({ $0 + ";" }) != trigger.sql {
            throw StoreError.corrupt("the trigger \(trigger.name) is not what was written; somebody changed the schema")
        }
        guard found.isEmpty else { throw StoreError.corrupt("there are triggers that nobody of us made") }
        guard try database.row("SELECT 1 FROM directory_order") == nil else {
            throw StoreError.corrupt("directory_order holds a row outside of any order; remove it and reconcile")
        }
    }

    func account(_ subject: Pseudonym) throws -> DirectoryAccount? {
        let row = try database.row(
            """
            SELECT lock_reason, frozen, second_factor, sessions, stake, language FROM directory_account
            WHERE subject = ?
            """,
            [subject.text]
        )
        guard let row else { return nil }
        var account = DirectoryAccount(subject: subject, stake: try row.integer(4), language: try row.text(5))
        account.lockReason = try row.textIfAny(0)
        account.isFrozen = try row.integer(1) != 0
        account.hasSecondFactor = try row.integer(2) != 0
        account.sessionGeneration = try row.integer(3, as: Int.self)
        for row in try database.rows("SELECT scope, until FROM directory_hold WHERE subject = ?", [subject.text]) {
            account.holds[try row.text(0)] = try row.integer(1)
        }
        return account
    }

    /// Writes an account over the one of the same subject. Holds that are there are moved, never removed.
    func put(_ account: DirectoryAccount) throws {
        try database.run(
            """
            INSERT INTO directory_account(subject, lock_reason, frozen, second_factor, sessions, stake, language)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(subject) DO UPDATE SET
                lock_reason = excluded.lock_reason, frozen = excluded.frozen, second_factor = excluded.second_factor,
                sessions = excluded.sessions, stake = excluded.stake, language = excluded.language
            """,
            [
                account.subject.text, account.lockReason, account.isFrozen ? 1 : 0, account.hasSecondFactor ? 1 : 0,
                account.sessionGeneration, account.stake, account.language,
            ]
        )
        for (scope, until) in account.holds {
            try database.run(
                """
                INSERT INTO directory_hold(subject, scope, until) VALUES (?, ?, ?)
                ON CONFLICT(subject, scope) DO UPDATE SET until = max(until, excluded.until)
                """,
                [account.subject.text, scope, until]
            )
        }
    }

    func isDone(_ key: String) throws -> Bool {
        try database.row("SELECT 1 FROM directory_change WHERE key = ?", [key]) != nil
    }

    func note(_ order: DirectoryOrder) throws {
        try database.run(
            "INSERT INTO directory_change(subject, action, key) VALUES (?, ?, ?)",
            [order.subject.text, order.action.word, order.key]
        )
    }

    /// Runs `body` as the service, so that its changes are not taken for somebody else's.
    func asService(_ body: () throws -> Void) throws {
        try database.run("INSERT INTO directory_order(one) VALUES (1)", [])
        try body()
        try database.run("DELETE FROM directory_order", [])
    }

    func changes(after: Int64) throws -> [DirectoryChange] {
        try database.rows(
            "SELECT number, subject, action, key FROM directory_change WHERE number > ? ORDER BY number",
            [after]
        ).map { row in
            guard let subject = Pseudonym(try row.text(1)) else {
                throw StoreError.corrupt("a change of the directory names no subject")
            }
            return DirectoryChange(
                number: try row.integer(0),
                subject: subject,
                action: try row.text(2),
                key: try row.textIfAny(3)
            )
        }
    }
}
