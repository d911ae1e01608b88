import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct FactorTests {
    private func totp(_ flow: Flow, _ name: CaseID, _ text: String) async throws -> CheckAnswer.Outcome {
        try await flow.mia.checkTOTP(name, code: SecretText(testing: text)).outcome
    }

    private func code(_ flow: Flow, _ seconds: Int64) throws -> String {
        try flow.authenticator.code(at: flow.world.clock.now() + seconds).text
    }

    @Test(arguments: [
        (offset: Int64(-60), outcome: CheckAnswer.Outcome.fail), (-30, .pass), (0, .pass), (30, .fail), (60, .fail),
    ])
    func `takes a code of this step and of the one before`(offset: Int64, outcome: CheckAnswer.Outcome) async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        #expect(try await totp(flow, name, code(flow, offset)) == outcome)
        let result = try #require(await flow.world.events(of: name).last { $0["event"]?.string == "check.result" })
        #expect(result["window"]?.string == "rfc" && result["result"]?.string == outcome.rawValue)
    }

    @Test func `takes no earlier step once a later one was accepted, in this case or another`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        #expect(try await totp(flow, name, code(flow, 0)) == .pass)
        #expect(try await totp(flow, name, code(flow, -30)) == .fail)
        let other = try await flow.open(.resetTOTP)
        #expect(try await totp(flow, other, code(flow, 0)) == .fail)
        flow.world.clock.move(seconds: 30)
        #expect(try await totp(flow, other, code(flow, -30)) == .fail)
        #expect(try await totp(flow, other, code(flow, 0)) == .pass)
    }

    @Test(arguments: [
        "a space in the middle", "a space before", "a space after", "full-width digits", "a zero before",
        "one digit less",
        "Arabic digits", "a newline after", "nothing",
    ])
    func `takes no other spelling of a code`(spelling: String) async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let right = try code(flow, 0)
        func mapped(_ zero: UInt32) throws -> String {
            let scalars = try right.unicodeScalars.map { try #require(Unicode.Scalar($0.value - 0x30 + zero)) }
            return String(String.UnicodeScalarView(scalars))
        }
        let text: String =
            switch spelling {
            case "a space in the middle": "\(right.prefix(3)) \(right.suffix(3))"
            case "a space before": " " + right
            case "a space after": right + " "
            case "full-width digits": try mapped(0xff10)
            case "a zero before": "0" + right
            case "one digit less": String(right.dropLast())
            case "Arabic digits": try mapped(0x0660)
            case "a newline after": right + "\n"
            default: ""
            }
        #expect(text != right)
        #expect(try await totp(flow, name, text) == .fail)
        // The code itself was not used up by that.
        #expect(try await totp(flow, name, right) == .pass)
    }

    @Test func `takes a saved code once, in whichever case`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        #expect(flow.savedCodes.count == 10 && Set(flow.savedCodes).count == 10)
        let code = flow.savedCodes[3]
        try await flow.passSavedCode(name, 3)
        #expect(try await flow.account().savedCodesLeft == 9)
        let other = try await flow.open(.resetTOTP)
        for name in [name, other] {
            #expect(try await flow.mia.checkSavedCode(name, code: SecretText(testing: code)).outcome == .fail)
        }
        #expect(try await flow.account().savedCodesLeft == 9)
        try await flow.passSavedCode(other, 4)
    }

    @Test func `takes a saved code as people type it, and no other`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let code = flow.savedCodes[0]
        let letter = try #require(code.last)
        for wrong in [
            "1" + code.dropFirst(), String(code.dropFirst()), String(code.dropLast()) + (letter == "A" ? "B" : "A"),
            code + "A",
        ] {
            #expect(try await flow.mia.checkSavedCode(name, code: SecretText(testing: wrong)).outcome == .fail)
        }
        let typed = code.lowercased().replacing("-", with: " ")
        #expect(try await flow.mia.checkSavedCode(name, code: SecretText(testing: typed)).outcome == .pass)
    }

    @Test func `takes no saved code of somebody else`() async throws {
        let flow = try await Flow()
        _ = try await flow.world.lockedCustomer("u-2002")
        let others = try await flow.world.admin.enrolCodes(SecretText(testing: "u-2002")).text.text
        let name = try await flow.open(.unlock)
        let first = try #require(others.split(separator: "\n").first)
        #expect(try await flow.mia.checkSavedCode(name, code: SecretText(testing: String(first))).outcome == .fail)
        let theirs = try await flow.open(.unlock, "u-2002")
        #expect(try await flow.mia.checkSavedCode(theirs, code: SecretText(testing: String(first))).outcome == .pass)
    }

    @Test func `takes a code that was sent in the case it was sent for, and once`() async throws {
        let flow = try await Flow()
        let first = try await flow.open(.unlock)
        let same = try await flow.open(.unlock)
        let other = try await flow.open(.resetTOTP)
        _ = try await flow.mia.sendCode(first, by: .email)
        let code = try await flow.world.sentCode()
        for name in [same, other] {
            _ = try await flow.mia.sendCode(name, by: .email)
            #expect(try await flow.mia.checkIssuedCode(name, code: code).outcome == .fail)
        }
        #expect(try await flow.mia.checkIssuedCode(first, code: code).outcome == .pass)
        #expect(try await flow.mia.checkIssuedCode(first, code: code).outcome == .fail)
    }

    @Test func `binds a sent code to case, purpose and address`() async throws {
        let flow = try await Flow()
        let vault = flow.world.parts.vault
        let code = SecretText(testing: "12345678")
        let names = [try #require(CaseID("C-0000000000")), try #require(CaseID("C-0000000001"))]
        var tags: Set<String> = []
        for name in names {
            for method in [MessageChannel.email, .sms] {
                for slot: UInt32 in [0, 1] {
                    let issued = IssuedCode(
                        recoveryCase: name,
                        method: method,
                        slot: slot,
                        tag: nil,
                        validUntil: flow.world.clock.now(),
                        sends: 0,
                        position: 0
                    )
                    for purpose in [Purpose.unlock, .resetTOTP] {
                        tags.insert(try vault.tag(of: code, for: issued, purpose: purpose))
                    }
                }
            }
        }
        #expect(tags.count == 16)
    }

    @Test func `kills a code by sending the next, and does not give attempts back`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        _ = try await flow.mia.sendCode(name, by: .email)
        let old = try await flow.world.sentCode()
        _ = try await flow.mia.sendCode(name, by: .email)
        #expect(await flow.world.eventNames(of: name).suffix(2) == ["code.void", "code.issue"])
        let answer = try await flow.mia.checkIssuedCode(name, code: old)
        #expect(answer.outcome == .fail && answer.attemptsLeft == 4)
        let right = try await flow.mia.checkIssuedCode(name, code: flow.world.sentCode())
        #expect(right.outcome == .pass && right.attemptsLeft == 3)
    }

    @Test(arguments: [
        (method: MessageChannel.email, seconds: Int64(1799), outcome: CheckAnswer.Outcome.pass), (.email, 1800, .fail),
        (.sms, 299, .pass), (.sms, 300, .fail),
    ])
    func `takes a sent code for as long as the policy says`(
        method: MessageChannel,
        seconds: Int64,
        outcome: CheckAnswer.Outcome
    ) async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let sent = try await flow.mia.sendCode(name, by: method)
        #expect(sent.validUntil == flow.world.clock.now().seconds + (method == .email ? 1800 : 300))
        flow.world.clock.move(seconds: seconds)
        #expect(try await flow.mia.checkIssuedCode(name, code: flow.world.sentCode()).outcome == outcome)
    }

    // The code that was valid longest was looked for: after a code by e-mail, used or not, none by SMS could pass.
    @Test func `checks the newest code of a case, whichever way it went`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.resetTOTP)
        _ = try await flow.mia.sendCode(name, by: .email)
        let email = try await flow.world.sentCode()
        _ = try await flow.mia.sendCode(name, by: .sms)
        let sms = try await flow.world.sentCode()
        let first = try await flow.mia.checkIssuedCode(name, code: sms)
        #expect(first.outcome == .pass && first.change.recoveryCase.passed.map(\.check) == ["issued-code/sms"])
        let second = try await flow.mia.checkIssuedCode(name, code: email)
        #expect(second.outcome == .pass && second.change.recoveryCase.passed.count == 2)
        #expect(try await flow.mia.decide(name).outcome == .waiting)
        try await flow.world.audit()
    }

    @Test func `checks a code by SMS after one by e-mail was used`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.resetTOTP)
        try await flow.passIssuedCode(name, by: .email)
        try await flow.passIssuedCode(name, by: .sms)
        #expect(try await flow.mia.decide(name).outcome == .waiting)
    }

    @Test func `counts no code that went to the mailbox the case came from`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock, channel: .email)
        try await flow.passTOTP(name)
        try await flow.passIssuedCode(name, by: .email)
        #expect(try await flow.mia.decide(name).outcome == .needs)
        try await flow.passSavedCode(name)
        #expect(try await flow.mia.decide(name).outcome == .waiting)
    }

    @Test(arguments: [MessageChannel.voice, .post])
    func `sends no code by a method that it has not`(method: MessageChannel) async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        #expect(
            await thrown { _ = try await flow.mia.sendCode(name, by: method) }
                == .invalidInput("codes are sent by email or sms")
        )
    }
}
