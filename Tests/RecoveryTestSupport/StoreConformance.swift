public import AccountRecovery
import RecoveryAudit

/// What every store promises. Runs over all implementations; an implementation may be better, never different.
public enum StorePromise: String, Sendable, Hashable, CaseIterable {
    case keepsWhatAChangePuts
    case listsByOwnerInOrder
    case leavesNothingOfAChangeThatThrows
    case leavesNothingOfAChangeTheLogRefuses
    case writesEveryEventOfAChange
    case writesEventsInTheOrderOfCommits
    case tellsWhereTheFirstEventWillStand
    case runsChangesOneAfterTheOther
    case returnsSealedRowsInOrder
    case keepsBlindIndexes
    case replacesSealedRowsOfTheSameKey
    case refusesAPseudonymTwice
    case erasesEverythingOfASubjectAndNothingElse
    case listsAndRewrapsKeysOfOneVersion
    case keepsRotationsAndQuarantine
    case tellsTheLastWriteThatTheLogKnowsOf
    case listsPrivateValuesOfACaseAndOfASubject
    case erasesPrivateValuesWithTheirRecordOrNotAtAll
    case keepsWhatItAcknowledgedOverAReopening
}

/// A store, and what the suite must be able to ask beside the port.
public struct StoreUnderTest: Sendable {
    public let store: any CaseStore
    /// All entries of the log, in order.
    public let entries: @Sendable () async throws -> [[UInt8]]
    /// Lets the store go without another word and opens it again; `nil` where there is nothing to open again.
    public let reopen: (@Sendable () async throws -> StoreUnderTest)?

    public init(
        store: any CaseStore,
        entries: @escaping @Sendable () async throws -> [[UInt8]],
        reopen: (@Sendable () async throws -> StoreUnderTest)? = nil
    ) {
        self.store = store
        self.entries = entries
        self.reopen = reopen
    }

    /// A memory store, for the suite and for the seeded bugs.
    public static func memory(_ store: MemoryStore) -> StoreUnderTest {
        StoreUnderTest(store: store, entries: { await store.entries })
    }

    /// The payloads of the EVENT records, in order.
    func events() async throws -> [JSONObject] {
        try await records().filter { $0.recordType == .event }.compactMap { try $0.parsedPayload().object }
    }

    func records() async throws -> [AuditRecord] {
        try await entries().map { try AuditRecord(parsing: $0) }
    }
}

/// The suite. Every promise is tried on an empty store of its own.
public struct StoreConformance: Sendable {
    let subject: StoreUnderTest
    let promise: StorePromise

    /// Tries one promise.
    ///
    /// - Throws: ``BrokenPromise``, or whatever the store threw where it should not.
    public static func check(_ promise: StorePromise, of subject: StoreUnderTest) async throws {
        let suite = StoreConformance(subject: subject, promise: promise)
        switch promise {
        case .keepsWhatAChangePuts: try await suite.keepsWhatAChangePuts()
        case .listsByOwnerInOrder: try await suite.listsByOwnerInOrder()
        case .leavesNothingOfAChangeThatThrows: try await suite.leavesNothingOfAChangeThatThrows()
        case .leavesNothingOfAChangeTheLogRefuses: try await suite.leavesNothingOfAChangeTheLogRefuses()
        case .writesEveryEventOfAChange: try await suite.writesEveryEventOfAChange()
        case .writesEventsInTheOrderOfCommits: try await suite.writesEventsInTheOrderOfCommits()
        case .tellsWhereTheFirstEventWillStand: try await suite.tellsWhereTheFirstEventWillStand()
        case .runsChangesOneAfterTheOther: try await suite.runsChangesOneAfterTheOther()
        case .returnsSealedRowsInOrder: try await suite.returnsSealedRowsInOrder()
        case .keepsBlindIndexes: try await suite.keepsBlindIndexes()
        case .replacesSealedRowsOfTheSameKey: try await suite.replacesSealedRowsOfTheSameKey()
        case .refusesAPseudonymTwice: try await suite.refusesAPseudonymTwice()
        case .erasesEverythingOfASubjectAndNothingElse: try await suite.erasesEverythingOfASubjectAndNothingElse()
        case .listsAndRewrapsKeysOfOneVersion: try await suite.listsAndRewrapsKeysOfOneVersion()
        case .keepsRotationsAndQuarantine: try await suite.keepsRotationsAndQuarantine()
        case .tellsTheLastWriteThatTheLogKnowsOf: try await suite.tellsTheLastWriteThatTheLogKnowsOf()
        case .listsPrivateValuesOfACaseAndOfASubject: try await suite.listsPrivateValuesOfACaseAndOfASubject()
        case .erasesPrivateValuesWithTheirRecordOrNotAtAll:
            try await suite.erasesPrivateValuesWithTheirRecordOrNotAtAll()
        case .keepsWhatItAcknowledgedOverAReopening: try await suite.keepsWhatItAcknowledgedOverAReopening()
        }
    }

