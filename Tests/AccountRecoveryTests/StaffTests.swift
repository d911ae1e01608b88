import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct StaffTests {
    private static let spent = ServiceError.conflict("this statement was not asked for, was used, or is too late")
    private static let taken = ServiceError.exists(
        "there is somebody of this name already; names are never given twice"
    )

    private func proposal(_ world: TestDesk, _ name: String = "noa") async throws -> AdmissionStatement {
        let key = Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32)).publicKey.bytes.hexadecimal
        let name = try #require(StaffName(name))
        return try await world.admin.admissionStatement(StaffAdmission(name: name, role: .agent, publicKey: key))
    }

    @Test func `are admitted on the signature of an administrator, once`() async throws {
        let world = try await TestDesk()
        let statement = try await proposal(world)
        let signature = try world.adminKey().sign(statement, as: world.admin.caller.name)
        let admitted = try await world.admin.admit(statement, signature: signature)
        #expect(admitted.name == statement.name && admitted.role == .agent && !admitted.isRevoked)
        #expect(await thrown { _ = try await world.admin.admit(statement, signature: signature) } == Self.spent)
        #expect(await thrown { _ = try await proposal(world) } == Self.taken)
        #expect(try await world.admin.staff().map(\.name.text) == ["ada", "noa"])
        try await world.audit()
    }

    @Test func `are not admitted in another role, or under another key, than was signed`() async throws {
        let world = try await TestDesk()
        let right = try await proposal(world)
        let signature = try world.adminKey().sign(right, as: world.admin.caller.name)
        let other = Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32)).publicKey.bytes.hexadecimal
        let forged = ServiceError.notAllowed("the signature is not that of ada")
        for (role, key) in [(StaffRole.admin, right.publicKey), (.agent, other)] {
            let statement = AdmissionStatement(
                name: right.name,
                role: role,
                publicKey: key,
                person: right.person,
                nonce: right.nonce,
                notAfter: right.notAfter,
                origin: right.origin
            )
            #expect(await thrown { _ = try await world.admin.admit(statement, signature: signature) } == forged)
        }
        #expect(await thrown { _ = try await world.admin.admit(right, signature: "") } == forged)
        _ = try await world.admin.admit(right, signature: signature)
    }

    // The log then held a statement that its verifier calls false, and could never be found intact again.
    @Test func `are not admitted by a statement for another log or time`() async throws {
        let world = try await TestDesk()
        let right = try await proposal(world)
        for (notAfter, origin) in [(right.notAfter - 1000, right.origin), (right.notAfter, "other.example/log")] {
            let statement = AdmissionStatement(
                name: right.name,
                role: right.role,
                publicKey: right.publicKey,
                person: right.person,
                nonce: right.nonce,
                notAfter: notAfter,
                origin: origin
            )
            let signature = try world.adminKey().sign(statement, as: world.admin.caller.name)
            #expect(await thrown { _ = try await world.admin.admit(statement, signature: signature) } == Self.spent)
        }
        #expect(await world.store.events.last?["event"]?.string == "x.agent.propose")
    }

    @Test(arguments: [Int64(299), 300])
    func `are admitted within five minutes`(seconds: Int64) async throws {
        let world = try await TestDesk()
        let statement = try await proposal(world)
        let signature = try world.adminKey().sign(statement, as: world.admin.caller.name)
        world.clock.move(seconds: seconds)
        let error = await thrown { _ = try await world.admin.admit(statement, signature: signature) }
        #expect(error == (seconds == 300 ? Self.spent : nil))
        if error == nil { try await world.audit() }
    }

    @Test func `sign in with their own key, and not once it is revoked`() async throws {
        let world = try await TestDesk()
        let stored = try await world.store.read { try $0.record(StaffMember.self, "ada") }
        var ada = try #require(stored)
        let stranger = Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32))
        let refused = ServiceError.notAllowed("the key is not that of ada, or it was revoked")
        #expect(throws: refused) { try Caller(ada) { stranger.signature(of: $0) } }
        #expect(throws: refused) { try Caller(ada) { _ in [] } }
        #expect(try world.adminKey().signIn(as: ada).name.text == "ada")
        ada.revokedAt = world.clock.now()
        let key = try world.adminKey()
        #expect(throws: refused) { try key.signIn(as: ada) }
    }

    @Test(arguments: ["", "1mia", "-mia", "mia/..", "mia sam", "mïa", String(repeating: "a", count: 33)])
    func `have names that are file names`(text: String) {
        let name = StaffName(text)
        #expect(name == nil)
    }

    @Test(arguments: [
        ("C-7F3KQ2M9XA", true), ("c-7f3kq2m9xa", true), ("C-7F3KQ2M9X", false), ("C-7F3KQ2M9XAB", false),
        ("C-7F3KQ2M9XI", false), ("C-7F3KQ2M9XO", false), ("C_7F3KQ2M9XA", false), ("7F3KQ2M9XA", false),
        (" C-7F3KQ2M9XA", false), ("C-7F3KQ2M9X\u{ff21}", false), ("", false),
        // Upper case would make two letters of Crockford's alphabet of what is none, or of one.
        ("C-\u{17f}7F3KQ2M9X", false), ("C-\u{fb00}F3KQ2M9X", false),
    ])
    func `name cases as they are said on the telephone`(text: String, isName: Bool) {
        let name = CaseID(text)
        #expect((name != nil) == isName)
        if isName { #expect(name?.text == "C-7F3KQ2M9XA") }
    }
}
