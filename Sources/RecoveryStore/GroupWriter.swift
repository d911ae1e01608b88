import AccountRecovery
import Foundation
import GRDB
import RecoveryAudit
import Synchronization

/// The one writer: takes requests in the order they come and commits them in groups, since a commit costs an fsync
/// and 64 changes cost no more than one (`Docs/Specs/audit-log.md` §11.3).
///
/// It works on the serial queue of the connection and not as an actor: SQLite blocks its thread until the disk has
/// answered, and the threads of the cooperative pool are as few as there are cores. While a group waits for the
/// disk, the next one gathers in the mailbox; nobody waits for a timer.
final class GroupWriter: Sendable {
    /// A change somebody waits for. Exactly one of its answers is given, after the group is on the disk or is not.
    struct Request: Sendable {
        let decide: @Sendable (SQLiteTransaction) throws -> Decided
        let refuse: @Sendable (any Error) -> Void
    }

    /// What a request came to, if the group is committed.
    struct Decided {
        let events: [AuditEvent]
        let confirm: () -> Void
    }

    /// Requests in a group at most.
    static let largestGroup = 64

    private struct Mailbox: Sendable {
        var waiting: [Request] = []
        var isWorking = false
        /// Why nothing is written any more. Never taken back: the next start decides (§5.5).
        var ending: StoreError?
        /// The writer itself, once the disk has failed: whoever holds it never lets it go.
        var unclosed: GroupWriter?
    }

    /// The log and what goes with it.
    private struct State {
        let log: OpenLog
        let encoder: JSONEncoder
        var hasReserve = false
    }

    let database: DatabaseQueue
    private let mailbox = Mutex(Mailbox())
    private let state: QueueConfined<State>
    private let reserve: Reserve
    private let tenant: Data

    init(database: DatabaseQueue, log: sending OpenLog, reserve: Reserve, tenant: [UInt8]) {
        self.database = database
        self.reserve = reserve
        self.tenant = Data(tenant)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        state = QueueConfined(State(log: log, encoder: encoder))
    }

    /// Throws why the store is of no use any more, if it is not.
    func requireUse() throws(StoreError) {
        if let ending = mailbox.withLock({ $0.ending }) { throw ending }
    }

    /// Ends all use. Requests that wait are refused.
    func end(_ reason: StoreError) {
        let waiting = mailbox.withLock { mailbox in
            mailbox.ending = mailbox.ending ?? reason
            if case .inputOutput = reason { mailbox.unclosed = self }
            defer { mailbox.waiting = [] }
            return mailbox.waiting
        }
        for request in waiting { request.refuse(reason) }
    }

    /// Closes the connection, unless the disk has failed.
    ///
    /// SQLite takes the write-ahead log over when its last connection goes, and syncs for that. A sync that is tried
    /// again after one that failed succeeds without having written anything, so this connection ends with the process.
    func close() {
        guard mailbox.withLock({ $0.unclosed == nil }) else { return }
        try? database.close()
    }

    func submit(_ request: Request) {
        let (ending, isIdle) = mailbox.withLock { mailbox in
            guard mailbox.ending == nil else { return (mailbox.ending, false) }
            mailbox.waiting.append(request)
            defer { mailbox.isWorking = true }
            return (nil, !mailbox.isWorking)
        }
        if let ending { request.refuse(ending) }
        if isIdle { work() }
    }

    /// Runs `body` on the queue, between groups, with the log.
    func exclusively<Value: Sendable>(
        _ body: @escaping @Sendable (Database, OpenLog) throws -> Value
    ) async throws -> Value {
        try requireUse()
        return try await withCheckedThrowingContinuation { continuation in
            database.asyncWriteWithoutTransaction { database in
                let result = Result {
                    try self.requireUse()
                    return try StoreError.translating {
                        try self.state.use(with: database) { try body(database, $0.log) }
                    }
                }
                if case .failure(let error as StoreError) = result, error.endsUse { self.end(error) }
                if self.state.use(with: database, { $0.log.needsNewStart }) { self.end(Self.keyNotKept) }
                continuation.resume(with: result)
            }
        }
    }

    /// One group for each turn on the queue, so that readers come to their turn between two groups.
    private func work() {
        database.asyncWriteWithoutTransaction { database in
            self.state.use(with: database) { self.commitGroup(database, &$0) }
            let isMoreWaiting = self.mailbox.withLock { mailbox in
                mailbox.isWorking = !mailbox.waiting.isEmpty
                return mailbox.isWorking
            }
            if isMoreWaiting { self.work() }
        }
    }

    private func next() -> Request? {
        mailbox.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }

    private func commitGroup(_ database: Database, _ state: inout State) {
        var group = Group()
        do {
            // After a full disk this is the question whether there is room again.
            if !state.hasReserve { try reserve.claim() }
            state.hasReserve = true
            try state.log.prepare(database)
            try group.run(database, state.log, tenant: tenant, encoder: state.encoder, next: next)
        } catch {
            fail(group, error, database, &state)
            return
        }
        let log = state.log
        group.answer { tombstones in
            try StoreError.wrapping {
                try Self.forgetErased(in: database)
                // What is not in the journal yet is added at the next start.
                try ErasureJournal(besideHead: log.keys.headFile).append(tombstones)
            }
        }
    }

    /// Nothing of the group was written: everybody in it hears so. What is more than a full disk or a wrong clock
    /// ends the use of the store, since a disk that failed once may say anything the next time.
    private func fail(_ group: Group, _ error: any Error, _ database: Database, _ state: inout State) {
        let reason = StoreError(any: error)
        // Whoever waited for this group hears the same. Taken out before anybody is answered: an answer may bring the
        // next request, and by then the cause may be gone.
        let waiting = mailbox.withLock { mailbox in
            defer { mailbox.waiting = [] }
            return mailbox.waiting
        }
        if reason.endsUse {
            end(reason)
        } else if state.log.needsNewStart {
            end(Self.keyNotKept)
        } else if reason == .full, state.hasReserve {
            state.hasReserve = false
            reserve.release()
            do {
                if state.log.isOpen { try state.log.sealFull(free: reserve.freeBytes, database) }
            } catch {
                end(StoreError(any: error))
            }
        }
        group.refuse(with: reason)
        for request in waiting { request.refuse(reason) }
    }

    private static let keyNotKept = StoreError.inputOutput("the key of the log's next epoch was not kept; start again")

    /// Until the write-ahead log is emptied it still holds the old pages (`Docs/Specs/vault.md` §16).
    private static func forgetErased(in database: Database) throws {
        guard try emptyWriteAheadLog(in: database) else {
            throw StoreError.inputOutput("the rows are deleted, their old pages could not be removed yet")
        }
    }

    /// Takes everything over into the database file, synced. Says whether nobody was in the way.
    @discardableResult
    static func emptyWriteAheadLog(in database: Database) throws -> Bool {
        let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        return try row?.integer(0) == 0
    }
}
