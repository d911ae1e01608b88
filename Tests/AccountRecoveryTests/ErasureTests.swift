import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

/// Erasure of an account whose cases have private values.
@Suite struct ErasureTests {
    private static let reference = SecretText(testing: Flow.reference)
    private static let spent = ServiceError.conflict("this statement was not asked for, was used, or is too late")
    private static let others = ServiceError.conflict(
        "the private values of this account are others than were signed for: propose anew"
    )

    /// A customer with two cases that are over, one note on each, and somebody else's note.
    private static func flow() async throws -> (Flow, [CaseID]) {
        let flow = try await Flow()
        var names: [CaseID] = []
        for purpose in [Purpose.unlock, .freeze] {
            let name = try await flow.open(purpose)
            _ = try await flow.mia.addNote(name, SecretText(testing: "About Kim."))
            _ = try await flow.mia.cancel(name)
            names.append(name)
        }
        _ = try await flow.mia.addNote(try await flow.open(.unlock, "nobody-here"), SecretText(testing: "Somebody."))
        return (flow, names)
    }

    private static func propose(_ flow: Flow) async throws -> ErasureProposal {
        try await flow.world.admin.erasureProposal(reference, basis: "art17")
    }

    private static func sign(_ proposal: ErasureProposal, _ flow: Flow) throws -> SignedErasure {
        try flow.world.adminKey().sign(proposal, as: flow.world.admin.caller.name)
    }

