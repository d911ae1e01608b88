import AccountRecovery
import Foundation
import GRDB

/// A state of the database that one request may change, inside a savepoint of its own.
final class SQLiteTransaction: StoreTransaction {
    private let reader: SQLiteReader
    private let encoder: JSONEncoder
    /// The first error of SQLite in this transaction. A request may catch what it is thrown, but then the savepoint,
    /// or the whole transaction, may already be gone: nothing of it is committed.
    private(set) var failure: StoreError?
    private(set) var hasErased = false
    /// What the journal of erasures is told after the commit.
    private(set) var tombstones: [Tombstone] = []

    init(reader: SQLiteReader, encoder: JSONEncoder) {
        self.reader = reader
        self.encoder = encoder
    }

    var nextPosition: UInt64 { reader.nextPosition }
    var vault: any SealedRowReader { reader.vault }

    func record<Record: StoredRecord>(_ type: Record.Type, _ id: String) throws -> Record? {
        try noting { try reader.record(type, id) }
    }

    func records<Record: StoredRecord>(_ type: Record.Type, of owner: String?) throws -> [Record] {
        try noting { try reader.records(type, of: owner) }
    }

    func put(_ record: some StoredRecord) throws {
        let kind = type(of: record).kind.rawValue
        let body = try encoder.encode(record)
        try noting {
            try reader.database.run(
                """
                INSERT INTO record(kind, id, owner, body, digest) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT(kind, id) DO UPDATE SET
                    owner = excluded.owner, body = excluded.body, digest = excluded.digest
                """,
                [
                    kind, record.id, record.owner, body,
                    RecordCheck.value(kind: kind, id: record.id, owner: record.owner, body: [UInt8](body)),
                ]
            )
        }
    }

    func remove<Record: StoredRecord>(_ type: Record.Type, _ id: String) throws {
        try noting {
            try reader.database.run("DELETE FROM record WHERE kind = ? AND id = ?", [Record.kind.rawValue, id])
        }
    }

    func put(_ row: SealedRow) throws {
        if case .tombstone(let mark, let at) = row { tombstones.append(Tombstone(mark: mark, at: at)) }
        try noting { try SQLiteSealedRows(database: reader.database, tenant: reader.tenant).put(row) }
    }

    func rewrap(_ row: SubjectKeyRow, from version: UInt32) throws {
        try noting { try SQLiteSealedRows(database: reader.database, tenant: reader.tenant).rewrap(row, from: version) }
    }

    func removeIndex(field: UInt16, plan: UInt32) throws {
        try noting {
            try SQLiteSealedRows(database: reader.database, tenant: reader.tenant).removeIndex(field: field, plan: plan)
        }
    }

    func removeIndexRows(field: UInt16, plan: UInt32, limit: Int) throws -> Int {
        try noting {
            try SQLiteSealedRows(database: reader.database, tenant: reader.tenant)
                .removeIndexRows(field: field, plan: plan, limit: limit)
        }
    }

    func eraseSubject(_ subject: [UInt8]) throws {
        try noting { try SQLiteSealedRows(database: reader.database, tenant: reader.tenant).erase(subject) }
        hasErased = true
    }

    private func noting<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try StoreError.translating(body)
        } catch let error as StoreError {
            failure = failure ?? error
            throw error
        }
    }
}
