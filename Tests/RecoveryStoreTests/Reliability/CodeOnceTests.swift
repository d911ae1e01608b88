import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import RecoveryTestSupport
import Testing

@testable import AccountRecovery

/// A code is accepted once, however many submit it at the same instant (R7).
@Suite(.serialized) struct CodeOnceTests {
    @Test func `accepts one of sixty-four simultaneous submits of an authenticator's code`() async throws {
        let race = try await SubmitRace.begin()
        let mia = try race.desk.service("mia", on: race.store)
        // Each submit decides twice under a policy that is read anew: five hundred rounds take minutes.
        let rounds = ProofLength.choose(short: 24, long: 500)
        var (compared, padded) = (0, 0)
        for round in 0..<rounds {
            let now = race.desk.clock.now()
            let code = try race.customer.code(at: now)
            // Seven cases of ten attempts each take the sixty-four, and another what follows.
            let cases = try await race.cases(7)
            let quiet = try await mia.open(race.customer.reference)
            let tally = try await race.run(.totp, in: cases, [code], isGated: round.isMultiple(of: 2))
            try #require(tally.accepted == 1, "round \(round): \(tally)")
            compared += tally.compared

            // The same step again and the one before it, which the window would still take: both are dead.
            #expect(try await race.submit(.totp, quiet, code, by: mia) == .fail)
            let earlier = try race.customer.code(at: now + -30)
            #expect(try await race.submit(.totp, quiet, earlier, by: mia) == .fail)
            race.desk.clock.move(seconds: 30)
            let next = try race.customer.code(at: race.desk.clock.now())
            let forms = Self.padded(next)
            for index in 0..<3 {
                let form = forms[(3 * round + index) % forms.count]
                #expect(try await race.submit(.totp, quiet, form, by: mia) == .fail)
                padded += 1
            }
            // None of them has used it up.
            try #require(await race.submit(.totp, quiet, next, by: mia) == .pass)
            race.desk.clock.move(seconds: 7170)
        }
        #expect(compared >= rounds * SubmitRace.width * 9 / 10)
        try await race.end()
        try Figure(
            "R7",
            "a code of an authenticator works once",
            covered: [
                .init(rounds, "rounds of \(SubmitRace.width) submits"), .init(compared, "submits compared"),
                .init(2 * rounds, "submits of dead steps"), .init(padded, "padded forms"),
            ],
            bad: 0,
            control: "check, then mark, without looking again: 64 of 64 accepted"
        ).report()
    }

    @Test func `accepts one of sixty-four simultaneous submits of a saved code, in all forms of it`() async throws {
        let race = try await SubmitRace.begin()
        let rounds = ProofLength.choose(short: 2, long: 10)
        var compared = 0
        for round in 0..<rounds {
            let code = race.customer.savedCodes[round]
            // How a customer types it makes no difference: it is the same code, and used up with it.
            let bare = code.filter { $0 != "-" }
            let forms = [code, code.lowercased(), bare, bare.map(String.init).joined(separator: " ")]
            let tally = try await race.run(.savedCode, in: race.cases(7), forms, isGated: round.isMultiple(of: 2))
            try #require(tally.accepted == 1, "round \(round): \(tally)")
            compared += tally.compared
            race.desk.clock.move(seconds: 7200)
        }
        #expect(compared >= rounds * SubmitRace.width * 9 / 10)
        try await race.end()
        try Figure(
            "R7",
            "a saved code works once",
            covered: [.init(rounds, "rounds of \(SubmitRace.width) submits"), .init(compared, "submits compared")],
            bad: 0,
            control: "check, then mark, without looking again: 64 of 64 accepted"
        ).report()
    }

    @Test func `accepts one of sixty-four simultaneous submits of a code that was sent`() async throws {
        let race = try await SubmitRace.begin()
        let mia = try race.desk.service("mia", on: race.store)
        let rounds = ProofLength.choose(short: 6, long: 100)
        var compared = 0
        for round in 0..<rounds {
            let name = try await mia.open(race.customer.reference)
            _ = try await mia.sendCode(name, by: .email)
            let code = try await race.sentCode()
            let tally = try await race.run(.issuedCode, in: [name], [code], isGated: round.isMultiple(of: 2))
            // The code is good in one case, and ten attempts are all that any policy allows there.
            let expected = SubmitRace.Tally(accepted: 1, refused: 9, limited: SubmitRace.width - 10)
            try #require(tally == expected, "round \(round)")
            compared += tally.compared
            // Ten a day go to one address.
            race.desk.clock.move(seconds: 9000)
        }
        try await race.end()
        try Figure(
            "R7",
            "a code that was sent works once",
            covered: [.init(rounds, "rounds of \(SubmitRace.width) submits"), .init(compared, "submits compared")],
            bad: 0,
            control: "check, then mark, without looking again: 10 of 10 accepted"
        ).report()
    }

    /// The seeded bug: what a submit saw before it compared is believed when the code is marked.
    @Test(arguments: [SubmitRace.Check.totp, .savedCode, .issuedCode])
    func `accepts a code many times if it does not look again before it marks it`(check: SubmitRace.Check) async throws
    {
        let race = try await SubmitRace.begin()
        var cases = try await race.cases(7)
        let code: String
        switch check {
        case .totp: code = try race.customer.code(at: race.desk.clock.now())
        case .savedCode: code = race.customer.savedCodes[0]
        case .issuedCode:
            cases = [cases[0]]
            _ = try await race.desk.service("mia", on: race.store).sendCode(cases[0], by: .email)
            code = try await race.sentCode()
        }
        let tally = try await race.run(check, in: cases, [code], isGated: true, isBuggy: true)
        let heard = check == .issuedCode ? 10 : SubmitRace.width
        #expect(tally == SubmitRace.Tally(accepted: heard, refused: 0, limited: SubmitRace.width - heard))
        try await race.store.close()
    }

    /// What looks like a code and is none: space around and inside, a sign, a longer number, digits of other scripts.
    private static func padded(_ code: String) -> [String] {
        func digits(from zero: UInt32) -> String {
            String(String.UnicodeScalarView(code.unicodeScalars.compactMap { Unicode.Scalar(zero + $0.value - 0x30) }))
        }
        return [
            " " + code, code + " ", code + "\n", code.prefix(3) + " " + code.suffix(3), "+" + code, "0" + code,
            code + "0", String(code.dropLast()), "\u{0}" + code, code + "\u{200B}", digits(from: 0xFF10),
            digits(from: 0x0660),
        ]
    }
}