    var store: any CaseStore { subject.store }

    func require(_ holds: Bool, _ detail: @autoclosure () -> String) throws {
        guard holds else { throw BrokenPromise(promise: promise, detail: detail()) }
    }

    // MARK: Records

    private func keepsWhatAChangePuts() async throws {
        let answer = try await store.commit { transaction in
            try transaction.put(Memo(id: "a", owner: "x", number: 1))
            try transaction.put(Memo(id: "b", owner: "x", number: 2))
            try transaction.put(Memo(id: "a", owner: "y", number: 3))
            try transaction.remove(Memo.self, "b")
            return Recorded(try transaction.record(Memo.self, "a")?.number, .numbered(1))
        }
        try require(answer == 3, "a change does not see what it wrote: \(String(describing: answer))")
        let memos = try await store.read { try $0.records(Memo.self) }
        try require(memos == [Memo(id: "a", owner: "y", number: 3)], "found \(memos)")
        let missing = try await store.read { try $0.record(Memo.self, "b") }
        try require(missing == nil, "a removed record is there")
    }

    private func listsByOwnerInOrder() async throws {
        try await store.commit { transaction in
            for id in ["c", "a", "B", "é"] { try transaction.put(Memo(id: id, owner: "x", number: 0)) }
            try transaction.put(Memo(id: "d", owner: "y", number: 0))
            return Recorded((), .numbered(1))
        }
        let mine = try await store.read { try $0.records(Memo.self, of: "x").map(\.id) }
        try require(mine == ["B", "a", "c", "é"], "of one owner: \(mine)")
        let all = try await store.read { try $0.records(Memo.self).map(\.id) }
        try require(all == ["B", "a", "c", "d", "é"], "of all: \(all)")
    }

    // MARK: All or nothing

    private struct Stop: Error, Equatable {
        let number: Int
    }

    private func leavesNothingOfAChangeThatThrows() async throws {
        try await store.commit { transaction in
            try transaction.put(Memo(id: "a", owner: "x", number: 1))
            return Recorded((), .numbered(1))
        }
        let before = try await subject.entries()
        do {
            try await store.commit { transaction -> Recorded<Void> in
                try transaction.put(Memo(id: "a", owner: "x", number: 2))
                try transaction.put(SealedRow.canary(mark: [1]))
                throw Stop(number: 7)
            }
            throw BrokenPromise(promise: promise, detail: "the error did not come through")
        } catch let error as Stop {
            try require(error == Stop(number: 7), "another error came through")
        }
        let memo = try await store.read { try $0.record(Memo.self, "a")?.number }
        try require(memo == 1, "the record became \(String(describing: memo))")
        let isCanary = try await store.read { try $0.vault.isCanary(mark: [1]) }
        try require(!isCanary, "a sealed row was left")
        let after = try await subject.entries()
        try require(after == before, "the log changed")
    }

    private func leavesNothingOfAChangeTheLogRefuses() async throws {
        try await store.commit { _ in Recorded((), .numbered(0)) }
        let before = try await subject.entries()
        let unknown = AuditEvent(.event, ["event": "case.invented", "case": "C-1"])
        do {
            try await store.commit { transaction in
                try transaction.put(Memo(id: "a", owner: "x", number: 1))
                return Recorded((), .numbered(1), unknown)
            }
            throw BrokenPromise(promise: promise, detail: "an event outside the catalogue was taken")
        } catch StoreError.refused {
        }
        let memos = try await store.read { try $0.records(Memo.self) }
        try require(memos.isEmpty, "the change is there without its event")
        let after = try await subject.entries()
        try require(after == before, "the first event of a refused change is in the log")
        try await store.commit { _ in Recorded((), .numbered(2)) }
        let numbers = try await subject.numbers()
        try require(numbers == [0, 2], "the log does not go on after a refusal: \(numbers)")
    }

