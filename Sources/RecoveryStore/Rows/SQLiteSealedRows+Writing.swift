import AccountRecovery
import Foundation
import GRDB
import RecoveryCrypto

extension SQLiteSealedRows {
    /// Writes a row over the one of the same key, if there is one.
    func put(_ row: SealedRow) throws {
        switch row {
        case .key(let row):
            try database.run(
                // Not OR REPLACE: a second active version would quietly remove the first.
                """
                INSERT INTO keyring(purpose, version, kek_version, wrapped, kcv, state, created, not_after)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT(purpose, version) DO UPDATE SET
                    kek_version = excluded.kek_version, wrapped = excluded.wrapped, kcv = excluded.kcv,
                    state = excluded.state, created = excluded.created, not_after = excluded.not_after
                """,
                [
                    Int64(row.purpose), Int64(row.version), Int64(row.kekVersion), Data(row.wrapped), Data(row.kcv),
                    Int64(row.state), row.created, row.notAfter,
                ]
            )
        case .subject(let row):
            // Not OR REPLACE: that would quietly remove another subject of the same pseudonym.
            try database.run(
                """
                INSERT INTO subject(tenant, subject, epoch, manifest, pseudonym) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT(tenant, subject) DO UPDATE SET
                    epoch = excluded.epoch, manifest = excluded.manifest, pseudonym = excluded.pseudonym
                """,
                [
                    tenant, Data(row.subject), row.epoch.bigEndianData, Data(row.manifest),
                    Self.bytes(of: row.pseudonym),
                ]
            )
        case .subjectKey(let row):
            try database.run(
                """
                INSERT OR REPLACE INTO subject_key(tenant, subject, class, version, kek_version, wrapped, seals, state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    tenant, Data(row.subject), Int64(row.keyClass), Int64(row.version), Int64(row.kekVersion),
                    Data(row.wrapped), Int64(bitPattern: row.seals), Int64(row.state),
                ]
            )
        case .field(let row):
            try database.run(
                """
                INSERT OR REPLACE INTO field(tenant, subject, record, field, slot, row_version, envelope)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    tenant, Data(row.subject), Int64(row.record), Int64(row.field), Int64(row.slot),
                    row.rowVersion.bigEndianData, Data(row.envelope),
                ]
            )
        case .tag(let row):
            try database.run(
                """
                INSERT OR REPLACE INTO match_tag(tenant, subject, record, field, slot, norm, variant, tag_alg, tag)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    tenant, Data(row.subject), Int64(row.record), Int64(row.field), Int64(row.slot), Int64(row.norm),
                    Int64(row.variant), Int64(row.algorithm), Data(row.tag),
                ]
            )
        case .indexPlan(let row):
            try database.run(
                """
                INSERT OR REPLACE INTO index_plan(plan, tenant, field, bik_version, norm, bits, state)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    Int64(row.plan), tenant, Int64(row.field), Int64(row.keyVersion), Int64(row.norm),
                    Int64(row.bits), Int64(row.isActive ? 1 : 0),
                ]
            )
        case .index(let row):
            try database.run(
                "INSERT OR IGNORE INTO bidx(tenant, field, plan, idx, subject) VALUES (?, ?, ?, ?, ?)",
                [tenant, Int64(row.field), Int64(row.plan), Int64(row.index), Data(row.subject)]
            )
        case .canary(let mark):
            try database.run("INSERT OR IGNORE INTO canary(tenant, mark) VALUES (?, ?)", [tenant, Data(mark)])
        case .tombstone(let mark, let time):
            try database.run(
                "INSERT OR REPLACE INTO tombstone(tenant, mark, at) VALUES (?, ?, ?)",
                [tenant, Data(mark), time]
            )
        case .rotation(let row):
            try database.run(
                """
                INSERT OR REPLACE INTO rotation(purpose, from_version, cursor, owner, heartbeat, done)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    Int64(row.purpose), Int64(row.fromVersion), row.cursor.map { Data($0) }, row.owner, row.heartbeat,
                    Int64(bitPattern: row.done),
                ]
            )
        case .quarantine(let place, let bytes, let time):
            try database.run(
                "INSERT OR IGNORE INTO quarantine(tenant, place, bytes, at) VALUES (?, ?, ?, ?)",
                [tenant, place, Data(bytes), time]
            )
        }
    }

    /// Writes a key that was wrapped anew over the one that is still wrapped under `version`.
    func rewrap(_ row: SubjectKeyRow, from version: UInt32) throws {
        try database.run(
            """
            UPDATE subject_key SET kek_version = ?, wrapped = ?
            WHERE tenant = ? AND subject = ? AND class = ? AND version = ? AND kek_version = ?
            """,
            [
                Int64(row.kekVersion), Data(row.wrapped), tenant, Data(row.subject), Int64(row.keyClass),
                Int64(row.version), Int64(version),
            ]
        )
    }

    /// Deletes an index that no look-up reads any more.
    func removeIndex(field: UInt16, plan: UInt32) throws {
        for table in ["bidx", "index_plan"] {
            try database.run(
                "DELETE FROM \(table) WHERE tenant = ? AND field = ? AND plan = ?",
                [tenant, Int64(field), Int64(plan)]
            )
        }
    }

    /// Deletes some rows of such an index: a large one must not hold up everybody else.
    func removeIndexRows(field: UInt16, plan: UInt32, limit: Int) throws -> Int {
        try database.run(
            """
            DELETE FROM bidx WHERE tenant = ?1 AND field = ?2 AND plan = ?3 AND (idx, subject) IN
                (SELECT idx, subject FROM bidx WHERE tenant = ?1 AND field = ?2 AND plan = ?3 LIMIT ?4)
            """,
            [tenant, Int64(field), Int64(plan), limit]
        )
        return database.changesCount
    }

    /// Deletes what is sealed of a subject, and the row that says whom its pseudonym means (vault.md §16).
    ///
    /// Quarantined bytes belong to a subject if their place holds its identifier in hexadecimal digits.
    func erase(_ subject: [UInt8]) throws {
        for table in ["subject_key", "field", "match_tag", "bidx", "subject"] {
            try database.run("DELETE FROM \(table) WHERE tenant = ? AND subject = ?", [tenant, Data(subject)])
        }
        try database.run(
            "DELETE FROM quarantine WHERE tenant = ? AND instr(place, ?) > 0",
            [tenant, subject.hexadecimal]
        )
    }
}
