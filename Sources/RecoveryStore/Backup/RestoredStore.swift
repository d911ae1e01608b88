public import AccountRecovery
import Foundation
import GRDB
public import RecoveryAudit
public import RecoveryCrypto

/// A database that is being put together from a backup, in a folder that is no store yet (`Docs/Specs/vault.md` §15).
///
///     the data file ─► recovery.db, checked ─► the keys whose subjects it knows ─► checked again ─► a store
public final class RestoredStore {
    public let facts: BackupFacts
    public let manifest: BackupManifest
    private let database: DatabaseQueue
    private let tenant: Data

    /// What became of the keys of a key file.
    public struct KeyCounts: Sendable, Hashable {
        public var taken = 0
        /// Of subjects that the data does not know.
        public var unknown = 0
        /// Of subjects that were erased: read, and not stored.
        public var erased = 0
    }

    /// Decrypts a data file into a folder, and checks what came out of it.
    ///
    /// - Parameter folder: Private, and empty.
    public init(_ file: BackupFile, in folder: String, tenant: [UInt8], progress: (Int) -> Void = { _ in }) throws {
        guard file.facts.kind == .data else {
            throw StoreError.refused("\(file.path) is a key file; name the data file")
        }
        let path = StoreFolder(path: folder).database
        guard try StoreFolder.makePrivate(file: path), let output = FileHandle(forWritingAtPath: path) else {
            throw StoreError.refused("\(path) exists already")
        }
        var done = 0
        manifest = try file.read { piece in
            do {
                try output.write(contentsOf: Data([UInt8](copying: piece)))
            } catch {
                throw (error as NSError).isFullDisk
                    ? StoreError.full : StoreError.inputOutput("\(path) cannot be written")
            }
            done += piece.count
            progress(done)
        }
        try output.close()
        facts = file.facts
        self.tenant = Data(tenant)
        database = try StoreError.translating { try Snapshot.open(path) }
        let rows = try StoreError.translating { try database.read { try Snapshot.checked($0) } }
        guard rows == manifest.rows else {
            throw StoreError.corrupt("\(file.path): the rows of the database are not those of its manifest")
        }
        guard try BackupManifest.Tombstones(tombstones()) == manifest.tombstones else {
            throw StoreError.corrupt("\(file.path): the erasures in the database are not those of its manifest")
        }
        // A data file may be years old.
        let version = try Migrations.requireKnown(database)
        guard version < Migrations.version else { return }
        try StoreError.translating { try database.write { try Migrations.run(from: version, on: $0) } }
    }

    /// Shows what is there, as a store would.
    public func read<Value>(_ body: (any StoreReader) throws -> Value) throws -> Value {
        try StoreError.translating {
            try database.read { try body(SQLiteReader(database: $0, tenant: tenant, nextPosition: 0)) }
        }
    }

    public func tombstones() throws -> [Tombstone] {
        try StoreError.translating { try database.read { try Snapshot.tombstones(in: $0, tenant: tenant) } }
    }

    /// Stores the keys of a key file whose subjects are known and not erased.
    public func take(
        _ file: BackupFile,
        keys: BackupKeys,
        except erased: Set<[UInt8]>
    ) throws -> (counts: KeyCounts, manifest: BackupManifest) {
        guard file.facts.kind == .subjectKeys else {
            throw StoreError.refused("\(file.path) is a data file; name the key file")
        }
        guard file.facts.databaseID == facts.databaseID else {
            throw StoreError.refused("\(file.path) belongs to another installation than the data")
        }
        guard file.facts.generation >= facts.generation else {
            throw StoreError.refused(
                "\(file.path) is of generation \(file.facts.generation), older than the data (\(facts.generation)); "
                    + "name a newer key file"
            )
        }
        var counts = KeyCounts()
        var rest: [UInt8] = []
        let manifest = try StoreError.translating {
            try database.writeWithoutTransaction { database in
                _ = try Row.fetchAll(database, sql: "PRAGMA journal_mode=MEMORY")
                var manifest: BackupManifest?
                try database.inTransaction {
                    manifest = try file.read { piece in
                        rest.append(piece)
                        var start = 0
                        while rest.count - start >= BackupKeys.keyRecordSize {
                            let row = try keys.row(of: rest[start..<start + BackupKeys.keyRecordSize])
                            try store(row, except: erased, &counts, database)
                            start += BackupKeys.keyRecordSize
                        }
                        rest.removeFirst(start)
                    }
                    try countSeals(database)
                    return .commit
                }
                return manifest
            }
        }
        let sum = counts.taken + counts.unknown + counts.erased
        guard let manifest, rest.isEmpty, manifest.rows == ["subject_key": sum] else {
            throw StoreError.corrupt("\(file.path): the keys are not those of its manifest")
        }
        return (counts, manifest)
    }