    // MARK: The log

    private func writesEveryEventOfAChange() async throws {
        try await store.commit { transaction in
            try transaction.put(Memo(id: "a", owner: "x", number: 1))
            return Recorded((), .numbered(1), .numbered(2), .numbered(3))
        }
        let numbers = try await subject.numbers()
        try require(numbers == [1, 2, 3], "the log has \(numbers)")
    }

    private func writesEventsInTheOrderOfCommits() async throws {
        for number in 0..<20 {
            try await store.commit { _ in Recorded((), .numbered(number)) }
        }
        let numbers = try await subject.numbers()
        try require(numbers == Array(0..<20), "the log has \(numbers)")
        let positions = try await subject.records().map(\.seq)
        try require(positions == Array(0..<UInt64(positions.count)), "positions have gaps: \(positions)")
    }

    private func tellsWhereTheFirstEventWillStand() async throws {
        try await store.commit { _ in Recorded((), .numbered(0), .numbered(1)) }
        let told = try await store.commit { transaction in
            Recorded(try transaction.nextPosition, .numbered(2), .numbered(3))
        }
        let length = try await store.read { try $0.nextPosition }
        let records = try await subject.records()
        try require(length == UInt64(records.count), "the log's length is \(records.count), told was \(length)")
        try require(records.indices.contains(Int(told)), "there is no record \(told)")
        let payload = try records[Int(told)].parsedPayload()
        try require(payload["to_actor"]?.string == "n-2", "record \(told) is another one")
    }

    private func runsChangesOneAfterTheOther() async throws {
        let store = self.store
        let count = 64
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await store.commit { transaction in
                        let number = (try transaction.record(Memo.self, "sum")?.number ?? 0) + 1
                        try transaction.put(Memo(id: "sum", owner: "", number: number))
                        return Recorded((), .numbered(number))
                    }
                }
            }
            try await group.waitForAll()
        }
        let sum = try await store.read { try $0.record(Memo.self, "sum")?.number }
        try require(sum == count, "of \(count) changes \(String(describing: sum)) are there")
        let numbers = try await subject.numbers()
        try require(numbers == Array(1...count), "the log has \(numbers)")
    }

    private func keepsWhatItAcknowledgedOverAReopening() async throws {
        for number in 1...3 {
            try await store.commit { transaction in
                try transaction.put(Memo(id: "\(number)", owner: "x", number: number))
                return Recorded((), .numbered(number))
            }
        }
        let before = try await subject.entries()
        guard let reopened = try await subject.reopen?() else { return }
        let memos = try await reopened.store.read { try $0.records(Memo.self).map(\.number) }
        try require(memos == [1, 2, 3], "of three acknowledged records \(memos) are there")
        let after = try await reopened.entries()
        try require(after.starts(with: before), "the log does not begin with what was acknowledged")
        try await reopened.store.commit { _ in Recorded((), .numbered(4)) }
        let numbers = try await reopened.numbers()
        try require(numbers == [1, 2, 3, 4], "the log goes on with \(numbers)")
    }
}

/// A record of the suite.
struct Memo: StoredRecord, Equatable {
    static var kind: RecordKind { .setting }
    let id: String
    let owner: String
    let number: Int
}

extension AuditEvent {
    /// An event that carries a number, so that the log can be read back as a list of numbers.
    static func numbered(_ number: Int) -> AuditEvent {
        AuditEvent(.event, ["event": "case.assign", "case": "C-1", "to_actor": .string("n-\(number)")])
    }
}

extension StoreUnderTest {
    /// The numbers of the numbered events, in the order of the log.
    func numbers() async throws -> [Int] {
        try await events().compactMap { $0["to_actor"]?.string?.dropFirst(2) }.compactMap { Int($0) }
    }
}
