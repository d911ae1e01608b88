import AccountRecovery
import GRDB
import RecoveryAudit
import RecoveryTestSupport
import Synchronization
import Testing

@testable import RecoveryStore

@Suite struct GroupCommitTests {
    @Test(arguments: [(1, 1), (64, 1), (65, 2), (128, 2), (200, 4)])
    func `commits what waits together, 64 at a time`(count: Int, commits: Int) async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        try await store.write(-1)
        let observer = CommitCounter()
        let answers = Answers()
        let writer = store.writer
        try await writer.exclusively { database, _ in
            // The queue is ours until this ends, so whoever asks now has to wait in the mailbox.
            database.add(transactionObserver: observer, extent: .databaseLifetime)
            for number in 0..<count { writer.submit(answers.request(number)) }
        }
        // Comes to its turn when all the others have been answered.
        try await store.write(1000)
        #expect(answers.confirmed == Array(0..<count))
        // One more for the change above, unless it still found a place.
        #expect([commits, commits + 1].contains(observer.count))
        try await store.close()
    }

    @Test func `rolls back the one that throws and nobody else`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let answers = Answers()
        let writer = store.writer
        try await writer.exclusively { _, _ in
            for number in 0..<30 { writer.submit(answers.request(number, throwing: number.isMultiple(of: 3))) }
        }
        try await store.write(1000)
        let kept = (0..<30).filter { !$0.isMultiple(of: 3) }
        #expect(answers.confirmed == kept)
        #expect(answers.refused == (0..<30).filter { $0.isMultiple(of: 3) }.map { .refused("number \($0)") })
        let stored = try await store.read { try $0.records(Note.self).compactMap { Int($0.id) }.sorted() }
        #expect(stored == kept + [1000])
        let logged = try await store.records(in: 0..<100).compactMap { $0.payload?["to_actor"]?.string }
        #expect(logged == (kept + [1000]).map { "n-\($0)" })
        let verdict = try await store.verifyLog(try workshop.verification())
        #expect(verdict.outcome == .intact, "\(verdict.findings)")
        try await store.close()
    }

    @Test func `fails everybody and is of no use any more when the log cannot be written`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        try await store.write(1)
        let answers = Answers()
        let writer = store.writer
        try await writer.exclusively { database, _ in
            try database.execute(
                sql: """
                    CREATE TRIGGER broken BEFORE INSERT ON audit_entry WHEN NEW.seq >= 4
                    BEGIN SELECT RAISE(ABORT, 'broken'); END
                    """
            )
            for number in 2..<6 { writer.submit(answers.request(number)) }
        }
        let broken = StoreError.corrupt("a record is there twice")
        await #expect(throws: broken) { try await store.write(7) }
        await #expect(throws: broken) { try await store.read { try $0.nextPosition } }
        await #expect(throws: broken) { try await store.checkpoint() }
        #expect(answers.confirmed.isEmpty)
        #expect(answers.refused.count == 4)

        let killed = try workshop.snapshot()
        await #expect(throws: broken) { try await store.close() }
        try killed.tamper("DROP TRIGGER broken")
        let next = try killed.open()
        #expect(try await next.read { try $0.records(Note.self).map(\.id) } == ["1"])
        #expect(try await next.types() == [1, 16])
        try await next.close()
    }

    @Test func `does not let a caught error of the database pass for a change`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let writer = store.writer
        try await writer.exclusively { database, _ in try database.execute(sql: "DROP TABLE canary") }
        let error = await #expect(throws: StoreError.self) {
            try await store.commit { transaction in
                try transaction.put(Note(id: "1"))
                try? transaction.put(SealedRow.canary(mark: [1]))
                return Recorded((), .assign(1))
            }
        }
        guard case .inputOutput? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        let killed = try workshop.snapshot()
        let next = try killed.open()
        #expect(try await next.read { try $0.records(Note.self) }.isEmpty)
        try await next.close()
    }

    @Test func `waits for the answer even if the task is cancelled`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let task = Task {
            // Begins only when it was cancelled: the test's own task goes on to the line after this one.
            while !Task.isCancelled { await Task.yield() }
            try await store.write(1)
        }
        task.cancel()
        try await task.value
        #expect(try await store.types() == [1, 16])
        try await store.close()
    }
}

/// Answers of requests that were handed to the writer directly, in the order in which they came.
private final class Answers: Sendable {
    private let state = Mutex((confirmed: [Int](), refused: [StoreError]()))

    var confirmed: [Int] { state.withLock { $0.confirmed } }
    var refused: [StoreError] { state.withLock { $0.refused } }

    func request(_ number: Int, throwing throwsError: Bool = false) -> GroupWriter.Request {
        GroupWriter.Request(
            decide: { transaction in
                try transaction.put(Note(id: "\(number)"))
                if throwsError { throw StoreError.refused("number \(number)") }
                return GroupWriter.Decided(events: [.assign(number)]) {
                    self.state.withLock { $0.confirmed.append(number) }
                }
            },
            refuse: { error in
                self.state.withLock { $0.refused.append(StoreError(any: error)) }
            }
        )
    }
}

/// Counts transactions that reached the disk.
private final class CommitCounter: TransactionObserver, Sendable {
    private let commits = Mutex(0)

    var count: Int { commits.withLock { $0 } }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidRollback(_ database: Database) {}
    func databaseDidCommit(_ database: Database) { commits.withLock { $0 += 1 } }
}
