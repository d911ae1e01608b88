public import AccountRecovery
import Foundation
import GRDB
import RecoveryAudit
import RecoveryCrypto

extension SQLiteStore {
    /// Makes a new store, and the log with its first record, in a folder that has none.
    ///
    /// A creation that was interrupted is not repaired: nothing was ever recorded there, so remove the folder.
    /// - Parameter folder: An absolute path. Made with mode 0700 if it is missing.
    public static func create(
        at folder: String,
        keys: LogKeys,
        options: StoreOptions
    ) throws(StoreError) -> SQLiteStore {
        try StoreFolder.make(folder)
        let place = StoreFolder(path: folder)
        let lock = try OwnerLock(path: place.lock, program: options.program, wait: options.ownerWait)
        guard try EpochKeyFile(path: keys.epochKeyFile).read() == nil else {
            throw .refused("\(keys.epochKeyFile) exists already; it belongs to another log")
        }
        guard try OutsideHead(path: keys.headFile).read() == nil else {
            throw .refused("\(keys.headFile) exists already; it belongs to another log")
        }
        guard try StoreFolder.makePrivate(file: place.database) else {
            throw .refused("\(place.database) exists already; open it, or choose another folder")
        }
        let reserve = Reserve(path: place.reserve, size: options.reserveSize)
        try reserve.claim()
        let database = try Opening.database(at: place.database)
        try Migrations.create(on: database)
        let log = OpenLog(creating: keys, options: options)
        try StoreError.wrapping {
            try database.writeWithoutTransaction { database in try log.beginLog(database) }
        }
        let writer = GroupWriter(database: database, log: log, reserve: reserve, tenant: options.tenant)
        return SQLiteStore(writer: writer, keys: keys, options: options, lock: lock)
    }

    /// Opens the store of a folder, or refuses it: see ``StoreError``. Writes nothing until the first change.
    public static func open(
        at folder: String,
        keys: LogKeys,
        options: StoreOptions
    ) throws(StoreError) -> SQLiteStore {
        try StoreFolder.requirePrivate(folder: folder)
        let place = StoreFolder(path: folder)
        guard try StoreFolder.requirePrivate(file: place.database) else {
            throw .refused("there is no store in \(folder); run recoveryctl init, or correct the path")
        }
        let lock = try OwnerLock(path: place.lock, program: options.program, wait: options.ownerWait)
        // SQLite follows these names without a look.
        for suffix in ["-wal", "-journal", "-shm"] {
            try StoreFolder.requirePrivate(file: place.database + suffix)
        }
        try StoreFolder.requirePrivate(file: place.reserve)
        let database = try Opening.database(at: place.database)
        let version = try Migrations.requireKnown(database)
        guard version == Migrations.version || options.acceptsOlderVersion else {
            throw .refused(
                "the database has version \(version), this program wants \(Migrations.version); "
                    + "make a backup, then run recoveryctl store migrate"
            )
        }
        try Migrations.showRecords(of: version, on: database)
        let log = try continued(database, keys: keys, options: options)
        let reserve = Reserve(path: place.reserve, size: options.reserveSize)
        let writer = GroupWriter(database: database, log: log, reserve: reserve, tenant: options.tenant)
        return SQLiteStore(writer: writer, keys: keys, options: options, lock: lock)
    }

    /// Checks the stored log against everything that is known outside of it, and only then goes on with it.
    private static func continued(
        _ database: DatabaseQueue,
        keys: LogKeys,
        options: StoreOptions
    ) throws(StoreError) -> sending OpenLog {
        let secret = try EpochKeyFile(path: keys.epochKeyFile).read()
        let keyEpoch: UInt32? =
            switch secret {
            case .some(let secret): secret.epoch
            case .none: nil
            }
        let head = try OutsideHead(path: keys.headFile).read()
        let vkey = VKey(keys.identity)
        let found = try StoreError.wrapping {
            try database.writeWithoutTransaction { database in
                try DirectoryTables(database: database).requireTriggers()
                let tables = LogTables(database: database)
                let tail = try tables.tail()
                guard let tail else {
                    throw head == nil && keyEpoch == nil
                        ? StoreError.refused("the database holds no log: its creation was interrupted; remove it")
                        : StoreError.rolledBack("the log is empty, and a key file or a head of it is there")
                }
                guard keyEpoch != nil else {
                    throw StoreError.refused("\(keys.epochKeyFile) is missing; put it back, or begin a new origin")
                }
                let check = try HeadCheck.check(head: head, log: vkey, size: tail.tree.size) { try tables.root(of: $0) }
                var signed = try check.requireExtension(orMissing: options.acceptsMissingHead, file: keys.headFile)
                if let note = try tables.newestNote() {
                    let check = try HeadCheck.check(head: note, log: vkey, size: tail.tree.size) {
                        try tables.root(of: $0)
                    }
                    let stored = try check.requireExtension(orMissing: false, file: "audit_checkpoint")
                    if let stored, stored.size > signed?.size ?? 0 { signed = stored }
                }
                // What a crash kept from the journal of erasures, before anybody is answered.
                try ErasureJournal(besideHead: keys.headFile).catchUp(
                    with: Snapshot.tombstones(in: database, tenant: Data(options.tenant))
                )
                return (tail: tail, signed: signed)
            }
        }
        try OpenLog.requireClock(options.clock.microseconds(), notBefore: found.tail.last.timeMicroseconds)
        return try StoreError.ofLog { () throws(AuditError) in
            try OpenLog(
                continuing: found.tail,
                start: EpochStart.decide(stored: found.tail.storedEpoch, keyFile: keyEpoch),
                lastSigned: found.signed,
                missesHead: head == nil,
                keys: keys,
                options: options
            )
        }
    }
}
