public import AccountRecovery
import Foundation
import GRDB
public import RecoveryAudit

extension SQLiteStore {
    /// Opens a restored database with a log of its own: a new origin, whose first record names the log that was lost
    /// and its last known checkpoint (`Docs/Specs/audit-log.md` §11.7).
    ///
    /// The records of the old log go: an export of them lies elsewhere, and none of them may be continued. Its private
    /// values go with them, and stay in the backup.
    ///
    /// - Parameters:
    ///   - folder: With the database that ``RestoredStore`` left, and nothing else.
    ///   - keys: With an origin that no log had before; neither their key file nor their head exists.
    public static func begin(
        newOriginAt folder: String,
        keys: LogKeys,
        options: StoreOptions,
        prior: (origin: Origin, checkpoint: String)
    ) throws(StoreError) -> SQLiteStore {
        guard prior.origin != keys.origin else {
            throw .refused("the log \(prior.origin.text) must not go on: name another")
        }
        try StoreFolder.requirePrivate(folder: folder)
        let place = StoreFolder(path: folder)
        guard try StoreFolder.requirePrivate(file: place.database) else {
            throw .refused("there is no restored database in \(folder)")
        }
        guard try EpochKeyFile(path: keys.epochKeyFile).read() == nil,
            try OutsideHead(path: keys.headFile).read() == nil
        else { throw .refused("a key file or a head of another log is there already") }
        let lock = try OwnerLock(path: place.lock, program: options.program, wait: options.ownerWait)
        let reserve = Reserve(path: place.reserve, size: options.reserveSize)
        try reserve.claim()
        let database = try Opening.database(at: place.database)
        guard try Migrations.requireKnown(database) == Migrations.version else {
            throw .refused("the database in \(folder) is of an older version")
        }
        let log = OpenLog(creating: keys, options: options)
        try StoreError.wrapping {
            try database.writeWithoutTransaction { database in
                try database.inTransaction {
                    try LogTables(database: database).forget()
                    return .commit
                }
                try log.beginLog(database, prior: prior)
            }
        }
        let writer = GroupWriter(database: database, log: log, reserve: reserve, tenant: options.tenant)
        return SQLiteStore(writer: writer, keys: keys, options: options, lock: lock)
    }
}