    @Test func `deletes every private value in one transaction, on a signature that the log keeps`() async throws {
        let (flow, names) = try await Self.flow()
        let proposal = try await Self.propose(flow)
        #expect(proposal.count == 2 && proposal.parts.count == 1)
        let change = try await flow.world.admin.erase(Self.reference, Self.sign(proposal, flow))
        #expect(change.before == "known" && change.after == "erased")
        for name in names { #expect(try await flow.rows(of: name).isEmpty) }
        #expect(await flow.world.store.sealedPrivates.count == 1)
        let state = try await flow.world.state()
        #expect(state.shelves.isEmpty && state.tombstones.count == 1)

        let records = try await flow.world.store.entries.suffix(3).map { try AuditRecord(parsing: $0) }
        #expect(records.map(\.recordType) == [.event, .erase, .event])
        let erase = try #require(try records[1].parsedPayload().object)
        #expect(erase["approvals"] == [.integer(Int64(records[0].seq))] && erase["basis"] == "art17")
        #expect(erase["case"]?.string == proposal.name.text && erase["fields"] == proposal.parts[0].list)
        #expect(change.position == records[2].seq + 1)
        let verdict = try await flow.world.verdict()
        #expect(verdict.outcome == .intact && verdict.authorship == .proven, "\(verdict.findings)")
        let redacted = verdict.findings.filter { $0.code == .redactedAuthorised }.compactMap(\.seq)
        #expect(Set(redacted) == Set(proposal.parts[0].fields.map(\.seq)))
    }

    @Test func `wants a signature where there is a private value, and none where there is none`() async throws {
        let (flow, _) = try await Self.flow()
        let refusal = ServiceError.conflict(
            "the log has 2 private values of this account: their erasure wants the signature of an administrator"
        )
        #expect(await thrown { _ = try await flow.world.admin.erase(Self.reference) } == refusal)
        #expect(try await flow.world.state().shelves.count == 1)

        let plain = try await Flow()
        let before = await plain.world.store.entries.count
        let proposal = try await Self.propose(plain)
        #expect(proposal.parts.isEmpty && proposal.count == 0)
        #expect(await plain.world.store.entries.count == before)
        #expect(try await plain.world.admin.erase(Self.reference, Self.sign(proposal, plain)).after == "erased")
        #expect(await plain.world.store.entries.count == before + 1)
        try await plain.world.audit()
    }

    @Test func `is void when a value comes in between`() async throws {
        let (flow, _) = try await Self.flow()
        let signed = try Self.sign(try await Self.propose(flow), flow)
        let late = try await flow.open(.unlock)
        _ = try await flow.mia.addNote(late, SecretText(testing: "Slipped in."))
        let open = ServiceError.conflict("a case of this account is open: end it first")
        #expect(await thrown { _ = try await flow.world.admin.erase(Self.reference, signed) } == open)
        _ = try await flow.mia.cancel(late)
        #expect(await thrown { _ = try await flow.world.admin.erase(Self.reference, signed) } == Self.others)
        #expect(await flow.world.store.sealedPrivates.count == 4)
        let anew = try await Self.propose(flow)
        #expect(anew.count == 3)
        _ = try await flow.world.admin.erase(Self.reference, Self.sign(anew, flow))
        #expect(await flow.world.store.sealedPrivates.count == 1)
        try await flow.world.audit()
    }

    @Test func `is signed over which values, by the one who asked, and heard once`() async throws {
        let (flow, _) = try await Self.flow()
        let admin = flow.world.admin
        let right = try await Self.propose(flow)
        func altered(
            _ fields: [PrivateFieldReference]? = nil,
            nonce: String? = nil,
            notAfter: Int64? = nil,
            origin: String? = nil
        ) -> ErasureProposal {
            ErasureProposal(
                name: right.name,
                subject: right.subject,
                basis: right.basis,
                parts: [.init(fields: fields ?? right.parts[0].fields, nonce: nonce ?? right.parts[0].nonce)],
                notAfter: notAfter ?? right.notAfter,
                origin: origin ?? right.origin
            )
        }
        let zeros = String(repeating: "0", count: 32)
        for proposal in [altered(nonce: zeros), altered(notAfter: right.notAfter + 1), altered(origin: "other/log")] {
            let own = try Self.sign(proposal, flow)
            #expect(await thrown { _ = try await admin.erase(Self.reference, own) } == Self.spent)
        }
        let fewer = try Self.sign(altered(Array(right.parts[0].fields.dropLast())), flow)
        #expect(await thrown { _ = try await admin.erase(Self.reference, fewer) } == Self.others)
        let forged = ServiceError.notAllowed("the signature is not that of ada")
        for signature in ["", fewer.signatures[0]] {
            let signed = SignedErasure(proposal: right, signatures: [signature])
            #expect(await thrown { _ = try await admin.erase(Self.reference, signed) } == forged)
        }
        let unsigned = SignedErasure(proposal: right, signatures: [])
        #expect(await thrown { _ = try await admin.erase(Self.reference, unsigned) } == Self.others)
        // Asked by one, handed in by another.
        let (eve, eveKey) = try await flow.world.desk(of: "eve", role: .admin)
        let own = eveKey.sign(right, as: eve.caller.name)
        #expect(await thrown { _ = try await eve.erase(Self.reference, own) } == Self.spent)
        // What was signed for one account erases no other.
        try await flow.world.importCustomer("u-2002")
        let signed = try Self.sign(right, flow)
        #expect(await thrown { _ = try await admin.erase(SecretText(testing: "u-2002"), signed) } == Self.others)
        #expect(await flow.world.store.sealedPrivates.count == 3)
        _ = try await admin.erase(Self.reference, signed)
        #expect(await thrown { _ = try await admin.erase(Self.reference, signed) } == .notFound)
        try await flow.world.audit()
    }

    @Test(arguments: [Int64(299), 300])
    func `is heard within five minutes of its proposal`(seconds: Int64) async throws {
        let (flow, _) = try await Self.flow()
        let signed = try Self.sign(try await Self.propose(flow), flow)
        flow.world.clock.move(seconds: seconds)
        let error = await thrown { _ = try await flow.world.admin.erase(Self.reference, signed) }
        #expect(error == (seconds == 300 ? Self.spent : nil))
        #expect(await flow.world.store.sealedPrivates.count == (seconds == 300 ? 3 : 1))
    }

    @Test func `takes a record and a signature for every thousand values`() async throws {
        let (flow, names) = try await Self.flow()
        // As many as no agent could write: each is one of the case, whoever put it there.
        let secret = SealedPrivateValue(salt: [UInt8](repeating: 1, count: 32), value: [1], sealed: [1])
        let flag = AuditEvent(
            .event,
            ["case": .string(names[0].text), "event": "case.flag"],
            privates: ["kind": secret, "note": secret]
        )
        for _ in 0..<2 {
            try await flow.world.store.commit { _ in Recorded((), flag, [AuditEvent](repeating: flag, count: 255)) }
        }
        let proposal = try await Self.propose(flow)
        #expect(proposal.parts.map(\.fields.count) == [1024, 2])
        #expect(Set(proposal.parts.map(\.nonce)).count == 2)
        let swapped = SignedErasure(proposal: proposal, signatures: try Self.sign(proposal, flow).signatures.reversed())
        let forged = ServiceError.notAllowed("the signature is not that of ada")
        #expect(await thrown { _ = try await flow.world.admin.erase(Self.reference, swapped) } == forged)
        _ = try await flow.world.admin.erase(Self.reference, Self.sign(proposal, flow))
        #expect(await flow.world.store.sealedPrivates.count == 1)
        let verdict = try await flow.world.verdict()
        #expect(verdict.outcome == .intact, "\(verdict.findings.prefix(5))")
        // As many as a verdict lists.
        #expect(verdict.findings.count { $0.code == .redactedAuthorised } == 1000)
    }

    @Test func `erases what was noted down about somebody who has no account`() async throws {
        let (flow, _) = try await Self.flow()
        let reference = SecretText(testing: "nobody-here")
        let admin = flow.world.admin
        #expect(
            await thrown { _ = try await admin.erasureProposal(reference, basis: "art17") }
                == .conflict("a case of this account is open: end it first")
        )
        flow.world.clock.move(seconds: 86_400)
        let proposal = try await admin.erasureProposal(reference, basis: "art17")
        let change = try await admin.erase(reference, Self.sign(proposal, flow))
        #expect(change.before == "no account, private values")
        #expect(await flow.world.store.sealedPrivates.count == 2)
        #expect(try await flow.world.state().tombstones.isEmpty)
        #expect(await thrown { _ = try await admin.erasureProposal(reference, basis: "art17") } == .notFound)
        try await flow.world.audit()
    }

    @Test func `erases what was noted down before the reference had an account`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock, "u-2002")
        _ = try await flow.mia.addNote(name, SecretText(testing: "Not registered yet."))
        try await flow.world.importCustomer("u-2002")
        let reference = SecretText(testing: "u-2002")
        let admin = flow.world.admin
        let open = ServiceError.conflict("a case of this account is open: end it first")
        #expect(await thrown { _ = try await admin.erase(reference) } == open)
        _ = try await flow.mia.cancel(name)
        let proposal = try await admin.erasureProposal(reference, basis: "art17")
        #expect(proposal.count == 1)
        #expect(try await admin.erase(reference, Self.sign(proposal, flow)).before == "known")
        #expect(await flow.world.store.sealedPrivates.isEmpty)
        try await flow.world.audit()
    }

    @Test(arguments: ["", "Art17", "art 17"])
    func `has a basis that is a word`(basis: String) async throws {
        let (flow, _) = try await Self.flow()
        #expect(
            await thrown { _ = try await flow.world.admin.erasureProposal(Self.reference, basis: basis) }
                == .invalidInput("a basis is small letters, digits and hyphens, such as art17")
        )
    }
}
