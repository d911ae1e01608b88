import RecoveryAudit
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct LegalHoldTests {
    private static let reference = SecretText(testing: Flow.reference)
    private static let lifted = ServiceError.notAllowed(
        "you lifted a legal hold of this account, so another administrator must erase it"
    )

    private static func held(_ reasons: String) -> ServiceError {
        .notAllowed("the account is under legal hold: \(reasons); it is not erased while that stands")
    }

    @Test func `refuses an erasure under legal hold, and writes that down`() async throws {
        let flow = try await Flow()
        let admin = flow.world.admin
        let name = try await flow.open(.unlock)
        _ = try await flow.mia.addNote(name, SecretText(testing: "About Kim."))
        _ = try await flow.mia.cancel(name)
        let early = try await admin.erasureProposal(Self.reference, basis: "art17")
        let change = try await admin.placeLegalHold(Self.reference, reason: "court-order")
        #expect(change.before == "no legal hold" && change.after == "legal hold: court-order")
        let placed = try #require(await flow.world.events().last)
        #expect(placed["event"]?.string == "x.legal.hold" && placed["code"]?.string == "court_order")
        #expect(placed["actor"]?.string == "ada" && placed["subject"] != nil)
        let view = try await admin.account(Self.reference).legalHolds
        #expect(view.map(\.reason) == ["court-order"] && view.map(\.by.text) == ["ada"])

        let signed = try flow.world.adminKey().sign(early, as: admin.caller.name)
        let asks: [@Sendable () async throws -> Void] = [
            { _ = try await admin.erasureProposal(Self.reference, basis: "art17") },
            { _ = try await admin.erase(Self.reference) },
            // Signed before the hold was placed.
            { _ = try await admin.erase(Self.reference, signed) },
        ]
        for ask in asks {
            let before = await flow.world.store.entries.count
            #expect(await thrown(ask) == Self.held("court-order"))
            #expect(await flow.world.store.entries.count == before + 1)
            let denied = try #require(await flow.world.events().last)
            #expect(denied["event"]?.string == "access.deny" && denied["why"]?.string == "legal_hold")
            #expect(denied["route"]?.string == "desk/erase" && denied["subject"] == placed["subject"])
        }
        #expect(await flow.world.store.sealedPrivates.count == 1)
        #expect(try await flow.world.state().shelves.count == 1)
        try await flow.world.audit()
    }

    @Test func `lets nobody erase an account who lifted its hold`() async throws {
        let flow = try await Flow()
        let admin = flow.world.admin
        _ = try await admin.placeLegalHold(Self.reference, reason: "court-order")
        let (eve, _) = try await flow.world.desk(of: "eve", role: .admin)
        let change = try await eve.liftLegalHold(Self.reference, reason: "court-order")
        #expect(change.before == "legal hold: court-order" && change.after == "no legal hold")
        #expect(await flow.world.eventNames().last == "x.legal.release")
        #expect(await thrown { _ = try await eve.erase(Self.reference) } == Self.lifted)
        #expect(await flow.world.eventNames().last == "access.deny")
        // Also after another one came and went.
        _ = try await eve.placeLegalHold(Self.reference, reason: "dispute")
        _ = try await admin.liftLegalHold(Self.reference, reason: "dispute")
        for desk in [admin, eve] { #expect(await thrown { _ = try await desk.erase(Self.reference) } == Self.lifted) }
        let (ben, _) = try await flow.world.desk(of: "ben", role: .admin)
        #expect(try await ben.erase(Self.reference).after == "erased")
        #expect(try await flow.world.state().documents[.legalHold]?.isEmpty ?? true)
        try await flow.world.audit()
    }

    @Test func `stands for every reason by itself`() async throws {
        let flow = try await Flow()
        let admin = flow.world.admin
        let (eve, _) = try await flow.world.desk(of: "eve", role: .admin)
        for reason in ["court-order", "dispute"] { _ = try await eve.placeLegalHold(Self.reference, reason: reason) }
        #expect(
            await thrown { _ = try await admin.placeLegalHold(Self.reference, reason: "dispute") }
                == .exists("the legal hold dispute stands already")
        )
        _ = try await eve.liftLegalHold(Self.reference, reason: "dispute")
        #expect(await thrown { _ = try await admin.erase(Self.reference) } == Self.held("court-order"))
        #expect(
            await thrown { _ = try await eve.liftLegalHold(Self.reference, reason: "dispute") }
                == .conflict("no legal hold dispute stands on this account")
        )
        _ = try await eve.liftLegalHold(Self.reference, reason: "court-order")
        #expect(try await admin.erase(Self.reference).after == "erased")
    }

    @Test func `is for an account that is there, and a reason that is a word`() async throws {
        let flow = try await Flow()
        let nobody = SecretText(testing: "nobody-here")
        let before = await flow.world.store.entries.count
        #expect(
            await thrown { _ = try await flow.world.admin.placeLegalHold(nobody, reason: "court-order") } == .notFound
        )
        for reason in ["", "Court order"] {
            #expect(
                await thrown { _ = try await flow.world.admin.placeLegalHold(Self.reference, reason: reason) }
                    == .invalidInput("a reason is small letters, digits and hyphens, such as court-order")
            )
        }
        #expect(await flow.world.store.entries.count == before)
    }
}