    private func store(
        _ row: SubjectKeyRow,
        except erased: Set<[UInt8]>,
        _ counts: inout KeyCounts,
        _ database: Database
    ) throws {
        let rows = SQLiteSealedRows(database: database, tenant: tenant)
        if erased.contains(row.subject) {
            counts.erased += 1
        } else if try rows.subject(id: row.subject) == nil {
            counts.unknown += 1
        } else {
            try rows.put(.subjectKey(row))
            counts.taken += 1
        }
    }

    /// A key file does not say how often a key sealed. What it sealed can be counted: each write of a field, and each
    /// private value of the log.
    private func countSeals(_ database: Database) throws {
        let counter = DatabaseFunction("counter", argumentCount: 1, pure: true) { values in
            guard let version = Data.fromDatabaseValue(values[0]) else {
                throw DatabaseError(resultCode: .SQLITE_MISMATCH)
            }
            return version.suffix(4).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        }
        database.add(function: counter)
        defer { database.remove(function: counter) }
        try database.execute(
            sql: """
                UPDATE subject_key SET seals = coalesce((
                    SELECT sum(counter(row_version)) FROM field
                    WHERE field.tenant = subject_key.tenant AND field.subject = subject_key.subject
                        AND (field.record = 2) = (subject_key.class = 2)), 0)
                WHERE class IN (1, 2)
                """
        )
        try database.execute(
            sql: "UPDATE subject_key SET seals = seals + (SELECT count(*) FROM audit_private) WHERE class = 1"
        )
    }

    /// The pseudonyms of subjects that have not a key of each class: nothing of them can be opened.
    public func subjectsWithoutKeys() throws -> [Pseudonym] {
        try StoreError.translating {
            try database.read { database in
                try database.rows(
                    """
                    SELECT pseudonym FROM subject WHERE tenant = ? AND (
                        SELECT count(DISTINCT class) FROM subject_key
                        WHERE subject_key.tenant = subject.tenant AND subject_key.subject = subject.subject) < 3
                    ORDER BY pseudonym
                    """,
                    [tenant]
                ).map { row in
                    guard let pseudonym = Pseudonym(bytes: try row.bytes(0)) else {
                        throw StoreError.corrupt("a pseudonym has another length than 16 bytes")
                    }
                    return pseudonym
                }
            }
        }
    }

    /// Whether the log that was restored extends the head that lies outside.
    public func check(head: [UInt8]?, of keys: LogKeys) throws -> HeadCheck {
        try StoreError.translating {
            try database.read { database in
                let tables = LogTables(database: database)
                return try HeadCheck.check(head: head, log: VKey(keys.identity), size: tables.size()) {
                    try tables.root(of: $0)
                }
            }
        }
    }

    /// The newest checkpoint of the restored log.
    public func newestHead() throws -> [UInt8]? {
        try StoreError.translating { try database.read { try LogTables(database: $0).newestNote() } }
    }

    /// Writes the restored log into a new folder, as a bundle that verifies by itself.
    public func exportLog(to folder: String, of keys: LogKeys, at now: UnixTime) throws {
        try StoreError.translating {
            try database.read { database in
                guard let note = try LogTables(database: database).newestNote() else {
                    throw StoreError.corrupt("the restored log has no checkpoint")
                }
                let files = try BundleFolderWriter(folder)
                var export = try BundleExport(
                    of: SQLiteLogReader(database: database),
                    identity: keys.identity,
                    checkpoint: note,
                    policy: nil,
                    createdMicroseconds: UInt64(max(0, now.seconds)) * 1_000_000,
                    options: .init(includesPrivateValues: false)
                )
                while let file = try export.next() { try files.write(file) }
            }
        }
    }

    /// Lets the database go. Its file is the database of a store from now on.
    public func close() throws {
        try StoreError.translating {
            try database.writeWithoutTransaction { database in
                let answer = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "no answer"
                guard answer == "ok" else { throw StoreError.corrupt(answer) }
            }
            try database.close()
        }
    }
}
