import Foundation
import GRDB

/// Version 2: what the format of the vault says of the tables, and what rotation and rollback ask them
/// (`Docs/Specs/vault.md` §12 to §14).
enum SecondSchema {
    /// Row versions and epochs become blobs of 8 bytes: SQLite's integers are signed. Records get a check sum.
    static func apply(to database: Database) throws {
        let bigEndian = DatabaseFunction("big_endian", argumentCount: 1, pure: true) { values in
            guard let number = Int64.fromDatabaseValue(values[0]) else {
                throw DatabaseError(resultCode: .SQLITE_MISMATCH)
            }
            return UInt64(bitPattern: number).bigEndianData
        }
        for function in [bigEndian, RecordCheck.function] { database.add(function: function) }
        defer { for function in [bigEndian, RecordCheck.function] { database.remove(function: function) } }
        try database.execute(sql: sql)
    }

    private static let sql = """
        CREATE TABLE subject_2(
            tenant BLOB NOT NULL, subject BLOB NOT NULL, epoch BLOB NOT NULL, manifest BLOB NOT NULL,
            pseudonym BLOB NOT NULL,
            PRIMARY KEY (tenant, subject)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO subject_2 SELECT tenant, subject, big_endian(epoch), manifest, pseudonym FROM subject;
        DROP TABLE subject;
        ALTER TABLE subject_2 RENAME TO subject;
        CREATE UNIQUE INDEX subject_pseudonym ON subject(tenant, pseudonym);

        CREATE TABLE field_2(
            tenant BLOB NOT NULL, subject BLOB NOT NULL, record INTEGER NOT NULL, field INTEGER NOT NULL,
            slot INTEGER NOT NULL, row_version BLOB NOT NULL, envelope BLOB NOT NULL,
            PRIMARY KEY (tenant, subject, record, field, slot)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO field_2
            SELECT tenant, subject, record, field, slot, big_endian(row_version), envelope FROM field;
        DROP TABLE field;
        ALTER TABLE field_2 RENAME TO field;

        CREATE TABLE record_2(
            kind TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, body BLOB NOT NULL, digest BLOB NOT NULL,
            PRIMARY KEY (kind, id)
        ) STRICT;
        INSERT INTO record_2 SELECT kind, id, owner, body, record_check(kind, id, owner, body) FROM record;
        DROP TABLE record;
        ALTER TABLE record_2 RENAME TO record;
        CREATE INDEX record_owner ON record(kind, owner, id);

        CREATE UNIQUE INDEX keyring_active ON keyring(purpose) WHERE state = 2;
        CREATE UNIQUE INDEX quarantine_once ON quarantine(tenant, place, bytes);
        CREATE INDEX audit_index_subject ON audit_index(subject_ref, seq) WHERE subject_ref IS NOT NULL;
        DROP TABLE IF EXISTS grdb_migrations;
        """
}
