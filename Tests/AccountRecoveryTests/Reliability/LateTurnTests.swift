import RecoveryAudit
import RecoveryCrypto
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
        let late = flow.late(seconds: seconds)
        _ = try await flow.mia.sendCode(name, by: .email)
        #expect(try await late.checkIssuedCode(name, code: flow.world.sentCode()).outcome == outcome)
    }

    // One step back is accepted, so the code of a step lives to the end of the next.
    @Test(arguments: [(-1, .pass), (0, .fail), (86_000, .fail)] as [(Int64, CheckAnswer.Outcome)])
    func `refuses an authenticator's code that ran out while it waited for its turn`(
        secondsAfterEnd: Int64,
        outcome: CheckAnswer.Outcome
    ) async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let now = flow.world.clock.now()
        let end = (now.seconds / 30 + 2) * 30
        let late = flow.late(seconds: end - now.seconds + secondsAfterEnd)
        let code = try flow.authenticator.code(at: now)
        #expect(try await late.checkTOTP(name, code: code).outcome == outcome)
    }
}

extension Flow {
    /// The desk of an agent, with a store in which this time passes before the second change.
    fileprivate func late(seconds: Int64) -> RecoveryService {
        let parts = world.parts
        return RecoveryService(
            RecoveryService.Parts(
                store: LateStore(world.store, clock: world.clock, seconds: seconds),
                directory: parts.directory,
                courier: parts.courier,
                clock: parts.clock,
                vault: parts.vault,
                grantKey: parts.grantKey,
                origin: parts.origin
            ),
            caller: mia.caller
        )
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
