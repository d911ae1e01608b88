import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Synchronization
import Testing

@testable import AccountRecovery

@Suite struct EnrolmentTicketTests {
    /// A reset up to a redeemed ticket.
    private struct Redeemed {
        let flow: Flow
        let directory: AnsweringDirectory
        let customer: EnrolmentService
        let name: CaseID
        let ticket: SecretText
        let fresh: Authentic

        init() async throws {
            let made = Mutex<AnsweringDirectory?>(nil)
            flow = try await Flow { memory in
                let directory = AnsweringDirectory(memory)
                made.withLock { $0 = directory }
                return directory
            }
            directory = try #require(made.withLock { $0 })
            name = try await flow.granted(.resetTOTP)
            ticket = SecretText(testing: try #require(await flow.mia.restore(name).enrolmentTicket))
            customer = try EnrolmentService(flow.world.parts)
            fresh = try Authentic(uri: try await customer.redeem(ticket).uri.key)
        }

        func confirm(_ code: SecretText? = nil) async throws -> CaseChange {
            try await customer.confirm(ticket, code: code ?? fresh.code(at: flow.world.clock.now()))
        }
    }

    private static let wrong = SecretText(testing: "000000")

    @Test func `is 112 bits that nobody can tell from another`() async throws {
        let redeemed = try await Redeemed()
        #expect([UInt8](hexadecimal: redeemed.ticket.text)?.count == 14)
        for other in ["", "0", String(repeating: "0", count: 28), String(redeemed.ticket.text.dropLast())] {
            let other = SecretText(testing: other)
            #expect(await thrown { _ = try await redeemed.customer.redeem(other) } == .notFound)
            #expect(await thrown { _ = try await redeemed.customer.confirm(other, code: Self.wrong) } == .notFound)
        }
    }

    @Test(arguments: [4, 5])
    func `dies of five wrong codes`(wrong: Int) async throws {
        let redeemed = try await Redeemed()
        for _ in 0..<wrong {
            #expect(await thrown { _ = try await redeemed.confirm(Self.wrong) } == .checkFailed)
        }
        let last = await thrown { _ = try await redeemed.confirm() }
        #expect(last == (wrong == 5 ? .notFound : nil))
        if wrong == 5 {
            #expect(await thrown { _ = try await redeemed.customer.redeem(redeemed.ticket) } == .notFound)
            #expect(try await redeemed.flow.account().factors == [])
        }
        #expect(await redeemed.flow.world.eventNames().count { $0 == "x.ticket.fail" } == wrong)
        try await redeemed.flow.world.audit()
    }

    @Test(arguments: [Int64(599), 600])
    func `lives ten minutes`(seconds: Int64) async throws {
        let redeemed = try await Redeemed()
        redeemed.flow.world.clock.move(seconds: seconds)
        #expect(await thrown { _ = try await redeemed.confirm() } == (seconds == 600 ? .notFound : nil))
    }

    @Test func `is used once`() async throws {
        let redeemed = try await Redeemed()
        _ = try await redeemed.confirm()
        redeemed.flow.world.clock.move(seconds: 30)
        #expect(await thrown { _ = try await redeemed.confirm() } == .notFound)
        #expect(await thrown { _ = try await redeemed.customer.redeem(redeemed.ticket) } == .notFound)
    }

    @Test func `binds the factor that was shown last`() async throws {
        let redeemed = try await Redeemed()
        let second = try Authentic(uri: try await redeemed.customer.redeem(redeemed.ticket).uri.key)
        #expect(await thrown { _ = try await redeemed.confirm() } == .checkFailed)
        let code = try second.code(at: redeemed.flow.world.clock.now())
        #expect(try await redeemed.confirm(code).recoveryCase.state == .restored)
    }

    @Test func `binds nothing before a factor was shown`() async throws {
        let redeemed = try await Redeemed()
        let again = try await redeemed.flow.mia.restore(redeemed.name)
        let fresh = SecretText(testing: try #require(again.enrolmentTicket))
        #expect(await thrown { _ = try await redeemed.customer.confirm(fresh, code: Self.wrong) } == .notFound)
        #expect(await thrown { _ = try await redeemed.confirm() } == .notFound)
    }

    @Test func `uses up the code that confirmed the factor`() async throws {
        let redeemed = try await Redeemed()
        let code = try redeemed.fresh.code(at: redeemed.flow.world.clock.now())
        _ = try await redeemed.confirm(code)
        let name = try await redeemed.flow.open(.unlock)
        #expect(try await redeemed.flow.mia.checkTOTP(name, code: code).outcome == .fail)
    }

    // The case stayed as it was for ever: nothing was left for the desk to do, and the ticket was spent.
    @Test(arguments: [true, false])
    func `leaves an unknown binding to be asked for again`(wasDone: Bool) async throws {
        let redeemed = try await Redeemed()
        await redeemed.directory.play(wasDone ? .silentlyDone : .lost, on: "enrol_second_factor")
        #expect(
            await thrown { _ = try await redeemed.confirm() }
                == .outcomeUnknown("the directory did not say whether it bound the new factor")
        )
        #expect(try await redeemed.flow.state(redeemed.name) == .restoring)
        let done = try await redeemed.flow.mia.restore(redeemed.name)
        #expect(done.change.recoveryCase.state == .restored && done.enrolmentTicket == nil)
        let keys = await redeemed.directory.keys["enrol_second_factor"] ?? []
        #expect(keys.suffix(2).count == 2 && Set(keys.suffix(2)).count == 1)
        #expect(try await redeemed.flow.account().factors == ["totp/1"])
        try await redeemed.flow.world.audit()
    }

    // It was called unknown, and the case stayed open with a factor that the directory had refused.
    @Test func `ends the case when the directory refuses the new factor`() async throws {
        let redeemed = try await Redeemed()
        await redeemed.directory.play(.refused("no_room"), on: "enrol_second_factor")
        #expect(await thrown { _ = try await redeemed.confirm() } == .conflict("the directory refused: no_room"))
        #expect(try await redeemed.flow.state(redeemed.name) == .refused)
        #expect(try await redeemed.flow.account().factors == [])
        try await redeemed.flow.world.audit()
    }

    @Test func `dies when the case is revoked`() async throws {
        let redeemed = try await Redeemed()
        #expect(try await redeemed.flow.sam.revoke(redeemed.name).recoveryCase.state == .revoked)
        #expect(await thrown { _ = try await redeemed.confirm() } == .notFound)
        #expect(try await redeemed.flow.account().factors == [])
        try await redeemed.flow.world.audit()
    }

    // Between the two factors an administrator could bind one of their own.
    @Test func `leaves nobody else room to bind a factor`() async throws {
        let redeemed = try await Redeemed()
        let reference = SecretText(testing: Flow.reference)
        #expect(
            await thrown { _ = try await redeemed.flow.world.admin.enrolTOTP(reference) }
                == .conflict("a recovery of this account is under way")
        )
        redeemed.flow.world.clock.move(seconds: 86_400)
        #expect(
            await thrown { _ = try await redeemed.flow.world.admin.enrolTOTP(reference) }
                == .conflict("a recovery of this account is under way")
        )
        #expect(
            await thrown { _ = try await redeemed.flow.world.admin.erase(reference) }
                == .conflict("a case of this account is open: end it first")
        )
    }
}
