import AccountRecovery
import Foundation
import GRDB
import RecoveryCrypto

/// The tables of sealed bytes (`Docs/Specs/vault.md` §13), read. Columns with secrets never pass through `Codable`.
struct SQLiteSealedRows: SealedRowReader {
    let database: Database
    let tenant: Data

    func subject(_ pseudonym: Pseudonym) throws -> SubjectRow? {
        try subjects("AND pseudonym = ?", [Self.bytes(of: pseudonym)]).first
    }

    func subject(id subject: [UInt8]) throws -> SubjectRow? {
        try subjects("AND subject = ?", [Data(subject)]).first
    }

    func subjectCount() throws -> Int {
        try StoreError.translating {
            let row = try database.row("SELECT count(*) FROM subject WHERE tenant = ?", [tenant])
            return try row?.integer(0, as: Int.self) ?? 0
        }
    }

    func subjects(after subject: [UInt8]?, limit: Int) throws -> [SubjectRow] {
        // An empty blob sorts before every identifier.
        try subjects("AND subject > ? ORDER BY subject LIMIT ?", [Data(subject ?? []), limit])
    }

    func fields(of subject: [UInt8]) throws -> [FieldRow] {
        try StoreError.translating {
            try database.rows(
                """
                SELECT record, field, slot, row_version, envelope FROM field
                WHERE tenant = ? AND subject = ? ORDER BY record, field, slot
                """,
                [tenant, Data(subject)]
            ).map { row in
                FieldRow(
                    subject: subject,
                    record: try row.integer(0, as: UInt16.self),
                    field: try row.integer(1, as: UInt16.self),
                    slot: try row.integer(2, as: UInt32.self),
                    rowVersion: try row.bigEndian(3),
                    envelope: try row.bytes(4)
                )
            }
        }
    }

    func tags(of subject: [UInt8]) throws -> [MatchTagRow] {
        try StoreError.translating {
            try database.rows(
                """
                SELECT record, field, slot, norm, variant, tag_alg, tag FROM match_tag
                WHERE tenant = ? AND subject = ? ORDER BY record, field, slot, variant, norm
                """,
                [tenant, Data(subject)]
            ).map { row in
                MatchTagRow(
                    subject: subject,
                    record: try row.integer(0, as: UInt16.self),
                    field: try row.integer(1, as: UInt16.self),
                    slot: try row.integer(2, as: UInt32.self),
                    norm: try row.integer(3, as: UInt8.self),
                    variant: try row.integer(4, as: UInt8.self),
                    algorithm: try row.integer(5, as: UInt8.self),
                    tag: try row.bytes(6)
                )
            }
        }
    }

    func indexPlans() throws -> [IndexPlanRow] {
        try StoreError.translating {
            try database.rows(
                """
                SELECT plan, field, bik_version, norm, bits, state FROM index_plan
                WHERE tenant = ? ORDER BY field, plan
                """,
                [tenant]
            ).map { row in
                IndexPlanRow(
                    plan: try row.integer(0, as: UInt32.self),
                    field: try row.integer(1, as: UInt16.self),
                    keyVersion: try row.integer(2, as: UInt32.self),
                    norm: try row.integer(3, as: UInt8.self),
                    bits: try row.integer(4, as: UInt8.self),
                    isActive: try row.integer(5) == 1
                )
            }
        }
    }

    func subjects(field: UInt16, plan: UInt32, index: UInt32) throws -> [[UInt8]] {
        try StoreError.translating {
            try database.rows(
                "SELECT subject FROM bidx WHERE tenant = ? AND field = ? AND plan = ? AND idx = ? ORDER BY subject",
                [tenant, Int64(field), Int64(plan), Int64(index)]
            ).map { try $0.bytes(0) }
        }
    }

    func isCanary(mark: [UInt8]) throws -> Bool {
        try StoreError.translating {
            try database.row("SELECT 1 FROM canary WHERE tenant = ? AND mark = ?", [tenant, Data(mark)]) != nil
        }
    }

    func tombstone(mark: [UInt8]) throws -> Int64? {
        try StoreError.translating {
            try database.row("SELECT at FROM tombstone WHERE tenant = ? AND mark = ?", [tenant, Data(mark)])?.integer(0)
        }
    }

    static func bytes(of pseudonym: Pseudonym) -> Data {
        Data([UInt8](hexadecimal: pseudonym.text) ?? [])
    }

    private func subjects(_ condition: String, _ arguments: StatementArguments) throws -> [SubjectRow] {
        try StoreError.translating {
            try database.rows(
                "SELECT subject, epoch, manifest, pseudonym FROM subject WHERE tenant = ? \(condition)",
                [tenant] + arguments
            ).map { row in
                guard let pseudonym = Pseudonym(bytes: try row.bytes(3)) else {
                    throw StoreError.corrupt("a pseudonym has another length than 16 bytes")
                }
                return SubjectRow(
                    subject: try row.bytes(0),
                    epoch: try row.bigEndian(1),
                    manifest: try row.bytes(2),
                    pseudonym: pseudonym
                )
            }
        }
    }
}
