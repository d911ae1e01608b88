import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct RevocationTests {
    private static let spent = ServiceError.conflict("this statement was not asked for, was used, or is too late")

    private func forged(_ name: String) -> ServiceError { .notAllowed("the signature is not that of \(name)") }

    /// Has somebody's key revoked by the administrator.
    private func revoke(_ desk: RecoveryService, in world: TestDesk) async throws {
        let asked = StaffRevocation(name: desk.caller.name, why: "key-lost")
        let statement = try await world.admin.revocationStatement(asked)
        let signature = try world.adminKey().sign(statement, as: world.admin.caller.name)
        #expect(try await world.admin.revokeKey(statement, signature: signature).isRevoked)
    }

    @Test func `a key that was revoked signs nothing`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        // Shown before, signed after: the thief held the request in their hands.
        let request = try await flow.sam.approvalRequest(name)
        try await revoke(flow.sam, in: flow.world)
        for approving in [true, false] {
            let statement = flow.samKey.sign(request, approving: approving, as: flow.sam.caller.name)
            #expect(await thrown { _ = try await flow.sam.approve(statement) } == forged("sam"))
        }
        let again = StaffRevocation(name: flow.sam.caller.name, why: "left")
        #expect(
            await thrown { _ = try await flow.sam.revocationStatement(again) }
                == .exists("the key of sam was revoked already")
        )
        let stored = try await flow.world.store.read { try $0.record(StaffMember.self, "sam") }
        let member = try #require(stored)
        let refused = ServiceError.notAllowed("the key is not that of sam, or it was revoked")
        #expect(throws: refused) { try flow.samKey.signIn(as: member) }
        #expect(try await flow.mia.recoveryCase(name).approvals == 0)
        #expect(await !flow.world.eventNames(of: name).contains("approval.give"))
        try await flow.world.audit()
    }

    @Test func `an administrator whose key was revoked admits nobody, also by what was proposed before`() async throws {
        let world = try await TestDesk()
        let (eve, eveKey) = try await world.desk(of: "eve", role: .admin)
        let key = Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32)).publicKey.bytes.hexadecimal
        let admission = StaffAdmission(name: try #require(StaffName("noa")), role: .admin, publicKey: key)
        let statement = try await eve.admissionStatement(admission)
        let doubt = try await eve.revocationStatement(StaffRevocation(name: world.admin.caller.name, why: "left"))
        try await revoke(eve, in: world)
        let admitting = eveKey.sign(statement, as: eve.caller.name)
        #expect(await thrown { _ = try await eve.admit(statement, signature: admitting) } == forged("eve"))
        let revoking = eveKey.sign(doubt, as: eve.caller.name)
        #expect(await thrown { _ = try await eve.revokeKey(doubt, signature: revoking) } == forged("eve"))
        #expect(try await world.admin.staff().map(\.isRevoked) == [false, true])
        try await world.audit()
    }

    @Test func `is signed over whose key and why, by the one who asked, and heard once`() async throws {
        let world = try await TestDesk()
        let (mia, miaKey) = try await world.desk(of: "mia", role: .agent)
        let (eve, _) = try await world.desk(of: "eve", role: .agent)
        let asked = StaffRevocation(name: mia.caller.name, why: "left")
        let right = try await world.admin.revocationStatement(asked)
        let ada = world.admin.caller.name
        func altered(
            _ name: StaffName? = nil,
            why: String? = nil,
            nonce: String? = nil,
            notAfter: Int64? = nil,
            origin: String? = nil
        ) -> RevocationStatement {
            RevocationStatement(
                name: name ?? right.name,
                why: why ?? right.why,
                nonce: nonce ?? right.nonce,
                notAfter: notAfter ?? right.notAfter,
                origin: origin ?? right.origin
            )
        }
        let signature = try world.adminKey().sign(right, as: ada)
        for statement in [altered(eve.caller.name), altered(why: "fraud")] {
            #expect(
                await thrown { _ = try await world.admin.revokeKey(statement, signature: signature) } == forged("ada")
            )
        }
        let zeros = String(repeating: "0", count: 32)
        for statement in [altered(nonce: zeros), altered(notAfter: right.notAfter + 1), altered(origin: "other/log")] {
            let own = try world.adminKey().sign(statement, as: ada)
            #expect(await thrown { _ = try await world.admin.revokeKey(statement, signature: own) } == Self.spent)
        }
        let theirs = miaKey.sign(right, as: ada)
        #expect(await thrown { _ = try await world.admin.revokeKey(right, signature: theirs) } == forged("ada"))
        // Asked by one, handed in by another.
        let own = miaKey.sign(right, as: mia.caller.name)
        #expect(await thrown { _ = try await mia.revokeKey(right, signature: own) } == Self.spent)
        #expect(try await world.admin.revokeKey(right, signature: signature).isRevoked)
        #expect(await thrown { _ = try await world.admin.revokeKey(right, signature: signature) } == Self.spent)
        try await world.audit()
    }

    @Test(arguments: [Int64(299), 300])
    func `is heard within five minutes`(seconds: Int64) async throws {
        let world = try await TestDesk()
        let (mia, miaKey) = try await world.desk(of: "mia", role: .agent)
        // Everybody may revoke their own key, and nobody has to wait for an administrator.
        let statement = try await mia.revocationStatement(StaffRevocation(name: mia.caller.name, why: "key-lost"))
        world.clock.move(seconds: seconds)
        let error = await thrown {
            _ = try await mia.revokeKey(statement, signature: miaKey.sign(statement, as: mia.caller.name))
        }
        #expect(error == (seconds == 300 ? Self.spent : nil))
        try await world.audit()
    }

    @Test func `is not for the last administrator, nor for a name or a reason that is none`() async throws {
        let world = try await TestDesk()
        let ada = world.admin.caller.name
        let last = ServiceError.conflict("ada is the only administrator: admit another one first")
        func asking(_ name: String, _ why: String = "left") async -> ServiceError? {
            await thrown {
                let name = try #require(StaffName(name))
                _ = try await world.admin.revocationStatement(StaffRevocation(name: name, why: why))
            }
        }
        #expect(await asking("ada") == last)
        #expect(await asking("nobody") == .notFound)
        for why in ["", "Left", "left now", "left\n", "-left"] {
            #expect(
                await asking("ada", why)
                    == .invalidInput("a reason is small letters, digits and hyphens, such as left")
            )
        }
        // Two statements that were asked for while there were two must not leave none.
        let (eve, eveKey) = try await world.desk(of: "eve", role: .admin)
        let first = try await world.admin.revocationStatement(StaffRevocation(name: eve.caller.name, why: "left"))
        let second = try await eve.revocationStatement(StaffRevocation(name: eve.caller.name, why: "left"))
        let own = try await world.admin.revocationStatement(StaffRevocation(name: ada, why: "left"))
        _ = try await eve.revokeKey(second, signature: eveKey.sign(second, as: eve.caller.name))
        let key = try world.adminKey()
        #expect(await thrown { _ = try await world.admin.revokeKey(own, signature: key.sign(own, as: ada)) } == last)
        #expect(
            await thrown { _ = try await world.admin.revokeKey(first, signature: key.sign(first, as: ada)) }
                == .exists("the key of eve was revoked already")
        )
        try await world.audit()
    }
}
