import AccountRecovery
import Foundation
import GRDB

/// What look-ups and the making of indexes read (`Docs/Specs/vault.md` §9): many subjects, little of each.
extension SQLiteSealedRows {
    /// One statement for all candidates: three for each of some thousand would be most of the time of a look-up.
    func candidates(field: UInt16, variant: UInt8, at place: IndexPlace?) throws -> [CandidateRow] {
        try StoreError.translating {
            let listed = place == nil ? "subject" : "bidx"
            let condition = place == nil ? "" : "AND b.field = ? AND b.plan = ? AND b.idx = ?"
            var arguments: StatementArguments = [Int64(field), Int64(field), Int64(variant), tenant]
            if let place { arguments += [Int64(place.field), Int64(place.plan), Int64(place.index)] }
            let statement = try database.cachedStatement(
                sql: """
                    SELECT b.subject, k.version, k.wrapped, f.row_version, t.norm, t.tag_alg, t.tag FROM \(listed) b
                    CROSS JOIN subject_key k ON k.tenant = b.tenant AND k.subject = b.subject AND k.class = 4
                        AND k.state = 2
                    CROSS JOIN field f ON f.tenant = b.tenant AND f.subject = b.subject AND f.record = 1
                        AND f.field = ? AND f.slot = 0
                    CROSS JOIN match_tag t ON t.tenant = b.tenant AND t.subject = b.subject AND t.record = 1
                        AND t.field = ? AND t.slot = 0 AND t.variant = ?
                    WHERE b.tenant = ? \(condition) ORDER BY b.subject, t.norm
                    """
            )
            let rows = try Row.fetchCursor(statement, arguments: arguments)
            var candidates: [CandidateRow] = []
            while let row = try rows.next() {
                candidates.append(
                    CandidateRow(
                        subject: try row.bytes(0),
                        keyVersion: try row.integer(1, as: UInt32.self),
                        wrapped: try row.bytes(2),
                        rowVersion: try row.bigEndian(3),
                        norm: try row.integer(4, as: UInt8.self),
                        algorithm: try row.integer(5, as: UInt8.self),
                        tag: try row.bytes(6)
                    )
                )
            }
            return candidates
        }
    }

    func parts(keyClass: UInt16, fields: [UInt16], after subject: [UInt8]?, limit: Int) throws -> [SubjectPart] {
        try StoreError.translating {
            let subjects = try database.rows(
                "SELECT subject FROM subject WHERE tenant = ? AND subject > ? ORDER BY subject LIMIT ?",
                [tenant, Data(subject ?? []), limit]
            ).map { try $0.bytes(0) }
            return try subjects.map { subject in
                SubjectPart(
                    subject: subject,
                    keys: try keys(of: subject, keyClass: keyClass),
                    fields: try fields.sorted().compactMap { try personal($0, of: subject) }
                )
            }
        }
    }

    func load(field: UInt16, plan: UInt32) throws -> IndexLoad {
        try StoreError.translating {
            let row = try database.row(
                """
                SELECT coalesce(sum(n), 0), count(*), coalesce(min(n), 0), coalesce(max(n), 0) FROM
                    (SELECT count(*) AS n FROM bidx WHERE tenant = ? AND field = ? AND plan = ? GROUP BY idx)
                """,
                [tenant, Int64(field), Int64(plan)]
            )
            guard let row else { return IndexLoad(subjects: 0, usedValues: 0, least: 0, greatest: 0) }
            return IndexLoad(
                subjects: try row.integer(0, as: Int.self),
                usedValues: try row.integer(1, as: Int.self),
                least: try row.integer(2, as: Int.self),
                greatest: try row.integer(3, as: Int.self)
            )
        }
    }

    private func keys(of subject: [UInt8], keyClass: UInt16) throws -> [SubjectKeyRow] {
        try database.rows(
            """
            SELECT version, kek_version, wrapped, seals, state FROM subject_key
            WHERE tenant = ? AND subject = ? AND class = ? ORDER BY version
            """,
            [tenant, Data(subject), Int64(keyClass)]
        ).map { row in
            SubjectKeyRow(
                subject: subject,
                keyClass: keyClass,
                version: try row.integer(0, as: UInt32.self),
                kekVersion: try row.integer(1, as: UInt32.self),
                wrapped: try row.bytes(2),
                seals: try row.bits(3),
                state: try row.integer(4, as: UInt8.self)
            )
        }
    }

    private func personal(_ field: UInt16, of subject: [UInt8]) throws -> FieldRow? {
        try database.row(
            """
            SELECT row_version, envelope FROM field
            WHERE tenant = ? AND subject = ? AND record = 1 AND field = ? AND slot = 0
            """,
            [tenant, Data(subject), Int64(field)]
        ).map { row in
            FieldRow(
                subject: subject,
                record: 1,
                field: field,
                slot: 0,
                rowVersion: try row.bigEndian(0),
                envelope: try row.bytes(1)
            )
        }
    }
}
