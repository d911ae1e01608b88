import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import RecoveryTestSupport
import Synchronization
import Testing

@testable import AccountRecovery

/// Many clients of four agents who guess codes of many accounts, in processes that are killed one after the other.
struct GuessRun: Sendable {
    static let agents = ["mia", "max", "noa", "eve"]
    static let clients = 32
    static let limit = 5
    /// More than are allowed, so that each account runs into its limit although kills swallow some.
    static let guessesPerAccount = 8

    let counting: Counting
    let seed: UInt64
    let accounts: Int
    let observer = GuessObserver()

    /// What the log says of one case when all is over.
    struct Logged: Sendable {
        var started = 0
        var concluded = 0
    }

    struct Outcome: Sendable {
        let kills: Int
        let logged: [CaseID: Logged]
        let exceeded: [CaseID]
        let givenTwice: [CaseID]
        let compared: Int
        let limited: Int

        /// Attempts that were spent and never answered, because of a kill.
        var swallowed: Int { logged.values.reduce(0) { $0 + $1.started - $1.concluded } }
    }

    func run() async throws -> Outcome {
        let desk = try await StoreDesk(limits: ["attempts_per_check: \(Self.limit)"], agents: Self.agents)
        var random = SeededRandom(seed: seed)
        let cases = try await opened(at: desk)
        // Guesses at one account come close together, and in any order.
        var guesses: [CaseID] = []
        for start in stride(from: 0, to: cases.count, by: 16) {
            let some = cases[start..<min(start + 16, cases.count)]
            guesses += some.flatMap { [CaseID](repeating: $0, count: Self.guessesPerAccount) }.shuffled(using: &random)
        }
        let queue = GuessQueue(guesses)
        var kills = 0
        while await !queue.isEmpty {
            let process = MortalProcess(operations: Int.random(in: 200...1200, using: &random))
            try await live(process, queue, at: desk)
            if await process.isDead { kills += 1 }
        }
        // Where kills swallowed so many guesses that the limit was not met, the rest is asked by a process that lives.
        let quiet = MortalProcess(operations: .max)
        let limited = await observer.limited
        let unmet = cases.filter { limited[$0] == nil }
        let rest = GuessQueue(unmet.flatMap { [CaseID](repeating: $0, count: Self.limit + 1) })
        try await live(quiet, rest, at: desk)
        return try await outcome(kills, at: desk)
    }

    /// One process: opens the store, serves all clients, and drops it without a word.
    private func live(_ process: MortalProcess, _ queue: GuessQueue, at desk: StoreDesk) async throws {
        await process.own(try await whenLetGo { try desk.open() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<Self.clients * Self.agents.count {
                let agent = Self.agents[client % Self.agents.count]
                group.addTask {
                    while await !process.isDead, let name = await queue.next() {
                        try await guess(name, as: agent, at: desk, process)
                    }
                }
            }
            try await group.waitForAll()
        }
        await process.drop()
    }

    private func guess(
        _ name: CaseID,
        as agent: String,
        at desk: StoreDesk,
        _ process: MortalProcess
    ) async throws {
        let view = GuessStore(in: process, name, observer: observer, counting: counting)
        let service = try desk.service(agent, through: view)
        do {
            // One that is right by chance makes no difference: attempts in a case are not given back.
            let answer = try await service.checkTOTP(name, code: SecretText(testing: "000000"))
            await observer.noteAnswer(answer.attemptsLeft, in: name)
        } catch ServiceError.limited {
            await observer.noteLimit(in: name)
        } catch ServiceError.fault("Killed") {
            // The guess is gone. Whether it was counted is what the proof asks.
        }
    }

    private func reference(_ number: Int) -> String { "u-\(1000 + number)" }

    private func opened(at desk: StoreDesk) async throws -> [CaseID] {
        let store = try await whenLetGo { try desk.open() }
        let admin = try desk.service("ada", on: store)
        // Ten of a hundred are customers; the others nobody knows, which must make no difference.
        let known = (0..<accounts / 10).map { DeskCustomer.line($0 + 1, reference($0)) }
        _ = try await admin.importAccounts(known, skippingBad: false, progress: { _ in })
        for number in known.indices { _ = try await admin.enrolTOTP(SecretText(testing: reference(number))) }
        let mia = try desk.service("mia", on: store)
        var cases: [CaseID] = []
        for number in 0..<accounts { cases.append(try await mia.open(reference(number))) }
        try await store.close()
        return cases
    }

    private func outcome(_ kills: Int, at desk: StoreDesk) async throws -> Outcome {
        let store = try await whenLetGo { try desk.open() }
        var logged: [CaseID: Logged] = [:]
        for record in try await store.records(in: 0..<UInt64.max, limit: 1_000_000) {
            guard let payload = record.payload, let name = payload["case"]?.string.flatMap({ CaseID($0) }) else {
                continue
            }
            switch payload["event"]?.string {
            case "check.start": logged[name, default: Logged()].started += 1
            case "check.result": logged[name, default: Logged()].concluded += 1
            default: break
            }
        }
        let verdict = try await desk.verdict(on: store)
        #expect(verdict.outcome == .intact, "\(verdict.findings)")
        try await store.close()
        return Outcome(
            kills: kills,
            logged: logged,
            exceeded: await observer.exceeded(Self.limit),
            givenTwice: await observer.givenTwice,
            compared: await observer.compared.values.reduce(0, +),
            limited: await observer.limited.values.reduce(0, +)
        )
    }
}

/// The guesses that are still to be made.
private actor GuessQueue {
    private var guesses: [CaseID]

    init(_ guesses: [CaseID]) { self.guesses = guesses.reversed() }

    var isEmpty: Bool { guesses.isEmpty }

    func next() -> CaseID? { guesses.popLast() }
}
