import AccountRecovery
import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import RecoveryTestSupport
import Testing

@Suite struct StoreConformanceTests {
    @Test(arguments: StorePromise.allCases)
    func `the memory store keeps`(promise: StorePromise) async throws {
        try await StoreConformance.check(promise, of: .memory(try await emptyMemoryStore()))
    }

    @Test(arguments: StorePromise.allCases)
    func `the SQLite store keeps`(promise: StorePromise) async throws {
        let workshop = try Workshop()
        try await StoreConformance.check(promise, of: underTest(try workshop.create(), workshop))
    }

    @Test(arguments: StorePromise.allCases)
    func `a store whose process was killed keeps`(promise: StorePromise) async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let killed = try workshop.snapshot()
        try await store.close()
        try await StoreConformance.check(promise, of: underTest(try killed.open(), killed))
    }

    @Test(arguments: [
        (SeededBug.losesTheEvent, StorePromise.writesEveryEventOfAChange),
        (.losesTheEvent, .runsChangesOneAfterTheOther),
        (.losesTheEvent, .listsPrivateValuesOfACaseAndOfASubject),
        (.losesTheEvent, .erasesPrivateValuesWithTheirRecordOrNotAtAll),
        (.keepsChangesThatThrew, .leavesNothingOfAChangeThatThrows),
        (.acknowledgesEarly, .keepsWhatItAcknowledgedOverAReopening),
        (.writesEventsInReverse, .writesEveryEventOfAChange),
    ])
    func `a store with a seeded bug breaks`(bug: SeededBug, promise: StorePromise) async throws {
        let memory = try await emptyMemoryStore()
        let buggy = StoreUnderTest(
            store: BuggyStore(inner: memory, bug: bug),
            entries: { await memory.entries },
            reopen: { .memory(try await emptyMemoryStore()) }
        )
        let error = await #expect(throws: BrokenPromise<StorePromise>.self) {
            try await StoreConformance.check(promise, of: buggy)
        }
        #expect(error?.promise == promise)
    }

    @Test(arguments: DirectoryPromise.allCases)
    func `the memory directory keeps`(promise: DirectoryPromise) async throws {
        let directory = MemoryDirectory()
        let subject = DirectoryUnderTest(
            directory: directory,
            enlist: { await directory.enlist($0) },
            unlockBehindTheService: {
                await directory.change($0, behindTheService: .unlock(reasons: ["failed-attempts"]))
            }
        )
        try await DirectoryConformance.check(promise, of: subject)
    }

    @Test func `a directory that forgets its keys breaks its promise`() async throws {
        let directory = MemoryDirectory()
        let subject = DirectoryUnderTest(
            directory: ForgetfulDirectory(inner: directory),
            enlist: { await directory.enlist($0) },
            unlockBehindTheService: { _ in }
        )
        for promise in [DirectoryPromise.carriesOutEachKeyOnce, .carriesOutAKeyOnceUnderAStampede] {
            let error = await #expect(throws: BrokenPromise<DirectoryPromise>.self) {
                try await DirectoryConformance.check(promise, of: subject)
            }
            #expect(error?.promise == promise)
        }
    }

    @Test(arguments: CourierPromise.allCases)
    func `the memory courier keeps`(promise: CourierPromise) async throws {
        let courier = MemoryCourier()
        let subject = CourierUnderTest(
            courier: courier,
            arrived: {
                var messages: [String] = []
                for number in 0..<(await courier.count) {
                    messages += [await courier.lend(number) { $0.line }].compactMap { $0 }
                }
                return messages
            },
            breakDown: { await courier.fail(with: $0) }
        )
        try await CourierConformance.check(promise, of: subject)
    }
}

/// A SQLite store in the suite's eyes. Reopened as after a kill: from a copy of its files.
func underTest(_ store: SQLiteStore, _ workshop: Workshop) -> StoreUnderTest {
    StoreUnderTest(
        store: store,
        entries: { try await store.everything().map(\.entry) },
        reopen: {
            let killed = try workshop.snapshot()
            return underTest(try killed.open(), killed)
        }
    )
}

func emptyMemoryStore() async throws -> MemoryStore {
    try await MemoryStore(clock: SteppedClock(), origin: try #require(Origin("log.example.org/memory")))
}

extension Message {
    fileprivate var line: String {
        "\(channel.rawValue)|\(address.openText)|\(subject)|\(body.openText)"
    }
}

extension SecretKey {
    fileprivate var openText: String {
        lend { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }
    }
}
