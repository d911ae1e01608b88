import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct LimitTests {
    private static let wrong = "00000000"

    private func fail(_ check: CheckKind, _ desk: RecoveryService, _ name: CaseID) async throws -> CheckAnswer {
        let code = SecretText(testing: Self.wrong)
        switch check {
        case .totp: return try await desk.checkTOTP(name, code: SecretText(testing: "000000"))
        case .savedCode: return try await desk.checkSavedCode(name, code: code)
        default: return try await desk.checkIssuedCode(name, code: code)
        }
    }

    private func details(_ desk: RecoveryService, _ name: CaseID, right: Bool = false) async throws -> CheckAnswer {
        let text: (String) -> SecretText = SecretText.init(testing:)
        return try await desk.checkDetails(
            name,
            [
                ClaimedDetail(field: "name", value: text("Kim Park")),
                ClaimedDetail(field: "date_of_birth", value: text("1985-02-28")),
                ClaimedDetail(field: "email", value: text(right ? "kim.park@example.org" : "kim@example.org")),
            ]
        )
    }

    @Test(arguments: [CheckKind.totp, .savedCode, .issuedCode(.email)])
    func `hears five attempts of a check in a case, and the sixth no more`(check: CheckKind) async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        for left in [4, 3, 2, 1, 0] {
            let answer = try await fail(check, flow.mia, name)
            #expect(answer.outcome == .fail && answer.attemptsLeft == left)
        }
        #expect(await thrown { _ = try await fail(check, flow.max, name) } == .limited(retryAfter: nil))
        let last = try #require(await flow.world.events(of: name).last)
        #expect(last["event"]?.string == "limit.hit" && last["scope"]?.string == "check" && last["retry_s"] == nil)
        // The others are heard all the same.
        let other: CheckKind = check == .totp ? .savedCode : .totp
        #expect(try await fail(other, flow.mia, name).attemptsLeft == 4)
        try await flow.world.audit()
    }

    @Test func `cools an authenticator off after ten failures over all cases and agents, twice as long each time`()
        async throws
    {
        let flow = try await Flow()
        let cases = [try await flow.open(.unlock), try await flow.open(.unlock), try await flow.open(.unlock)]
        for attempt in 0..<10 {
            let desk = attempt.isMultiple(of: 2) ? flow.mia : flow.max
            #expect(try await fail(.totp, desk, cases[attempt / 5]).outcome == .fail)
        }
        for wait: Int64 in [30, 60, 120, 240] {
            #expect(await thrown { _ = try await fail(.totp, flow.mia, cases[2]) } == .limited(retryAfter: wait))
            flow.world.clock.move(seconds: wait - 1)
            #expect(await thrown { _ = try await fail(.totp, flow.mia, cases[2]) } == .limited(retryAfter: 1))
            flow.world.clock.move(seconds: 1)
            #expect(try await fail(.totp, flow.mia, cases[2]).outcome == .fail)
        }
        let hits = await flow.world.events().filter { $0["event"]?.string == "limit.hit" }
        #expect(hits.count == 8 && hits.allSatisfy { $0["scope"]?.string == "authenticator" })
        // Another authenticator of the same customer is not the one that was tried.
        #expect(try await fail(.savedCode, flow.mia, cases[2]).outcome == .fail)
    }

    @Test func `doubles the pause to an hour, and disables an authenticator at a hundred`() throws {
        let subject = try #require(Pseudonym(bytes: [UInt8](repeating: 1, count: 16)))
        let now = UnixTime(seconds: 1000)
        var authenticator = Authenticator(subject: subject, form: .totp, slot: 0, boundAt: now)
        var pauses: [Int64] = []
        for failures in 1...100 {
            #expect(!authenticator.isDisabled(under: Limits()), "after \(failures - 1)")
            authenticator.spend(at: now, Limits())
            if let end = authenticator.coolOffUntil { pauses.append(end.seconds - now.seconds) }
        }
        #expect(authenticator.isDisabled(under: Limits()))
        #expect(pauses == [30, 60, 120, 240, 480, 960, 1920] + [Int64](repeating: 3600, count: 84))
        authenticator.succeed()
        #expect(!authenticator.isDisabled(under: Limits()) && authenticator.coolOffUntil == nil)
    }

    @Test(arguments: [98, 99, 100])
    func `hears the right code until an authenticator is disabled`(failures: Int) async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let subject = try await flow.account().subject
        try await flow.world.store.commit { transaction in
            var totp = try #require(
                transaction.records(Authenticator.self, of: subject.text).first { $0.form == .totp }
            )
            totp.failures = failures
            try transaction.put(totp)
            return Recorded((), .event("x.test.failures"))
        }
        let code = try flow.authenticator.code(at: flow.world.clock.now())
        let answer = await thrown { try #require(await flow.mia.checkTOTP(name, code: code).outcome == .pass) }
        #expect(answer == (failures == 100 ? .limited(retryAfter: nil) : nil))
    }

    @Test func `takes the numbers of the policy`() async throws {
        let text = try String(contentsOf: TestDesk.policies.appending(path: "standard.yaml"), encoding: .utf8)
        let strict = text.replacing(
            "  attempts_per_check: 5",
            with: "  attempts_per_check: 3\n  failures_before_cool_off: 2\n  cool_off_first: 5s\n  cool_off_most: 7s"
        )
        let flow = try await Flow(policy: strict)
        let name = try await flow.open(.unlock)
        #expect(try await fail(.totp, flow.mia, name).attemptsLeft == 2)
        #expect(try await fail(.totp, flow.mia, name).attemptsLeft == 1)
        #expect(await thrown { _ = try await fail(.totp, flow.mia, name) } == .limited(retryAfter: 5))
        flow.world.clock.move(seconds: 5)
        #expect(try await fail(.totp, flow.mia, name).attemptsLeft == 0)
        let next = try await flow.open(.unlock)
        #expect(await thrown { _ = try await fail(.totp, flow.mia, next) } == .limited(retryAfter: 7))
    }

    // Passing codes that were sent never forgot the failures that each had been entered as: after ten codes, all
    // right, the address cooled off, and after a hundred it was closed for good.
    @Test func `forgets failures when a code that was sent is right`() async throws {
        let flow = try await Flow()
        var passed = 0
        for _ in 0..<4 {
            for _ in 0..<3 {
                let name = try await flow.open(.unlock)
                _ = try await flow.mia.sendCode(name, by: .email)
                if try await flow.mia.checkIssuedCode(name, code: flow.world.sentCode()).outcome == .pass {
                    passed += 1
                }
            }
            flow.world.clock.move(seconds: 86_400)
        }
        #expect(passed == 12)
    }

    @Test func `compares details three times a day for a subject, and ten times in thirty days`() async throws {
        let flow = try await Flow()
        for day in 0..<3 {
            let name = try await flow.open(.unlock)
            for _ in 0..<3 { #expect(try await details(flow.mia, name).outcome == .fail) }
            let other = try await flow.open(.unlock, by: flow.max)
            #expect(await thrown { _ = try await details(flow.max, other) } == .limited(retryAfter: 86_400), "\(day)")
            flow.world.clock.move(seconds: 86_400)
        }
        let name = try await flow.open(.unlock)
        #expect(try await details(flow.mia, name).outcome == .fail)
        // The tenth stands; the first is forgotten thirty days after it was made.
        #expect(await thrown { _ = try await details(flow.mia, name) } == .limited(retryAfter: 27 * 86_400))
        let hit = try #require(await flow.world.events(of: name).last)
        #expect(hit["event"]?.string == "limit.hit" && hit["scope"]?.string == "details")
        #expect(hit["retry_s"]?.integer == Int64(27 * 86_400))
    }

    @Test func `does not count details that are right`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        for _ in 0..<5 { #expect(try await details(flow.mia, name, right: true).outcome == .pass) }
        let other = try await flow.open(.unlock)
        for _ in 0..<3 { #expect(try await details(flow.mia, other).outcome == .fail) }
        #expect(await thrown { _ = try await details(flow.mia, other) } == .limited(retryAfter: 86_400))
    }

    // The agent's own limit used up an attempt of the subject, who had not been asked anything.
    @Test func `stops an agent after twenty wrong details, and does not make the subject pay for it`() async throws {
        let flow = try await Flow()
        for account in 0..<6 {
            let name = try await flow.open(.unlock, "stranger-\(account)")
            for _ in 0..<3 { #expect(try await details(flow.mia, name).outcome == .fail) }
        }
        let name = try await flow.open(.unlock)
        for _ in 0..<2 { #expect(try await details(flow.mia, name).outcome == .fail) }
        for _ in 0..<3 {
            #expect(await thrown { _ = try await details(flow.mia, name) } == .limited(retryAfter: 86_400))
        }
        let answer = try await details(flow.max, name)
        #expect(answer.outcome == .fail && answer.attemptsLeft == 2)
        #expect(await thrown { _ = try await details(flow.max, name) } == .limited(retryAfter: 86_400))
    }

    @Test func `spends nothing on a claim that cannot be read`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let before = await flow.world.store.events.count
        let text: (String) -> SecretText = SecretText.init(testing:)
        let claims: [([(String, String)], ServiceError)] = [
            (
                [("name", "Kim"), ("date_of_birth", "1985-02-30"), ("email", "kim@example.org")],
                .invalidClaim(field: "date_of_birth", reason: "invalid-date")
            ),
            (
                [("name", "Kim"), ("date_of_birth", "1985-02-28"), ("email", "kim")],
                .invalidClaim(field: "email", reason: "invalid-email")
            ),
            (
                [("name", "Kim"), ("phone", "123"), ("email", "kim@example.org")],
                .invalidClaim(field: "phone", reason: "no-region")
            ),
            (
                [("name", "Kim\u{202E}"), ("date_of_birth", "1985-02-28"), ("email", "kim@example.org")],
                .invalidClaim(field: "name", reason: "bidi-control")
            ),
            (
                [("name", "Kim"), ("email", "kim@example.org")],
                .invalidInput("at least 3 details are compared at once")
            ),
            (
                [("name", "Kim"), ("date_of_birth", "1985-02-28")],
                .invalidInput("at least one detail must be one that cannot be guessed, such as email")
            ),
            ([("name", "Kim"), ("name", "Kim"), ("email", "kim@example.org")], .invalidInput("name comes twice")),
            (
                [("name", "Kim"), ("account", "u-1001"), ("email", "kim@example.org")],
                .invalidInput(
                    "no detail of this name is compared; there are: name, date_of_birth, email, phone, national_id"
                )
            ),
        ]
        for (fields, error) in claims {
            let details = fields.map { ClaimedDetail(field: $0.0, value: text($0.1)) }
            #expect(await thrown { _ = try await flow.mia.checkDetails(name, details) } == error)
        }
        #expect(await flow.world.store.events.count == before)
        #expect(try await details(flow.mia, name).attemptsLeft == 4)
    }

    @Test(arguments: [Flow.reference, "nobody-here"])
    func `opens three cases a day for an account, known or not`(reference: String) async throws {
        let flow = try await Flow()
        for _ in 0..<3 { _ = try await flow.open(.unlock, reference) }
        #expect(await thrown { _ = try await flow.open(.unlock, reference) } == .limited(retryAfter: 86_400))
        let hit = try #require(await flow.world.store.events.last)
        #expect(hit["event"]?.string == "limit.hit" && hit["scope"]?.string == "cases")
        flow.world.clock.move(seconds: 86_399)
        #expect(await thrown { _ = try await flow.open(.unlock, reference) } == .limited(retryAfter: 1))
        flow.world.clock.move(seconds: 1)
        _ = try await flow.open(.unlock, reference)
        _ = try await flow.open(.unlock, "somebody-else")
        try await flow.world.audit()
    }

    @Test(arguments: [Flow.reference, "nobody-here"])
    func `sends three codes in a case and ten a day to an address, known or not`(reference: String) async throws {
        let flow = try await Flow()
        var cases: [CaseID] = []
        for _ in 0..<3 { cases.append(try await flow.open(.unlock, reference)) }
        flow.world.clock.move(seconds: 50_000)
        for name in cases {
            for left in [2, 1, 0] { #expect(try await flow.mia.sendCode(name, by: .email).sendsLeft == left) }
            #expect(await thrown { _ = try await flow.mia.sendCode(name, by: .email) } == .limited(retryAfter: nil))
            let hit = try #require(await flow.world.events(of: name).last)
            #expect(hit["event"]?.string == "limit.hit" && hit["scope"]?.string == "sends")
        }
        // Another method has a count of its own.
        #expect(try await flow.mia.sendCode(cases[0], by: .sms).sendsLeft == 2)
        flow.world.clock.move(seconds: 36_400)
        let next = try await flow.open(.unlock, reference)
        #expect(try await flow.mia.sendCode(next, by: .email).sendsLeft == 2)
        #expect(await thrown { _ = try await flow.mia.sendCode(next, by: .email) } == .limited(retryAfter: 50_000))
        try await flow.world.audit()
    }

    @Test func `makes no room when the clock is set back`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        for _ in 0..<3 { #expect(try await details(flow.mia, name).outcome == .fail) }
        for _ in 0..<5 { _ = try await fail(.totp, flow.mia, name) }
        _ = try await flow.open(.unlock)
        _ = try await flow.open(.unlock)
        flow.world.clock.move(seconds: -2 * 86_400)
        #expect(await thrown { _ = try await flow.open(.unlock) } == .limited(retryAfter: 3 * 86_400))
        #expect(await thrown { _ = try await fail(.totp, flow.mia, name) } == .limited(retryAfter: nil))
        #expect(await thrown { _ = try await details(flow.mia, name) } == .limited(retryAfter: 3 * 86_400))
        try await flow.world.audit()
    }

    @Test func `takes no evidence through a social network`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock, channel: .social)
        #expect(
            await thrown { _ = try await fail(.totp, flow.mia, name) }
                == .notAllowed("no evidence is taken through this channel: move the case to another")
        )
    }
}
