import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import Testing

@testable import AccountRecovery

/// Sixty-four submits at the same instant, by two agents in turn.
struct SubmitRace: Sendable {
    static let width = 64

    let desk: StoreDesk
    let store: SQLiteStore
    let customer: DeskCustomer

    enum Check: Sendable {
        case totp, savedCode, issuedCode
    }

    /// What came of the submits of one round.
    struct Tally: Sendable, Equatable {
        var accepted = 0
        var refused = 0
        /// Not heard, because of a limit: nothing was compared.
        var limited = 0

        var compared: Int { accepted + refused }
    }

    /// A desk with one customer. Its policy allows as many attempts as any may, so that limits keep few of sixty-four
    /// from the comparison.
    static func begin() async throws -> SubmitRace {
        let limits = ["attempts_per_check: 10", "failures_before_cool_off: 100", "cases_per_account_day: 100"]
        let desk = try await StoreDesk(limits: limits, agents: ["mia", "max"])
        let store = try desk.open()
        let customer = try await DeskCustomer("u-1001", at: desk.service("ada", on: store))
        return SubmitRace(desk: desk, store: store, customer: customer)
    }

    /// Has the log judged, and lets the store go.
    func end(at place: SourceLocation = #_sourceLocation) async throws {
        let verdict = try await desk.verdict(on: store)
        #expect(verdict.outcome == .intact, "\(verdict.findings)", sourceLocation: place)
        try await store.close()
    }

    /// Opens cases of the customer.
    func cases(_ count: Int) async throws -> [CaseID] {
        let mia = try desk.service("mia", on: store)
        var cases: [CaseID] = []
        for _ in 0..<count { cases.append(try await mia.open(customer.reference)) }
        return cases
    }

    /// The code in the newest message.
    func sentCode() async throws -> String {
        let body = await desk.courier.lendLast { message in
            message.body.lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
        }
        let text = try #require(body)
        let match = try #require(text.firstMatch(of: /[0-9]{8}/))
        return String(match.0)
    }

    /// - Parameters:
    ///   - cases: Submits are dealt to them in turn.
    ///   - codes: Likewise.
    ///   - isGated: Whether all wait for each other after the comparison.
    ///   - isBuggy: Whether the store has the seeded bug.
    func run(
        _ check: Check,
        in cases: [CaseID],
        _ codes: [String],
        isGated: Bool,
        isBuggy: Bool = false
    ) async throws -> Tally {
        let gate = isGated ? Gate(for: Self.width) : nil
        return try await withThrowingTaskGroup(of: CheckAnswer.Outcome?.self) { group in
            for number in 0..<Self.width {
                let name = cases[number % cases.count]
                let code = codes[number % codes.count]
                let memory = isBuggy ? Remembered(customer.subject, name) : nil
                let view = SubmitStore(store, gate: gate, believing: memory)
                let agent = try desk.service(number.isMultiple(of: 2) ? "mia" : "max", on: store, through: view)
                group.addTask {
                    do {
                        let outcome = try await submit(check, name, code, by: agent)
                        await view.end()
                        return outcome
                    } catch {
                        await view.end()
                        throw error
                    }
                }
            }
            var tally = Tally()
            for try await outcome in group {
                switch outcome {
                case .pass: tally.accepted += 1
                case .fail, .indeterminate: tally.refused += 1
                case nil: tally.limited += 1
                }
            }
            return tally
        }
    }

    /// One submit, with nobody else about. `nil` if a limit was hit.
    func submit(
        _ check: Check,
        _ name: CaseID,
        _ code: String,
        by agent: RecoveryService
    ) async throws -> CheckAnswer.Outcome? {
        let code = SecretText(testing: code)
        do {
            switch check {
            case .totp: return try await agent.checkTOTP(name, code: code).outcome
            case .savedCode: return try await agent.checkSavedCode(name, code: code).outcome
            case .issuedCode: return try await agent.checkIssuedCode(name, code: code).outcome
            }
        } catch .limited {
            return nil
        }
    }
}
