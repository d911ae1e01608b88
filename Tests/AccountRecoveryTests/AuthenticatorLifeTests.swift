import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite(.timeLimit(.minutes(30))) struct AuthenticatorLifeTests {
    /// Types wrong codes as fast as the limits allow, by two people, in three cases a day, until nothing is heard.
    private func guess(_ flow: Flow, _ reference: String) async throws -> (heard: Int, cooledOff: Int, cases: Int) {
        var (heard, cooledOff, cases) = (0, 0, 0)
        for _ in 0..<60 {
            for desk in [flow.mia, flow.max, flow.mia] {
                let name = try await flow.open(.unlock, reference, by: desk)
                cases += 1
                attempts: for _ in 0..<200 {
                    do {
                        _ = try await desk.checkTOTP(name, code: SecretText(testing: "000000"))
                        heard += 1
                    } catch ServiceError.limited(let seconds?) {
                        cooledOff += 1
                        flow.world.clock.move(seconds: seconds)
                    } catch ServiceError.limited(nil) {
                        break attempts
                    }
                }
                let hit = await flow.world.events(of: name).last
                if hit?["scope"]?.string == "authenticator" { return (heard, cooledOff, cases) }
            }
            flow.world.clock.move(seconds: 86_400)
        }
        return (heard, cooledOff, cases)
    }

    @Test(arguments: [Flow.reference, "nobody-here"])
    func `ends after a hundred wrong codes over all cases and people, known or not`(reference: String) async throws {
        let flow = try await Flow()
        let tried = try await guess(flow, reference)
        // Every failure from the tenth on costs a pause; five are heard in a case.
        #expect(tried.heard == 100 && tried.cases == 21)
        #expect(tried.cooledOff >= 75)
        flow.world.clock.move(seconds: 400 * 86_400)
        let name = try await flow.open(.unlock, reference)
        let right = try flow.authenticator.code(at: flow.world.clock.now())
        #expect(await thrown { _ = try await flow.mia.checkTOTP(name, code: right) } == .limited(retryAfter: nil))
        #expect(await flow.world.events(of: name).last?["scope"]?.string == "authenticator")
        // Other ways stay open: the customer is not locked out by whoever guessed.
        if reference == Flow.reference { try await flow.passSavedCode(name) }
        try await flow.world.audit()
    }

    @Test func `starts counting anew after a right code`() async throws {
        let flow = try await Flow()
        let cases = [try await flow.open(.unlock), try await flow.open(.unlock), try await flow.open(.unlock)]
        let wrong = SecretText(testing: "000000")
        for name in cases.prefix(2) {
            for _ in 0..<4 { _ = try await flow.mia.checkTOTP(name, code: wrong) }
        }
        try await flow.passTOTP(cases[2])
        for _ in 0..<4 { _ = try await flow.mia.checkTOTP(cases[2], code: wrong) }
        // Twelve failures and no pause: never ten in a row.
        for name in cases.prefix(2) {
            #expect(try await flow.mia.checkTOTP(name, code: wrong).outcome == .fail)
        }
    }
}
