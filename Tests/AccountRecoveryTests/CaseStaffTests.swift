import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct CaseStaffTests {
    private static let involved = ServiceError.notAllowed("you worked on this case, so somebody else must approve it")

    /// Every way to touch a case that counts as working on it.
    enum Work: String, CaseIterable, Sendable {
        case opening, details, authenticator, savedCode, sending, sentCode, deciding

        func run(by desk: RecoveryService, on name: CaseID, _ flow: Flow) async throws {
            let wrong = SecretText(testing: "00000000")
            switch self {
            case .opening: break
            case .details:
                _ = try await desk.checkDetails(
                    name,
                    [("name", "Kim Park"), ("date_of_birth", "1985-02-28"), ("email", "kim@example.org")]
                        .map { ClaimedDetail(field: $0.0, value: SecretText(testing: $0.1)) }
                )
            case .authenticator: _ = try await desk.checkTOTP(name, code: wrong)
            case .savedCode: _ = try await desk.checkSavedCode(name, code: wrong)
            case .sending: _ = try await desk.sendCode(name, by: .sms)
            case .sentCode: _ = try await desk.checkIssuedCode(name, code: wrong)
            case .deciding: _ = try await desk.decide(name)
            }
        }
    }

    @Test(arguments: Work.allCases)
    func `may not approve what they worked on, whatever they did`(work: Work) async throws {
        let flow = try await Flow()
        let (una, unaKey) = try await flow.world.desk(of: "una", role: .supervisor)
        let name = try await flow.open(.unlock, by: work == .opening ? una : flow.mia)
        // What was shown before the work is not signed after it either.
        try await flow.passTOTP(name)
        try await flow.passIssuedCode(name)
        #expect(try await flow.mia.decide(name).outcome == .waiting)
        let early = work == .opening ? nil : try await una.approvalRequest(name)
        try await work.run(by: una, on: name, flow)
        #expect(try await flow.mia.decide(name).outcome == .waiting)
        #expect(await thrown { _ = try await una.approvalRequest(name) } == Self.involved)
        for request in [early, try await flow.sam.approvalRequest(name)].compactMap(\.self) {
            let statement = unaKey.sign(request, approving: true, as: una.caller.name)
            #expect(await thrown { _ = try await una.approve(statement) } == Self.involved)
        }
        #expect(try await flow.mia.decide(name).outcome == .waiting)
        // It is the work that stands in the way, and nothing else of the case.
        try await flow.approve(name)
        #expect(try await flow.mia.decide(name).outcome == .granted)
        try await flow.world.audit()
    }

    @Test(arguments: [StaffRole.supervisor, .admin])
    func `may not approve what they worked on, whatever their role`(role: StaffRole) async throws {
        let flow = try await Flow()
        let (una, unaKey) = try await flow.world.desk(of: "una", role: role)
        let name = try await flow.waiting(.unlock)
        let request = try await una.approvalRequest(name)
        // An administrator's only work is taking back; this is what it leaves behind.
        try await flow.world.store.commit { transaction in
            let found = try transaction.record(RecoveryCase.self, name.text)
            var value = try #require(found)
            value.people.insert(una.caller.person)
            value.records += 1
            try transaction.put(value)
            let fields: [String: JSONValue] = ["to_actor": .string(una.caller.name.text)]
            return Recorded((), .event("case.assign", fields, case: name))
        }
        #expect(await thrown { _ = try await una.approvalRequest(name) } == Self.involved)
        let statement = unaKey.sign(request, approving: true, as: una.caller.name)
        #expect(await thrown { _ = try await una.approve(statement) } == Self.involved)
        try await flow.world.audit()
    }
}
