public import AccountRecovery
import Foundation
import GRDB
import RecoveryAudit

/// Cases, sealed personal data and the audit log in one SQLite file, owned by one process.
///
/// Opening blocks the thread that asks, for as long as the disk takes and at most ``StoreOptions/ownerWait`` for
/// another owner. Whoever opens a store ends it with ``close()``: that seals the epoch and moves the outside head.
/// A process that dies instead loses nothing that was acknowledged; the next start says `recover` in the log.
public final class SQLiteStore: CaseStore {
    let writer: GroupWriter
    let keys: LogKeys
    let options: StoreOptions
    private let lock: OwnerLock

    init(writer: GroupWriter, keys: LogKeys, options: StoreOptions, lock: OwnerLock) {
        self.writer = writer
        self.keys = keys
        self.options = options
        self.lock = lock
    }

    /// The lock of its folder is held as long as it is open.
    public var hasOneOwner: Bool { true }

    public func read<Value: Sendable>(
        _ body: @Sendable (any StoreReader) throws -> Value
    ) async throws -> Value {
        try writer.requireUse()
        let tenant = Data(options.tenant)
        do {
            return try await writer.database.read { database in
                let size = try LogTables(database: database).size()
                return try body(SQLiteReader(database: database, tenant: tenant, nextPosition: size))
            }
        } catch let error as DatabaseError {
            throw StoreError(error)
        }
    }

    public func commit<Value: Sendable>(
        _ decide: @escaping @Sendable (any StoreTransaction) throws -> Recorded<Value>
    ) async throws -> Value {
        // A task that is cancelled meanwhile still waits: whether its change was written must not stay unknown.
        try await withCheckedThrowingContinuation { continuation in
            writer.submit(
                GroupWriter.Request(
                    decide: { transaction in
                        let recorded = try decide(transaction)
                        return GroupWriter.Decided(events: recorded.events) {
                            continuation.resume(returning: recorded.value)
                        }
                    },
                    refuse: { continuation.resume(throwing: $0) }
                )
            )
        }
    }

    /// Signs a checkpoint over all records and moves the outside head to it. Returns the note.
    public func checkpoint() async throws -> [UInt8] {
        try await writer.exclusively { database, log in try log.checkpoint(database) }
    }

    /// Ends the epoch and begins the next, on demand.
    public func rotateEpoch() async throws {
        try await writer.exclusively { database, log in
            try log.prepare(database)
            try log.rotate(database)
        }
    }

    /// Looks at every page and index of the database. Takes long: only on request.
    ///
    /// - Throws: ``StoreError/corrupt(_:)`` with the first thing that is wrong.
    public func verifyPages() async throws {
        try await writer.exclusively { database, _ in
            let answer = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "no answer"
            guard answer == "ok" else { throw StoreError.corrupt(answer) }
        }
    }

    /// Ends the epoch of this process, signs what it wrote, moves the outside head, and lets the store go.
    ///
    /// A process that only read leaves everything as it was. After this every call fails.
    public func close() async throws {
        do {
            try await writer.exclusively { database, log in
                if log.isOpen { try log.seal(database) }
                guard log.hasWritten else { return }
                _ = try log.checkpoint(database)
                // Closing would do it as well, and would tell nobody that the disk failed.
                try GroupWriter.emptyWriteAheadLog(in: database)
            }
        } catch {
            letGo()
            throw error
        }
        letGo()
    }

    private func letGo() {
        writer.end(.refused("the store is closed; open it again"))
        writer.close()
        lock.release()
    }
}
