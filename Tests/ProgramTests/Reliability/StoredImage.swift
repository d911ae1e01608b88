import Foundation
import GRDB
import RecoveryCrypto

/// What a database holds once a start has taken everything out of its write-ahead log.
struct StoredImage: Sendable {
    /// Records of the log.
    let records: Int
    /// Of every table but those of the log and of the directory, which is a system of its own.
    let business: Digest256
    /// Changes in the directory whose order has no `account.intent` in the log.
    let unexplained: Int

    /// Reads a database that nobody has open.
    init(at path: String) throws {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        (records, business, unexplained) = try queue.read { database in
            (
                try Int.fetchOne(database, sql: "SELECT count(*) FROM audit_entry") ?? 0,
                try Self.business(in: database),
                try Int.fetchOne(database, sql: Self.unexplained) ?? 0
            )
        }
    }

    private static func business(in database: Database) throws -> Digest256 {
        let tables = try String.fetchAll(
            database,
            sql: """
                SELECT name FROM sqlite_schema
                WHERE type = 'table' AND name NOT GLOB 'audit_*' AND name NOT GLOB 'directory_*'
                    AND name NOT GLOB 'sqlite_*' ORDER BY name
                """
        )
        var text: [UInt8] = []
        for table in tables {
            let columns = try String.fetchAll(
                database,
                sql: "SELECT 'quote(' || name || ')' FROM pragma_table_info(?)",
                arguments: [table]
            )
            let row = columns.joined(separator: " || ',' || ")
            let rows = try String.fetchAll(database, sql: "SELECT \(row) AS row FROM \(table) ORDER BY row")
            text += Array("\(table)\n\(rows.joined(separator: "\n"))\n".utf8)
        }
        return SHA256.digest(of: text)
    }

    /// An order names the record that announced it.
    private static let unexplained = """
        SELECT count(*) FROM directory_change AS change
        WHERE action IN ('unlock', 'remove_second_factor', 'revoke_sessions', 'place_hold') AND NOT EXISTS (
            SELECT 1 FROM record
            JOIN audit_entry AS entry ON entry.seq = json_extract(CAST(record.body AS TEXT), '$.position')
            WHERE record.kind = 'order' AND record.id = change.key
                AND instr(entry.entry, CAST('"event":"account.intent"' AS BLOB)) > 0
        )
        """
}
