import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Synchronization
import Testing

@testable import AccountRecovery

@Suite struct RestoreTests {
    private func flow() async throws -> (Flow, AnsweringDirectory) {
        let made = Mutex<AnsweringDirectory?>(nil)
        let flow = try await Flow { memory in
            let directory = AnsweringDirectory(memory)
            made.withLock { $0 = directory }
            return directory
        }
        return (flow, try #require(made.withLock { $0 }))
    }

    private func unsaid(_ name: CaseID) -> ServiceError {
        .outcomeUnknown("the directory did not say whether it carried out \(name.text)")
    }

    // Asking again was refused as a change without an event.
    @Test(arguments: [true, false])
    func `keeps what is unknown, and asks again with the same key`(wasDone: Bool) async throws {
        let (flow, directory) = try await flow()
        let name = try await flow.granted(.unlock)
        let trick: AnsweringDirectory.Trick = wasDone ? .silentlyDone : .lost
        await directory.play(trick, trick, on: "unlock")
        for _ in 0..<2 {
            #expect(await thrown { _ = try await flow.mia.restore(name) } == unsaid(name))
            let view = try await flow.mia.recoveryCase(name)
            #expect(view.state == .restoring && view.steps == [.init(action: "unlock", outcome: "unknown")])
            // It never turns into done by waiting, nor does the case run out.
            flow.world.clock.move(seconds: 86_400)
        }
        let done = try await flow.max.restore(name)
        #expect(done.change.recoveryCase.state == .restored)
        #expect(try await flow.account().lockReason == nil)
        let keys = await directory.keys["unlock"] ?? []
        #expect(keys.count == 3 && Set(keys).count == 1)
        let results = await flow.world.events(of: name).filter { $0["event"]?.string == "account.result" }
        #expect(results.map { $0["result"]?.string } == ["unknown", "unknown", "ok"])
        #expect(Set(results.map { $0["intent"]?.integer }).count == 1)
        try await flow.world.audit()
    }

    @Test func `does not carry out what comes after an unknown step`() async throws {
        let (flow, directory) = try await flow()
        let name = try await flow.granted(.resetTOTP)
        await directory.play(.lost, on: "revoke_sessions")
        #expect(await thrown { _ = try await flow.mia.restore(name) } == unsaid(name))
        #expect(await directory.keys["remove_second_factor"] == nil)
        #expect(
            try await flow.mia.recoveryCase(name).steps.map(\.outcome) == ["done", "unknown", "unknown", "planned"]
        )
        #expect(try await flow.account().factors == ["saved-codes/0", "totp/0"])
        #expect(try await flow.mia.restore(name).enrolmentTicket != nil)
        #expect(try await flow.account().factors == [])
        try await flow.world.audit()
    }

    @Test func `lifts no lock that the policy does not list`() async throws {
        let flow = try await Flow()
        let reference = SecretText(testing: Flow.reference)
        let name = try await flow.granted(.unlock)
        _ = try await flow.sam.lock(reference, reason: "fraud")
        let answer = try await flow.mia.restore(name)
        #expect(answer.change.recoveryCase.state == .refused && answer.enrolmentTicket == nil)
        #expect(answer.change.recoveryCase.steps == [.init(action: "unlock", outcome: "failed")])
        #expect(try await flow.account().lockReason == "fraud")
        let close = try #require(await flow.world.events(of: name).last { $0["event"]?.string == "case.close" })
        #expect(close["outcome"]?.string == "failed")
        try await flow.world.audit()
    }

