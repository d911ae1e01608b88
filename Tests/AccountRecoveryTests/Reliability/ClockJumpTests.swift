import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import AccountRecovery

/// What depends on time, under a clock that jumps (R8).
@Suite struct ClockJumpTests {
    @Test func `accepts nothing outside its window and shortens no lock-out, wherever the clock jumps`() async throws {
        let seed = UInt64.random(in: 1...UInt64(UInt32.max))
        print("clock jumps: seed \(seed)")
        let walks = ClockWalks(seed: seed)
        let service = try await TestDesk().admin
        let subject = try #require(Pseudonym(bytes: [UInt8](repeating: 1, count: 16)))
        let limits = walks.limits(600_000) { AttemptLedger(scope: "walk") }
        let coolOffs = try walks.coolOffs(300_000, at: service, subject)
        let codes = try walks.codes(100_000)
        let decisions = try walks.decisions(10_000, at: service, subject)
        for faults in [limits, coolOffs, codes, decisions] {
            #expect(faults.bad == 0, "seed \(seed): \(faults)")
            // Both answers, often, or nothing was tried.
            #expect(faults.accepted >= faults.steps / 100 && faults.refused >= faults.steps / 10, "\(faults)")
        }
        let all = limits + coolOffs + codes + decisions
        #expect(all.steps >= 1_000_000 && all.back >= 50_000 && all.forward >= 50_000)
        try Figure(
            "R8",
            "nothing is accepted outside its window, no lock-out is shortened",
            covered: [
                .init(all.steps, "steps of a clock"), .init(all.back, "back more than 5 s"),
                .init(all.forward, "forward more than 1 h"), .init(all.accepted, "accepted"),
                .init(all.refused, "refused"),
            ],
            bad: all.bad,
            control: "a ledger that trusts a clock set back or forward: attempts too many, lock-outs shortened"
        ).report()
    }

    @Test func `finds attempts too many in a ledger that trusts a clock set back`() {
        let faults = ClockWalks(seed: 8).limits(20_000) { LedgerThatTrustsAClockSetBack() }
        #expect(faults.outside > 0)
    }

    @Test func `finds shorter lock-outs in a ledger that trusts a clock set forward`() {
        let faults = ClockWalks(seed: 8).limits(20_000) { LedgerThatTrustsAClockSetForward() }
        #expect(faults.shortened > 0)
    }
}
