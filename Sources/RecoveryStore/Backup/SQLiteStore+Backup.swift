public import AccountRecovery
import Foundation
import GRDB
import RecoveryAudit
import RecoveryCrypto

/// What a backup came to.
public struct BackupReport: Sendable {
    public let dataFile: String
    public let keysFile: String
    public let generation: Generation
    /// Unix seconds.
    public let created: Int64
    public let manifest: BackupManifest
    /// Keys of subjects in the key file.
    public let keys: Int
    /// Of both files.
    public let byteCount: Int
}

extension SQLiteStore {
    /// Makes the two files of a backup from one moment (`Docs/Specs/vault.md` §15).
    ///
    /// The record comes first, then the end of its epoch and a checkpoint, so that the backup holds its own record and
    /// a log whose every key is at rest. Writers wait while pages are copied, and not while they are sealed.
    ///
    /// - Parameters:
    ///   - dataFolder: Where `data-<generation>.rvb` shall lie. It exists.
    ///   - keysFolder: Where `keys-<generation>.rvb` shall lie: another folder.
    ///   - restores: As ``StoreLife`` says.
    ///   - actor: Who asked, as a `ref` of the log.
    ///   - progress: Told how many bytes are sealed, and of how many.
    public func backUp(
        dataFolder: String,
        keysFolder: String,
        scratch: Scratch,
        keys: BackupKeys,
        restores: UInt32,
        actor: String,
        progress: (Int, Int) -> Void = { _, _ in }
    ) async throws -> BackupReport {
        try Self.requireApart(dataFolder, keysFolder)
        for folder in [dataFolder, keysFolder] { NewBackupFile.removeDrafts(in: folder) }
        let created = options.clock.now()
        let tenant = options.tenant
        let place = QueueConfinedScratch(scratch)
        let taken = try await writer.exclusively { database, log in
            let hasEpoch = log.isOpen
            try log.prepare(database)
            if hasEpoch { try log.rotate(database) }
            // Of the backup: with this record, and with the seal that ends its epoch.
            let generation = Generation(restores: restores, logSize: log.writer.size + 2)
            try log.recordBackup(actor: actor, generation, database)
            try log.seal(database)
            let head = try log.checkpoint(database)
            try ErasureJournal(besideHead: log.keys.headFile).createIfMissing()
            let snapshot = try Snapshot(of: database, in: place.scratch, tenant: tenant)
            return Taken(generation: generation, head: head, snapshot: snapshot)
        }
        return try StoreError.translating {
            try Self.seal(taken, to: dataFolder, keysFolder, keys, at: created, progress)
        }
    }

    /// Handed from the queue of the connection to whoever waits for it, and touched by nobody else.
    private struct Taken: @unchecked Sendable {
        let generation: Generation
        let head: [UInt8]
        let snapshot: Snapshot
    }

    private struct QueueConfinedScratch: @unchecked Sendable {
        let scratch: Scratch

        init(_ scratch: Scratch) { self.scratch = scratch }
    }

    private static func seal(
        _ taken: Taken,
        to dataFolder: String,
        _ keysFolder: String,
        _ keys: BackupKeys,
        at created: UnixTime,
        _ progress: (Int, Int) -> Void
    ) throws -> BackupReport {
        let tombstones = try taken.snapshot.tombstones()
        let count = try taken.snapshot.keyCount()
        func manifest(_ rows: [String: Int]) -> BackupManifest {
            BackupManifest(
                generation: taken.generation,
                head: taken.head,
                keys: keys.needed,
                rows: rows,
                tombstones: tombstones
            )
        }
        let keysFile = try NewBackupFile(
            at: "\(keysFolder)/keys-\(taken.generation).rvb",
            keys.sealing(.subjectKeys, taken.generation, at: created)
        )
        var written = 0
        do {
            try keysFile.write(framed: manifest(["subject_key": count]))
            try taken.snapshot.takeKeys { row in
                guard let record = try keys.record(of: row) else { return }
                try keysFile.write(record)
                written += 1
            }
            guard written == count else {
                throw StoreError.corrupt("a stored key of a subject is in no state to be kept")
            }
            try keysFile.finish()
            let (path, rows) = try taken.snapshot.strippedData()
            let manifest = manifest(rows)
            let dataFile = try NewBackupFile(
                at: "\(dataFolder)/data-\(taken.generation).rvb",
                keys.sealing(.data, taken.generation, at: created)
            )
            do {
                try dataFile.write(framed: manifest)
                try dataFile.write(contentsOf: path, progress)
                try dataFile.finish()
                Scratch.overwrite(path)
                // The keys first: they fit older data as well, and data without keys opens nothing.
                try keysFile.publish()
                try dataFile.publish()
            } catch {
                dataFile.discard()
                throw error
            }
            return BackupReport(
                dataFile: dataFile.path,
                keysFile: keysFile.path,
                generation: taken.generation,
                created: created.seconds,
                manifest: manifest,
                keys: count,
                byteCount: dataFile.byteCount + keysFile.byteCount
            )
        } catch {
            keysFile.discard()
            throw error
        }
    }

    /// Keys that lie beside the data they open are no second file.
    private static func requireApart(_ dataFolder: String, _ keysFolder: String) throws(StoreError) {
        var places: [FileTraits] = []
        for folder in [dataFolder, keysFolder] {
            guard let traits = try? SecretDirectory.traits(ofDirectoryAt: folder), traits.kind == .directory else {
                throw .refused("there is no folder \(folder); make it, with mode 700")
            }
            places.append(traits)
        }
        guard places[0].device != places[1].device || places[0].inode != places[1].inode else {
            throw .refused(
                "the key file must not lie beside the data file: name two folders, and keep them on two machines"
            )
        }
    }
}

extension NewBackupFile {
    /// `length u32 ‖ manifest`.
    func write(framed manifest: BackupManifest) throws(StoreError) {
        let bytes = manifest.bytes
        try write((0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) } + bytes)
    }

    func write(contentsOf path: String, _ progress: (Int, Int) -> Void) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { throw StoreError.inputOutput("\(path) is gone") }
        let total = Int(try file.seekToEnd())
        try file.seek(toOffset: 0)
        var done = 0
        while let piece = try file.read(upToCount: 1 << 18), !piece.isEmpty {
            try write([UInt8](piece))
            done += piece.count
            progress(done, total)
        }
        guard done == total else { throw StoreError.inputOutput("\(path) cannot be read to its end") }
    }
}

extension OpenLog {
    /// Writes that a backup is made. That it was finished is for its files to show.
    func recordBackup(actor: String, _ generation: Generation, _ database: Database) throws {
        try alone(database) {
            try append(
                [
                    "event": "x.store.backup", "actor": .string(actor),
                    "count": .integer(Int64(clamping: generation.rawValue)),
                ],
                database
            )
        }
    }
}
