import AccountRecovery
import Foundation
import GRDB

/// One consistent state of the database, as the port shows it.
struct SQLiteReader: StoreReader {
    let database: Database
    let tenant: Data
    let nextPosition: UInt64

    func record<Record: StoredRecord>(_ type: Record.Type, _ id: String) throws -> Record? {
        try StoreError.translating {
            let row = try database.row(
                "SELECT body, kind, id, owner, digest FROM record WHERE kind = ? AND id = ?",
                [Record.kind.rawValue, id]
            )
            return try row.map { try Self.decode($0, as: type, id) }
        }
    }

    func records<Record: StoredRecord>(_ type: Record.Type, of owner: String?) throws -> [Record] {
        try StoreError.translating {
            let kind = Record.kind.rawValue
            let rows =
                if let owner {
                    try database.rows(
                        "SELECT body, kind, id, owner, digest FROM record WHERE kind = ? AND owner = ? ORDER BY id",
                        [kind, owner]
                    )
                } else {
                    try database.rows(
                        "SELECT body, kind, id, owner, digest FROM record WHERE kind = ? ORDER BY id",
                        [kind]
                    )
                }
            return try rows.map { try Self.decode($0, as: type) }
        }
    }

    var vault: any SealedRowReader { SQLiteSealedRows(database: database, tenant: tenant) }

    private static func decode<Record: StoredRecord>(
        _ row: Row,
        as type: Record.Type,
        _ id: String? = nil
    ) throws -> Record {
        let body = try RecordCheck.body(of: row)
        // The look-up of one row may have gone astray in a damaged index.
        let found = try row.text(2)
        guard try row.text(1) == Record.kind.rawValue, found == id ?? found else {
            throw StoreError.corrupt("another record was found than was asked for")
        }
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch {
            throw StoreError.corrupt("a record of kind \(Record.kind.rawValue) cannot be read")
        }
    }
}
