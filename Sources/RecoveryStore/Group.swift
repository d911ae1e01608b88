import AccountRecovery
import Foundation
import GRDB
import RecoveryAudit

/// The requests of one transaction of the database.
///
///     BEGIN IMMEDIATE
///       SAVEPOINT   request 1: its changes, then its records   RELEASE
///       SAVEPOINT   request 2: threw                           ROLLBACK TO, RELEASE
///       …
///     COMMIT, and only now is anybody answered
struct Group {
    private var decided: [(request: GroupWriter.Request, outcome: GroupWriter.Decided, erases: Bool)] = []
    private var tombstones: [Tombstone] = []
    private var refused: [(request: GroupWriter.Request, error: any Error)] = []

    /// Runs requests until there is none or the group is full, and commits. The writer of the log moves with the
    /// transaction: after an error both stand where they stood.
    mutating func run(
        _ database: Database,
        _ log: OpenLog,
        tenant: Data,
        encoder: JSONEncoder,
        next: () -> GroupWriter.Request?
    ) throws {
        try database.run("BEGIN IMMEDIATE")
        log.begin()
        do {
            var count = 0
            while count < GroupWriter.largestGroup, log.hasRoom, let request = next() {
                count += 1
                try run(request, database, log, tenant: tenant, encoder: encoder)
            }
            try database.run("COMMIT")
        } catch {
            // SQLite may have rolled back by itself, after a full disk for one. A full disk is the only error after
            // which this process goes on: then the mark of the commit, the last thing written, is not there either.
            if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK") }
            log.rollback()
            throw error
        }
        log.commit()
    }

    private mutating func run(
        _ request: GroupWriter.Request,
        _ database: Database,
        _ log: OpenLog,
        tenant: Data,
        encoder: JSONEncoder
    ) throws {
        let reader = SQLiteReader(database: database, tenant: tenant, nextPosition: log.writer.size)
        let transaction = SQLiteTransaction(reader: reader, encoder: encoder)
        log.begin()
        do {
            try database.run("SAVEPOINT request")
            let outcome = try request.decide(transaction)
            if let failure = transaction.failure { throw failure }
            // The last thing that happens: nothing can fail any more but the log itself, and the disk.
            for event in outcome.events { try log.append(event, database) }
            try database.run("RELEASE request")
            log.commit()
            tombstones += transaction.tombstones
            let erases =
                transaction.hasErased || !transaction.tombstones.isEmpty
                || outcome.events.contains { $0.type == .erase }
            decided.append((request, outcome, erases))
        } catch {
            log.rollback()
            refused.append((request, error))
            // A disk that failed, or a log that could not be written, is the end of the whole group.
            if let failure = transaction.failure { throw failure }
            if let error = error as? DatabaseError {
                guard error.resultCode != .SQLITE_CONSTRAINT else {
                    throw StoreError.corrupt("a record is there twice")
                }
                throw error
            }
            try database.execute(sql: "ROLLBACK TO request")
            try database.run("RELEASE request")
        }
    }

    /// Tells everybody, after the commit. Requests that threw wait as well: what they saw, and threw because of, was
    /// written by others of the group.
    ///
    /// - Parameter erasing: Given the marks of those who were erased.
    func answer(erasing: ([Tombstone]) throws -> Void) {
        for (request, error) in refused { request.refuse(error) }
        for (_, outcome, erases) in decided where !erases { outcome.confirm() }
        let erased = decided.filter(\.erases)
        guard !erased.isEmpty else { return }
        do {
            try erasing(tombstones)
            for (_, outcome, _) in erased { outcome.confirm() }
        } catch {
            for (request, _, _) in erased { request.refuse(error) }
        }
    }

    /// Tells everybody that nothing of the group was written.
    func refuse(with error: StoreError) {
        for (request, _, _) in decided { request.refuse(error) }
        for (request, _) in refused { request.refuse(error) }
    }
}
