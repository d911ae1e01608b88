/// The tables of version 1. Released, and never edited again: see ``Migrations``.
enum FirstSchema {
    static let all = [documents, sealedRows, auditLog, DirectoryTables.schema]

    private static let documents = """
        CREATE TABLE record(
            kind TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (kind, id)
        ) STRICT;
        CREATE INDEX record_owner ON record(kind, owner, id);
        """

    /// `Docs/Specs/vault.md` §13, names and keys as there.
    private static let sealedRows = """
        CREATE TABLE keyring(
            purpose INTEGER NOT NULL, version INTEGER NOT NULL, kek_version INTEGER NOT NULL,
            wrapped BLOB NOT NULL, kcv BLOB NOT NULL, state INTEGER NOT NULL, created INTEGER NOT NULL,
            not_after INTEGER,
            PRIMARY KEY (purpose, version)
        ) STRICT;
        CREATE TABLE subject(
            tenant BLOB NOT NULL, subject BLOB NOT NULL, epoch INTEGER NOT NULL, manifest BLOB NOT NULL,
            pseudonym BLOB NOT NULL,
            PRIMARY KEY (tenant, subject)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX subject_pseudonym ON subject(tenant, pseudonym);
        CREATE TABLE subject_key(
            tenant BLOB NOT NULL, subject BLOB NOT NULL, class INTEGER NOT NULL, version INTEGER NOT NULL,
            kek_version INTEGER NOT NULL, wrapped BLOB NOT NULL, seals INTEGER NOT NULL, state INTEGER NOT NULL,
            retired_at INTEGER,
            PRIMARY KEY (tenant, subject, class, version)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX subject_key_kek ON subject_key(class, kek_version, tenant, subject);
        CREATE TABLE field(
            tenant BLOB NOT NULL, subject BLOB NOT NULL, record INTEGER NOT NULL, field INTEGER NOT NULL,
            slot INTEGER NOT NULL, row_version INTEGER NOT NULL, envelope BLOB NOT NULL,
            PRIMARY KEY (tenant, subject, record, field, slot)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE match_tag(
            tenant BLOB NOT NULL, subject BLOB NOT NULL, record INTEGER NOT NULL, field INTEGER NOT NULL,
            slot INTEGER NOT NULL, norm INTEGER NOT NULL, variant INTEGER NOT NULL, tag_alg INTEGER NOT NULL,
            tag BLOB NOT NULL,
            PRIMARY KEY (tenant, subject, record, field, slot, norm, variant)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE bidx(
            tenant BLOB NOT NULL, field INTEGER NOT NULL, plan INTEGER NOT NULL, idx INTEGER NOT NULL,
            subject BLOB NOT NULL,
            PRIMARY KEY (tenant, field, plan, idx, subject)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX bidx_subject ON bidx(tenant, subject);
        CREATE TABLE index_plan(
            plan INTEGER NOT NULL, tenant BLOB NOT NULL, field INTEGER NOT NULL, bik_version INTEGER NOT NULL,
            norm INTEGER NOT NULL, bits INTEGER NOT NULL, state INTEGER NOT NULL,
            PRIMARY KEY (tenant, field, plan)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE rotation(
            purpose INTEGER NOT NULL, from_version INTEGER NOT NULL, cursor BLOB, owner TEXT, heartbeat INTEGER,
            done INTEGER NOT NULL,
            PRIMARY KEY (purpose, from_version)
        ) STRICT;
        CREATE TABLE quarantine(
            id INTEGER PRIMARY KEY, tenant BLOB NOT NULL, place TEXT NOT NULL, bytes BLOB NOT NULL, at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE canary(tenant BLOB NOT NULL, mark BLOB NOT NULL, PRIMARY KEY (tenant, mark)) STRICT, WITHOUT ROWID;
        CREATE TABLE tombstone(
            tenant BLOB NOT NULL, mark BLOB NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (tenant, mark)
        ) STRICT, WITHOUT ROWID;
        """

    /// `Docs/Specs/audit-log.md` §11. `audit_tile` keeps the roots of complete tiles: element `number` of `level` is
    /// the hash over 256^level leaves, so a tile of the export is 256 rows of it, and a start reads a right edge.
    private static let auditLog = """
        CREATE TABLE audit_entry(seq INTEGER PRIMARY KEY, entry BLOB NOT NULL, leaf BLOB NOT NULL) STRICT;
        CREATE TABLE audit_index(
            seq INTEGER PRIMARY KEY, type INTEGER NOT NULL, time_us INTEGER NOT NULL,
            case_ref TEXT, subject_ref TEXT, actor_ref TEXT
        ) STRICT;
        CREATE INDEX audit_index_case ON audit_index(case_ref, seq) WHERE case_ref IS NOT NULL;
        CREATE TABLE audit_checkpoint(size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
        CREATE TABLE audit_tile(
            level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
            PRIMARY KEY (level, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE audit_private(
            seq INTEGER NOT NULL, name TEXT NOT NULL, salt BLOB NOT NULL, value BLOB NOT NULL,
            PRIMARY KEY (seq, name)
        ) STRICT, WITHOUT ROWID;
        """
}
