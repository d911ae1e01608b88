import AccountRecovery
import Foundation
import GRDB

/// The tables of wrapped keys and of their rotation, read.
extension SQLiteSealedRows {
    func keyring() throws -> [KeyringRow] {
        try StoreError.translating {
            try database.rows(
                """
                SELECT purpose, version, kek_version, wrapped, kcv, state, created, not_after FROM keyring
                ORDER BY purpose, version
                """
            ).map { row in
                KeyringRow(
                    purpose: try row.integer(0, as: UInt16.self),
                    version: try row.integer(1, as: UInt32.self),
                    kekVersion: try row.integer(2, as: UInt32.self),
                    wrapped: try row.bytes(3),
                    kcv: try row.bytes(4),
                    state: try row.integer(5, as: UInt8.self),
                    created: try row.integer(6),
                    notAfter: try row.integerIfAny(7)
                )
            }
        }
    }

    func subjectKeys(of subject: [UInt8]) throws -> [SubjectKeyRow] {
        try StoreError.translating {
            try database.rows(
                """
                SELECT class, version, kek_version, wrapped, seals, state FROM subject_key
                WHERE tenant = ? AND subject = ? ORDER BY class, version
                """,
                [tenant, Data(subject)]
            ).map { row in
                SubjectKeyRow(
                    subject: subject,
                    keyClass: try row.integer(0, as: UInt16.self),
                    version: try row.integer(1, as: UInt32.self),
                    kekVersion: try row.integer(2, as: UInt32.self),
                    wrapped: try row.bytes(3),
                    seals: try row.bits(4),
                    state: try row.integer(5, as: UInt8.self)
                )
            }
        }
    }

    func subjectKeys(
        class keyClass: UInt16,
        kekVersion: UInt32,
        after cursor: [UInt8]?,
        limit: Int
    ) throws -> [SubjectKeyRow] {
        // Behind an empty subject comes every subject.
        let cursor = cursor ?? []
        let version = cursor.dropFirst(16).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        return try StoreError.translating {
            try database.rows(
                """
                SELECT subject, version, wrapped, seals, state FROM subject_key
                WHERE class = ? AND kek_version = ? AND tenant = ? AND (subject, version) > (?, ?)
                ORDER BY subject, version LIMIT ?
                """,
                [Int64(keyClass), Int64(kekVersion), tenant, Data(cursor.prefix(16)), version, limit]
            ).map { row in
                SubjectKeyRow(
                    subject: try row.bytes(0),
                    keyClass: keyClass,
                    version: try row.integer(1, as: UInt32.self),
                    kekVersion: kekVersion,
                    wrapped: try row.bytes(2),
                    seals: try row.bits(3),
                    state: try row.integer(4, as: UInt8.self)
                )
            }
        }
    }

    func subjectKeyCount(class keyClass: UInt16, kekVersion: UInt32) throws -> Int {
        try StoreError.translating {
            try database.row(
                "SELECT count(*) FROM subject_key WHERE class = ? AND kek_version = ? AND tenant = ?",
                [Int64(keyClass), Int64(kekVersion), tenant]
            )?.integer(0, as: Int.self) ?? 0
        }
    }

    func rotations() throws -> [RotationRow] {
        try StoreError.translating {
            try database.rows(
                """
                SELECT purpose, from_version, cursor, owner, heartbeat, done FROM rotation
                ORDER BY purpose, from_version
                """
            ).map { row in
                RotationRow(
                    purpose: try row.integer(0, as: UInt16.self),
                    fromVersion: try row.integer(1, as: UInt32.self),
                    cursor: try row.bytesIfAny(2),
                    owner: try row.textIfAny(3),
                    heartbeat: try row.integerIfAny(4) ?? 0,
                    done: try row.bits(5)
                )
            }
        }
    }

    func quarantineCount(under place: String) throws -> Int {
        try StoreError.translating {
            try database.row(
                "SELECT count(DISTINCT place) FROM quarantine WHERE tenant = ? AND substr(place, 1, ?) = ?",
                [tenant, place.utf8.count, place]
            )?.integer(0, as: Int.self) ?? 0
        }
    }
}
