/// Takes a database back to version 1 of the schema, as the program of that time left it.
public enum FirstVersion {
    /// The low 63 bits of a blob of 8 bytes as an integer, and its highest bit as the sign: SQLite has no function for it.
    private static func integer(_ column: String) -> String {
        let bytes = (1...8).map { byte in
            "((instr('123456789abcdef', lower(substr(hex(\(column)), \(2 * byte - 1), 1))) * 16 + "
                + "instr('123456789abcdef', lower(substr(hex(\(column)), \(2 * byte), 1)))) << \(64 - 8 * byte))"
        }
        return bytes.joined(separator: " | ")
    }

    public static let sql = """
        BEGIN;
        CREATE TABLE subject_1(
            tenant BLOB NOT NULL, subject BLOB NOT NULL, epoch INTEGER NOT NULL, manifest BLOB NOT NULL,
            pseudonym BLOB NOT NULL,
            PRIMARY KEY (tenant, subject)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO subject_1 SELECT tenant, subject, \(integer("epoch")), manifest, pseudonym FROM subject;
        DROP TABLE subject;
        ALTER TABLE subject_1 RENAME TO subject;
        CREATE UNIQUE INDEX subject_pseudonym ON subject(tenant, pseudonym);
        CREATE TABLE field_1(
            tenant BLOB NOT NULL, subject BLOB NOT NULL, record INTEGER NOT NULL, field INTEGER NOT NULL,
            slot INTEGER NOT NULL, row_version INTEGER NOT NULL, envelope BLOB NOT NULL,
            PRIMARY KEY (tenant, subject, record, field, slot)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO field_1 SELECT tenant, subject, record, field, slot, \(integer("row_version")), envelope FROM field;
        DROP TABLE field;
        ALTER TABLE field_1 RENAME TO field;
        CREATE TABLE record_1(
            kind TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (kind, id)
        ) STRICT;
        INSERT INTO record_1 SELECT kind, id, owner, body FROM record;
        DROP TABLE record;
        ALTER TABLE record_1 RENAME TO record;
        CREATE INDEX record_owner ON record(kind, owner, id);
        DROP INDEX keyring_active;
        DROP INDEX quarantine_once;
        DROP INDEX audit_index_subject;
        CREATE TABLE grdb_migrations(identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1');
        PRAGMA user_version=1;
        COMMIT;
        """
}
