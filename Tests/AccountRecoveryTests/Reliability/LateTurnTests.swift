import RecoveryAudit
import RecoveryPolicy
import Testing

@testable import AccountRecovery

/// A machine that slept, or a queue that was long: time passes between the comparison of a code and its acceptance.
@Suite struct LateTurnTests {
    // A sent code was held against the moment before the queue: it was accepted however long afterwards its turn came.
    @Test(arguments: [(1799, .pass), (1800, .fail), (86_000, .fail)] as [(Int64, CheckAnswer.Outcome)])
    func `refuses a sent code that ran out while it waited for its turn`(
        seconds: Int64,
        outcome: CheckAnswer.Outcome
    ) async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let parts = flow.world.parts
        let late = RecoveryService(
            RecoveryService.Parts(
                store: LateStore(flow.world.store, clock: flow.world.clock, seconds: seconds),
                directory: parts.directory,
                courier: parts.courier,
                clock: parts.clock,
                vault: parts.vault,
                grantKey: parts.grantKey,
                origin: parts.origin
            ),
            caller: flow.mia.caller
        )
        _ = try await flow.mia.sendCode(name, by: .email)
        #expect(try await late.checkIssuedCode(name, code: flow.world.sentCode()).outcome == outcome)
    }
}

/// Lets time pass before the second change: the first reserves the attempt, the second accepts the code.
private struct LateStore: CaseStore {
    private let store: MemoryStore
    private let clock: HandClock
    private let seconds: Int64
    private let commits = Commits()

    init(_ store: MemoryStore, clock: HandClock, seconds: Int64) {
        self.store = store
        self.clock = clock
        self.seconds = seconds
    }

    func read<Value: Sendable>(_ body: @Sendable (any StoreReader) throws -> Value) async throws -> Value {
        try await store.read(body)
    }

    func commit<Value: Sendable>(
        _ decide: @escaping @Sendable (any StoreTransaction) throws -> Recorded<Value>
    ) async throws -> Value {
        if await commits.next() == 2 { clock.move(seconds: seconds) }
        return try await store.commit(decide)
    }

    private actor Commits {
        private var count = 0

        func next() -> Int {
            count += 1
            return count
        }
    }
}
