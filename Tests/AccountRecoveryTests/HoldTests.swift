import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct HoldTests {
    /// What is held, and until when: in the directory, and in what the service keeps of it.
    private struct Held: Equatable {
        var directory: [String: Int64]
        var records: [String: Int64]

        /// The ends that are earlier here than in `before`, or gone.
        func shortened(since before: Held) -> [String] {
            let all = [(before.directory, directory), (before.records, records)]
            return all.flatMap { old, new in old.filter { $0.value > new[$0.key] ?? .min }.map(\.key) }.sorted()
        }
    }

    private func held(_ flow: Flow, _ subject: Pseudonym) async throws -> Held {
        let account = try #require(await flow.world.directory.account(subject))
        let records = try await flow.world.store.read { try $0.records(Hold.self, of: subject.text) }
        return Held(
            directory: account.holds,
            records: Dictionary(uniqueKeysWithValues: records.map { ($0.id, $0.end.seconds) })
        )
    }

    @Test func `a hold that ends earlier is noticed, and one that ends later is none of those`() {
        let before = Held(directory: ["withdrawals": 10], records: ["a": 10, "b": 5])
        #expect(before.shortened(since: before) == [])
        #expect(Held(directory: ["withdrawals": 11], records: ["a": 10, "b": 5]).shortened(since: before) == [])
        #expect(Held(directory: ["withdrawals": 9], records: ["a": 10, "b": 5]).shortened(since: before).count == 1)
        #expect(Held(directory: [:], records: ["a": 9]).shortened(since: before).count == 3)
    }

    @Test func `nothing that anybody can ask of the desk ends a hold earlier`() async throws {
        let flow = try await Flow()
        let reset = try await flow.granted(.resetTOTP)
        let ticket = SecretText(testing: try #require(await flow.mia.restore(reset).enrolmentTicket))
        let customer = try EnrolmentService(flow.world.parts)
        let fresh = try Authentic(uri: try await customer.redeem(ticket).uri.key)
        _ = try await customer.confirm(ticket, code: fresh.code(at: flow.world.clock.now()))
        let subject = try await flow.account().subject
        let reference = SecretText(testing: Flow.reference)
        let end = flow.world.clock.now().seconds + 48 * 3600
        var before = try await held(flow, subject)
        #expect(before.directory == ["withdrawals": end, "contact-changes": end] && before.records.count == 1)

        let admin = flow.world.admin
        let clock = flow.world.clock
        func again(_ purpose: Purpose) async throws {
            clock.move(seconds: 60)
            let name = try await flow.open(purpose)
            _ = try await flow.mia.checkTOTP(name, code: fresh.code(at: clock.now()))
            try await flow.passIssuedCode(name)
            if purpose == .resetTOTP { try await flow.passIssuedCode(name, by: .sms) }
            if try await flow.mia.decide(name).outcome == .waiting {
                try await flow.approve(name)
                _ = try await flow.mia.decide(name)
            }
            _ = try await flow.mia.restore(name)
            if purpose == .liftFreeze { _ = try await flow.sam.revoke(name) }
        }
        let steps: [(String, () async throws -> Void)] = [
            ("lock", { _ = try await admin.lock(reference, reason: "failed-attempts") }),
            ("unlock", { try await again(.unlock) }),
            (
                "freeze",
                {
                    clock.move(seconds: 60)
                    _ = try await flow.mia.freeze(reference, totp: fresh.code(at: clock.now()))
                }
            ),
            ("lift the freeze and take that back", { try await again(.liftFreeze) }),
            ("wait a day", { clock.move(seconds: 86_400) }),
            ("reset again", { try await again(.resetTOTP) }),
            ("reconcile", { _ = try await flow.sam.reconcile() }),
            ("deliver", { _ = try await flow.sam.deliverNotices() }),
            ("take the reset back", { _ = try await admin.revoke(reset) }),
        ]
        for (what, step) in steps {
            try await step()
            let now = try await held(flow, subject)
            #expect(now.shortened(since: before) == [], "\(what)")
            before = now
        }
        #expect(before.directory["withdrawals"] == clock.now().seconds + 48 * 3600)
        #expect(before.records.count >= 3)
        // Erasing somebody takes away who they are, and not what is held.
        for open in try await flow.mia.cases(includingEnded: false) where open.state == .restoring {
            _ = try await flow.sam.revoke(open.name)
        }
        _ = try await admin.erase(reference)
        #expect(try await held(flow, subject).shortened(since: before) == [])
        try await flow.world.audit()
    }

    // Whoever can reach the database writes an earlier end into a plan: the service carries it out, and the hold
    // that is there already is none the shorter.
    @Test func `a plan with an earlier end shortens no hold that stands`() async throws {
        let flow = try await Flow()
        _ = try await flow.mia.restore(try await flow.granted(.resetTOTP))
        let subject = try await flow.account().subject
        let before = try await held(flow, subject)
        let key = "forged"
        let past = flow.world.clock.now().seconds + 1
        let answer = await flow.world.directory.perform(
            DirectoryOrder(
                action: .placeHold(scopes: ["contact-changes", "withdrawals"], until: past),
                subject: subject,
                key: key,
                grant: "a grant"
            )
        )
        #expect(answer == .done)
        #expect(try await held(flow, subject) == before)
    }
}
