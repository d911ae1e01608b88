import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct UnlockTests {
    private func open(_ desk: RecoveryService, _ reference: String = "u-1001") async throws -> CaseID {
        try await desk.openCase(
            OpenCase(account: SecretText(testing: reference), purpose: .unlock, channel: .phone)
        ).recoveryCase.name
    }

    @Test func `unlocks an account after two factors and an approval, and not before`() async throws {
        let world = try await TestDesk()
        let (mia, _) = try await world.desk(of: "mia", role: .agent)
        let (sam, samKey) = try await world.desk(of: "sam", role: .supervisor)
        let authenticator = try await world.lockedCustomer()
        let name = try await open(mia)

        #expect(try await mia.decide(name).outcome == .needs)
        let details = try await mia.checkDetails(
            name,
            [
                ClaimedDetail(field: "name", value: SecretText(testing: "kim  PARK")),
                ClaimedDetail(field: "date_of_birth", value: SecretText(testing: "28 2 1985")),
                ClaimedDetail(field: "email", value: SecretText(testing: "kim.park@example.org")),
            ]
        )
        #expect(details.outcome == .pass)
        #expect(try await mia.decide(name).outcome == .needs)

        let totp = try await mia.checkTOTP(name, code: authenticator.code(at: world.clock.now()))
        #expect(totp.outcome == .pass)
        _ = try await mia.sendCode(name, by: .email)
        #expect(try await mia.checkIssuedCode(name, code: world.sentCode()).outcome == .pass)
        #expect(try await mia.decide(name).outcome == .waiting)
        await #expect(throws: ServiceError.wrongState(.waiting)) { try await mia.restore(name) }

        let request = try await sam.approvalRequest(name)
        _ = try await sam.approve(samKey.sign(request, approving: true, as: sam.caller.name))
        let decision = try await mia.decide(name)
        #expect(decision.outcome == .granted)
        let restored = try await mia.restore(name)
        #expect(restored.change.recoveryCase.state == .restored)
        #expect(await world.courier.count >= 2)
        let view = try await world.admin.account(SecretText(testing: "u-1001"))
        #expect(view.lockReason == nil)
    }

    @Test func `refuses the same code a second time`() async throws {
        let world = try await TestDesk()
        let (mia, _) = try await world.desk(of: "mia", role: .agent)
        let authenticator = try await world.lockedCustomer()
        let name = try await open(mia)
        let code = try authenticator.code(at: world.clock.now())
        #expect(try await mia.checkTOTP(name, code: code).outcome == .pass)
        #expect(try await mia.checkTOTP(name, code: code).outcome == .fail)
    }

    @Test func `answers for an account that does not exist as for any other`() async throws {
        let world = try await TestDesk()
        let (mia, _) = try await world.desk(of: "mia", role: .agent)
        _ = try await world.lockedCustomer()
        let known = try await open(mia)
        let unknown = try await open(mia, "nobody-here")
        for name in [known, unknown] {
            let answer = try await mia.checkTOTP(name, code: SecretText(testing: "000000"))
            #expect(answer.outcome == .fail)
            #expect(answer.attemptsLeft == 4)
            let sent = try await mia.sendCode(name, by: .email)
            #expect(sent.sendsLeft == 2)
        }
    }

    @Test func `does not let an agent approve`() async throws {
        let world = try await TestDesk()
        let (mia, _) = try await world.desk(of: "mia", role: .agent)
        _ = try await world.lockedCustomer()
        let name = try await open(mia)
        await #expect(throws: ServiceError.notAllowed("the role agent may not do this")) {
            try await mia.approvalRequest(name)
        }
    }
}