    // Any agent could exchange a fraud lock for one that an unlock lifts.
    @Test func `does not exchange a lock that stays for one that is lifted`() async throws {
        let flow = try await Flow()
        let reference = SecretText(testing: Flow.reference)
        _ = try await flow.mia.lock(reference, reason: "fraud")
        for desk in [flow.mia, flow.sam, flow.world.admin] {
            #expect(
                await thrown { _ = try await desk.lock(reference, reason: "failed-attempts") }
                    == .conflict("the account is locked for another reason, fraud, which stays")
            )
        }
        #expect(try await flow.account().lockReason == "fraud")
        _ = try await flow.mia.lock(reference, reason: "court-order")
        #expect(try await flow.account().lockReason == "court-order")
    }

    @Test(arguments: ["", "Fraud", "fraud lock", "4fraud", String(repeating: "a", count: 41), "fráud"])
    func `locks for no reason that is not a word`(reason: String) async throws {
        let flow = try await Flow()
        #expect(
            await thrown { _ = try await flow.mia.lock(SecretText(testing: Flow.reference), reason: reason) }
                == .invalidInput("a reason is small letters, digits and hyphens, such as failed-attempts")
        )
    }

    @Test(arguments: ["HTTP 503: Oops", "", "9", "ÄÖ", String(repeating: "x", count: 300)])
    func `writes down whatever code a directory gives`(code: String) async throws {
        let (flow, directory) = try await flow()
        let name = try await flow.granted(.unlock)
        await directory.play(.refused(code), on: "unlock")
        #expect(try await flow.mia.restore(name).change.recoveryCase.state == .refused)
        let result = try #require(await flow.world.events(of: name).last { $0["event"]?.string == "account.result" })
        #expect(result["result"]?.string == "failed" && result["code"]?.string?.isEmpty == false)
        try await flow.world.audit()
    }

    @Test func `locks again what was restored, whoever is at the desk`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.unlock)
        _ = try await flow.mia.restore(name)
        #expect(try await flow.account().lockReason == nil)
        let change = try await flow.max.revoke(name)
        #expect(change.before == .restored && change.recoveryCase.state == .revoked)
        #expect(try await flow.account().lockReason == "recovery-revoked")
        #expect(await thrown { _ = try await flow.max.revoke(name) } == .wrongState(.revoked))
        let closes = await flow.world.events(of: name).filter { $0["event"]?.string == "case.close" }
        #expect(closes.map { $0["outcome"]?.string } == ["restored", "revoked"])
        try await flow.world.audit()
    }

    @Test func `locks again before a grant is spent, and the grant is void`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.unlock)
        #expect(try await flow.mia.revoke(name).recoveryCase.state == .revoked)
        #expect(await thrown { _ = try await flow.mia.restore(name) } == .wrongState(.revoked))
        let names = await flow.world.eventNames(of: name)
        #expect(names.contains("grant.void") && names.last { $0.hasPrefix("case.") } == "case.close")
        try await flow.world.audit()
    }

    @Test(arguments: [CaseState.collecting, .waiting])
    func `has nothing to lock again before a grant`(state: CaseState) async throws {
        let flow = try await Flow()
        let name = state == .waiting ? try await flow.waiting(.unlock) : try await flow.open(.unlock)
        #expect(await thrown { _ = try await flow.mia.revoke(name) } == .wrongState(state))
    }

    @Test func `says so when a directory does not lock again`() async throws {
        let (flow, directory) = try await flow()
        let name = try await flow.granted(.unlock)
        _ = try await flow.mia.restore(name)
        await directory.play(.lost, .refused("busy"), on: "lock")
        #expect(
            await thrown { _ = try await flow.mia.revoke(name) }
                == .outcomeUnknown("the directory did not say whether it locked the account")
        )
        #expect(await thrown { _ = try await flow.mia.revoke(name) } == .conflict("the directory refused: busy"))
        #expect(try await flow.state(name) == .restored)
        #expect(try await flow.mia.revoke(name).recoveryCase.state == .revoked)
        let keys = await directory.keys["lock"] ?? []
        #expect(keys.suffix(3).count == 3 && Set(keys.suffix(3)).count == 1)
        try await flow.world.audit()
    }

    // What the directory had answered was dropped, because the case was no longer being restored.
    @Test func `stays locked when it is revoked in the middle of a plan`() async throws {
        let (flow, directory) = try await flow()
        let name = try await flow.granted(.unlock)
        await directory.play(.after { _ = try? await flow.sam.revoke(name) }, on: "unlock")
        let answer = try await flow.mia.restore(name)
        #expect(answer.change.recoveryCase.state == .revoked)
        #expect(try await flow.account().lockReason == "recovery-revoked")
        let results = await flow.world.events(of: name).filter { $0["event"]?.string == "account.result" }
        #expect(results.map { $0["result"]?.string } == ["ok", "failed"])
        try await flow.world.audit()
    }

    // The end was reckoned from when the grant was signed.
    @Test func `holds for as long as the policy says from when the grant is spent`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.resetTOTP)
        flow.world.clock.move(seconds: 599)
        let end = flow.world.clock.now().seconds + 48 * 3600
        let restored = try await flow.mia.restore(name)
        #expect(
            restored.change.recoveryCase.holds == [.init(scopes: ["contact-changes", "withdrawals"], until: end)]
        )
        #expect(try await flow.account().holds.map(\.until) == [end, end])
        let start = try #require(await flow.world.events(of: name).last { $0["event"]?.string == "hold.start" })
        #expect(start["until_s"]?.integer == end)
        #expect(start["scopes"]?.array?.compactMap(\.string) == ["contact_changes", "withdrawals"])
        try await flow.world.audit()
    }

    @Test func `never shortens a hold`() async throws {
        let flow = try await Flow()
        let reset = try await flow.granted(.resetTOTP)
        let ticket = SecretText(testing: try #require(await flow.mia.restore(reset).enrolmentTicket))
        let end = flow.world.clock.now().seconds + 48 * 3600
        let customer = try EnrolmentService(flow.world.parts)
        let fresh = try Authentic(uri: try await customer.redeem(ticket).uri.key)
        _ = try await customer.confirm(ticket, code: fresh.code(at: flow.world.clock.now()))
        flow.world.clock.move(seconds: 60)
        // Its own hold is one of 24 hours.
        let lift = try await flow.open(.liftFreeze)
        let code = try fresh.code(at: flow.world.clock.now())
        #expect(try await flow.mia.checkTOTP(lift, code: code).outcome == .pass)
        try await flow.passIssuedCode(lift)
        _ = try await flow.mia.decide(lift)
        try await flow.approve(lift)
        _ = try await flow.mia.decide(lift)
        let lifted = try await flow.mia.restore(lift).change.recoveryCase
        #expect(lifted.state == .restored && lifted.holds.map(\.until) == [end - 24 * 3600 + 60])
        #expect(try await flow.account().holds.map(\.until) == [end, end])
        try await flow.world.audit()
    }
}
