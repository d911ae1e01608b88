import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

/// Two who act at the same instant. Each has a store of its own in front of the common one, and both wait for each
/// other before the change that uses something up: every race here is run, and none is left to luck.
@Suite(.timeLimit(.minutes(30))) struct RaceTests {
    private func desks(_ flow: Flow, meetingAtCommit number: Int) -> (RecoveryService, RecoveryService) {
        let meeting = Meeting()
        func desk(_ desk: RecoveryService) -> RecoveryService {
            let parts = flow.world.parts
            return RecoveryService(
                RecoveryService.Parts(
                    store: MeetingStore(flow.world.store, meeting, atCommit: number),
                    directory: parts.directory,
                    courier: parts.courier,
                    clock: parts.clock,
                    vault: parts.vault,
                    grantKey: parts.grantKey,
                    origin: parts.origin
                ),
                caller: desk.caller
            )
        }
        return (desk(flow.mia), desk(flow.max))
    }

    private func results(in flow: Flow) async -> [String] {
        await flow.world.events().filter { $0["event"]?.string == "check.result" }
            .compactMap { $0["result"]?.string }
    }

    @Test func `gives one saved code to one of two cases`() async throws {
        let flow = try await Flow()
        let (first, second) = (try await flow.open(.unlock), try await flow.open(.unlock, by: flow.max))
        let (mia, max) = desks(flow, meetingAtCommit: 2)
        let code = SecretText(testing: flow.savedCodes[0])
        async let one = mia.checkSavedCode(first, code: code).outcome
        async let other = max.checkSavedCode(second, code: code).outcome
        let outcomes = try await [one, other]
        #expect(outcomes.count { $0 == .pass } == 1 && outcomes.count { $0 == .fail } == 1)
        #expect(await results(in: flow).sorted() == ["fail", "pass"])
        #expect(try await flow.account().savedCodesLeft == 9)
        try await flow.world.audit()
    }

    @Test func `gives one code of an authenticator to one of two cases`() async throws {
        let flow = try await Flow()
        let (first, second) = (try await flow.open(.unlock), try await flow.open(.unlock, by: flow.max))
        let (mia, max) = desks(flow, meetingAtCommit: 2)
        let code = try flow.authenticator.code(at: flow.world.clock.now())
        async let one = mia.checkTOTP(first, code: code).outcome
        async let other = max.checkTOTP(second, code: code).outcome
        let outcomes = try await [one, other]
        #expect(outcomes.count { $0 == .pass } == 1 && outcomes.count { $0 == .fail } == 1)
        #expect(await results(in: flow).sorted() == ["fail", "pass"])
    }

    @Test func `lets one of two agents spend a grant`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.unlock)
        let (mia, max) = desks(flow, meetingAtCommit: 1)
        async let one = thrown { _ = try await mia.restore(name) }
        async let other = thrown { _ = try await max.restore(name) }
        let errors = await [one, other]
        #expect(errors.count { $0 == nil } == 1)
        let lost = try #require(errors.compactMap { $0 }.first)
        #expect(lost == .conflict("somebody else is spending this grant") || lost == .wrongState(.restored))
        #expect(await flow.world.eventNames(of: name).count { $0 == "grant.use" } == 1)
        #expect(try await flow.state(name) == .restored)
        try await flow.world.audit()
    }

    @Test func `gives one of two decisions a grant, and the other the same`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        try await flow.approve(name)
        let (mia, max) = desks(flow, meetingAtCommit: 1)
        async let one = mia.decide(name).grant
        async let other = max.decide(name).grant
        let grants = try await [one, other]
        #expect(grants[0] != nil && grants[0] == grants[1])
        #expect(await flow.world.eventNames(of: name).count { $0 == "grant.issue" } == 1)
        try await flow.world.audit()
    }

    @Test func `counts both of two wrong codes`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let (mia, max) = desks(flow, meetingAtCommit: 1)
        async let one = mia.checkTOTP(name, code: SecretText(testing: "000000")).attemptsLeft
        async let other = max.checkTOTP(name, code: SecretText(testing: "000000")).attemptsLeft
        #expect(try await [one, other].sorted() == [3, 4])
    }
}
