import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct ApprovalTests {
    private static let changed = ServiceError.conflict("the case changed after you were shown it")
    private static let spent = ServiceError.conflict("this statement was not asked for, was used, or is too late")
    private static let forged = ServiceError.notAllowed("the signature is not that of sam")
    private static let involved = ServiceError.notAllowed("you worked on this case, so somebody else must approve it")

    /// The request with some of its fields exchanged.
    private func altered(
        _ request: ApprovalRequest,
        digest: String? = nil,
        origin: String? = nil,
        action: String? = nil,
        nonce: String? = nil,
        notAfter: Int64? = nil
    ) -> ApprovalRequest {
        ApprovalRequest(
            recoveryCase: request.recoveryCase,
            actions: request.actions,
            digest: digest ?? request.digest,
            origin: origin ?? request.origin,
            action: action ?? request.action,
            nonce: nonce ?? request.nonce,
            notAfter: notAfter ?? request.notAfter
        )
    }

    @Test func `is void when evidence is added after it was given`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        try await flow.approve(name)
        #expect(try await flow.mia.recoveryCase(name).approvals == 1)
        try await flow.passSavedCode(name)
        #expect(await flow.world.eventNames(of: name).last == "approval.void")
        let view = try await flow.mia.recoveryCase(name)
        #expect(view.approvals == 0 && view.state == .collecting && view.version == 4)
        #expect(try await flow.mia.decide(name).outcome == .waiting)
        try await flow.approve(name)
        #expect(try await flow.mia.decide(name).outcome == .granted)
        try await flow.world.audit()
    }

    @Test func `is not for a case that changed after it was shown`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        let request = try await flow.sam.approvalRequest(name)
        try await flow.passSavedCode(name)
        let statement = flow.samKey.sign(request, approving: true, as: flow.sam.caller.name)
        #expect(await thrown { _ = try await flow.sam.approve(statement) } == .wrongState(.collecting))
        _ = try await flow.mia.decide(name)
        #expect(await thrown { _ = try await flow.sam.approve(statement) } == Self.changed)
    }

    @Test func `is not for those who worked on the case`() async throws {
        let flow = try await Flow()
        let (una, unaKey) = try await flow.world.desk(of: "una", role: .supervisor)
        let name = try await flow.open(.unlock, by: una)
        try await flow.passTOTP(name)
        try await flow.passIssuedCode(name)
        _ = try await flow.mia.decide(name)
        #expect(await thrown { _ = try await una.approvalRequest(name) } == Self.involved)
        // Nor with what somebody else was shown.
        let request = try await flow.sam.approvalRequest(name)
        let statement = unaKey.sign(request, approving: true, as: una.caller.name)
        #expect(await thrown { _ = try await una.approve(statement) } == Self.involved)
    }

    @Test func `stops counting when the approver takes up the case`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        try await flow.approve(name)
        #expect(try await flow.sam.decide(name).outcome == .waiting)
        #expect(try await flow.mia.decide(name).outcome == .waiting)
        #expect(await thrown { _ = try await flow.sam.approvalRequest(name) } == Self.involved)
    }

    @Test func `is heard once`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        let request = try await flow.sam.approvalRequest(name)
        let statement = flow.samKey.sign(request, approving: true, as: flow.sam.caller.name)
        _ = try await flow.sam.approve(statement)
        #expect(await thrown { _ = try await flow.sam.approve(statement) } == Self.spent)
        #expect(await flow.world.eventNames(of: name).count { $0 == "approval.give" } == 1)
        try await flow.world.audit()
    }

    @Test(arguments: [Int64(1799), 1800])
    func `is heard for as long as approvals are valid`(seconds: Int64) async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        let request = try await flow.sam.approvalRequest(name)
        #expect(request.notAfter == flow.world.clock.now().seconds + 1800)
        flow.world.clock.move(seconds: seconds)
        let statement = flow.samKey.sign(request, approving: true, as: flow.sam.caller.name)
        #expect(await thrown { _ = try await flow.sam.approve(statement) } == (seconds == 1800 ? Self.spent : nil))
        try await flow.world.audit()
    }

    @Test func `is signed over what is asked, by the one who was asked`() async throws {
        let flow = try await Flow()
        let (una, unaKey) = try await flow.world.desk(of: "una", role: .supervisor)
        let name = try await flow.waiting(.unlock)
        let request = try await flow.sam.approvalRequest(name)
        let sam = flow.sam.caller.name
        func refused(_ statement: SignedStatement, by desk: RecoveryService? = nil) async -> ServiceError? {
            await thrown { _ = try await (desk ?? flow.sam).approve(statement) }
        }
        let right = flow.samKey.sign(request, approving: true, as: sam)
        let zeros = String(repeating: "0", count: 64)

        #expect(
            await refused(flow.samKey.sign(altered(request, digest: zeros), approving: true, as: sam)) == Self.changed
        )
        let about = ServiceError.conflict("the statement is about something else")
        #expect(
            await refused(flow.samKey.sign(altered(request, origin: "other.example/log"), approving: true, as: sam))
                == about
        )
        #expect(
            await refused(flow.samKey.sign(altered(request, action: "reset_totp"), approving: true, as: sam)) == about
        )
        let nonce = String(zeros.prefix(32))
        #expect(await refused(flow.samKey.sign(altered(request, nonce: nonce), approving: true, as: sam)) == Self.spent)
        let later = altered(request, notAfter: request.notAfter + 1)
        #expect(await refused(flow.samKey.sign(later, approving: true, as: sam)) == Self.spent)
        // Another's key, another's request, a statement turned round, no signature.
        #expect(await refused(unaKey.sign(request, approving: true, as: sam)) == Self.forged)
        #expect(await refused(unaKey.sign(request, approving: true, as: una.caller.name), by: una) == Self.spent)
        #expect(
            await refused(SignedStatement(request: request, isApproval: false, signature: right.signature))
                == Self.forged
        )
        #expect(await refused(SignedStatement(request: request, isApproval: true, signature: "")) == Self.forged)
        #expect(
            await refused(SignedStatement(request: request, isApproval: true, signature: right.signature + "\n"))
                == Self.forged
        )
        #expect(await refused(right) == nil)
        #expect(await flow.world.eventNames(of: name).count { $0 == "approval.give" } == 1)
        try await flow.world.audit()
    }

    @Test func `ends the case when it says no`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        try await flow.approve(name, approving: false)
        #expect(try await flow.state(name) == .refused)
        #expect(await thrown { _ = try await flow.mia.decide(name) } == .wrongState(.refused))
        #expect(await thrown { _ = try await flow.mia.restore(name) } == .wrongState(.refused))
        let close = try #require(await flow.world.events(of: name).last)
        #expect(close["event"]?.string == "case.close" && close["outcome"]?.string == "denied")
        #expect(try await flow.sam.deliverNotices() == 2)
        try await flow.world.audit()
    }

    @Test(arguments: [CaseState.collecting, .granted])
    func `is asked for while a case waits, and not else`(state: CaseState) async throws {
        let flow = try await Flow()
        let name = state == .granted ? try await flow.granted(.unlock) : try await flow.open(.unlock)
        #expect(await thrown { _ = try await flow.sam.approvalRequest(name) } == .wrongState(state))
    }

    @Test func `is asked for in the list of what waits`() async throws {
        let flow = try await Flow()
        _ = try await flow.open(.unlock)
        let name = try await flow.waiting(.unlock)
        let waiting = try await flow.sam.approvals()
        #expect(waiting.map(\.name) == [name] && waiting.first?.approvalsNeeded == 1)
        flow.world.clock.move(seconds: 86_400)
        #expect(try await flow.sam.approvals() == [])
    }
}
