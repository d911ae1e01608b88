import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import RecoveryTestSupport
import Testing

@testable import AccountRecovery

/// The whole service on a store on the disk, under a clock that jumps (R8).
@Suite struct JumpingDeskTests {
    /// What came of it, and what should have.
    private struct Found {
        var steps = 0
        var stopped = 0
        var accepted = 0
        var refused = 0
        var bad: [String] = []
    }

    @Test func `stops while the clock is behind the last record, and accepts codes in their windows only`() async throws
    {
        let seed = UInt64.random(in: 1...UInt64(UInt32.max))
        print("jumping desk: seed \(seed)")
        let limits = ["attempts_per_check: 10", "failures_before_cool_off: 100", "cases_per_account_day: 100"]
        let desk = try await StoreDesk(limits: limits, agents: ["mia"])
        let store = try desk.open()
        let customer = try await DeskCustomer("u-1001", at: desk.service("ada", on: store))
        let mia = try desk.service("mia", on: store)
        var random = SeededRandom(seed: seed)
        var found = Found()
        var (latest, lastStep) = (desk.clock.now().seconds, Int64(-1))
        for _ in 0..<ProofLength.choose(short: 300, long: 4000) {
            desk.clock.move(seconds: Self.jump(&random))
            let now = desk.clock.now().seconds
            let isBehind = now < latest - 5
            found.steps += 1
            // Typed up to 95 s ago, or in a minute.
            let typed = now + Int64.random(in: -95...65, using: &random)
            let code = typed < 0 ? "000000" : try customer.code(at: UnixTime(seconds: typed))
            let (step, present) = (floor(typed, 30), floor(now, 30))
            let isRight = typed >= 0 && (present - 1...present).contains(step) && step > lastStep
            do {
                let name = try await mia.open(customer.reference)
                latest = max(latest, now)
                let outcome = try await mia.checkTOTP(name, code: SecretText(testing: code)).outcome
                if isBehind { found.bad.append("went on \(latest - now) s behind") }
                if (outcome == .pass) != isRight { found.bad.append("\(outcome): typed \(typed), now \(now)") }
                if outcome == .pass { (found.accepted, lastStep) = (found.accepted + 1, step) }
                if outcome == .fail { found.refused += 1 }
            } catch ServiceError.store(.clockBehind(let seconds)) {
                found.stopped += 1
                if !isBehind || seconds > latest - now { found.bad.append("stopped by \(seconds) s at \(now)") }
                // Right again: as late as the last record, and not a moment earlier.
                desk.clock.move(seconds: latest - now)
            } catch ServiceError.limited {
                // A hundred cases a day, or a hundred wrong codes in a row: time has to pass.
                found.refused += 1
                desk.clock.move(seconds: 90_000)
            }
        }
        #expect(found.bad == [], "seed \(seed)")
        #expect(found.stopped >= found.steps / 20 && found.accepted >= found.steps / 20, "\(found)")
        let verdict = try await desk.verdict(on: store)
        #expect(verdict.outcome == .intact, "\(verdict.findings)")
        try await store.close()
        try Figure(
            "R8",
            "the whole service stops on a clock set back and accepts codes in their windows only",
            covered: [
                .init(found.steps, "steps"), .init(found.stopped, "stopped as clock unsafe"),
                .init(found.accepted, "codes accepted"), .init(found.refused, "codes refused"),
            ],
            bad: found.bad.count,
            control: "ledgers that trust the clock"
        ).report()
    }

    /// Mostly a little forward; at times nowhere, or far. Rarely forward by years, since nobody can take them back: what
    /// was written then keeps the service from going on before.
    private static func jump(_ random: inout SeededRandom) -> Int64 {
        let back: [Int64] = [1, 3, 5, 6, 7, 30, 3600, 86_400, 365 * 86_400, 3652 * 86_400]
        let forward: [Int64] = [29, 30, 31, 60, 3600, 86_400]
        switch Int.random(in: 0..<100, using: &random) {
        case ..<55: return Int64.random(in: 0...45, using: &random)
        case ..<65: return 0
        case ..<84: return -back[Int.random(in: 0..<back.count, using: &random)]
        case ..<99: return forward[Int.random(in: 0..<forward.count, using: &random)]
        default: return 365 * 86_400
        }
    }

    private func floor(_ seconds: Int64, _ period: Int64) -> Int64 {
        seconds >= 0 ? seconds / period : (seconds - period + 1) / period
    }
}
