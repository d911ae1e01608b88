import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct ResetTests {
    /// A reset up to the ticket.
    private func ticketed(_ flow: Flow) async throws -> (CaseID, SecretText) {
        let name = try await flow.granted(.resetTOTP)
        let restored = try await flow.mia.restore(name)
        #expect(restored.change.recoveryCase.state == .restoring)
        return (name, SecretText(testing: try #require(restored.enrolmentTicket)))
    }

    @Test func `replaces the second factor, and everything old dies with it`() async throws {
        let flow = try await Flow()
        let before = try await flow.account()
        #expect(before.factors == ["saved-codes/0", "totp/0"] && before.savedCodesLeft == 10)
        let (name, ticket) = try await ticketed(flow)

        let between = try await flow.account()
        #expect(between.factors == [] && between.savedCodesLeft == 0 && !between.hasSecondFactor)
        #expect(await flow.world.directory.account(between.subject)?.sessionGeneration == 1)

        let customer = try EnrolmentService(flow.world.parts)
        let factor = try await customer.redeem(ticket)
        let fresh = try Authentic(uri: factor.uri.key)
        let done = try await customer.confirm(ticket, code: fresh.code(at: flow.world.clock.now()))
        #expect(done.before == .restoring && done.recoveryCase.state == .restored)

        let after = try await flow.account()
        #expect(after.factors == ["totp/1"] && after.hasSecondFactor)
        let end = flow.world.clock.now().seconds + 48 * 3600
        #expect(
            after.holds == [.init(scopes: ["contact-changes"], until: end), .init(scopes: ["withdrawals"], until: end)]
        )
        // The old authenticator is dead, and so is the code that confirmed the new one.
        flow.world.clock.move(seconds: 86_400)
        let next = try await flow.open(.unlock)
        let old = try await flow.mia.checkTOTP(next, code: flow.authenticator.code(at: flow.world.clock.now()))
        #expect(old.outcome == .fail)
        let saved = try await flow.mia.checkSavedCode(next, code: SecretText(testing: flow.savedCodes[5]))
        #expect(saved.outcome == .fail)
        let new = try await flow.mia.checkTOTP(next, code: fresh.code(at: flow.world.clock.now()))
        #expect(new.outcome == .pass)

        #expect(await flow.world.eventNames(of: name).last { $0 == "case.close" } != nil)
        try await flow.world.audit()
    }

    @Test func `gives a new ticket when it is asked again, and the one before is dead`() async throws {
        let flow = try await Flow()
        let (name, first) = try await ticketed(flow)
        flow.world.clock.move(seconds: 700)
        let again = try await flow.mia.restore(name)
        let second = SecretText(testing: try #require(again.enrolmentTicket))
        let customer = try EnrolmentService(flow.world.parts)
        #expect(await thrown { _ = try await customer.redeem(first) } == .notFound)
        let fresh = try Authentic(uri: try await customer.redeem(second).uri.key)
        let done = try await customer.confirm(second, code: fresh.code(at: flow.world.clock.now()))
        #expect(done.recoveryCase.state == .restored)
        try await flow.world.audit()
    }
}
