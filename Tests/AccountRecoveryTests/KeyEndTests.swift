import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryVault
import Synchronization
import Testing

@testable import AccountRecovery

@Suite(.timeLimit(.minutes(30))) struct KeyEndTests {
    private static let day: Int64 = 86_400

    /// A desk whose pii key was replaced.
    private static func world() async throws -> TestDesk {
        let world = try await TestDesk()
        try await world.importCustomer("u-1001")
        let rotation = try await world.admin.beginRotation(of: .pii)
        #expect(try await world.admin.rotateBatch(rotation, isFirst: true).isRetired)
        return world
    }

    @Test func `destroys a retired key when no backup needs it any more, and not before`() async throws {
        let world = try await Self.world()
        let discarded = Mutex<[String]>([])
        func destroy(_ version: UInt32, voidingBackups: Bool = false) async throws -> KeyChange {
            try await world.admin.destroyKey(.pii, version: version, voidingBackups: voidingBackups) { uri in
                discarded.withLock { $0.append(uri) }
            }
        }
        await #expect(
            throws: ServiceError.conflict("version 2 of pii is active: only a retired key can be destroyed")
        ) { _ = try await destroy(2, voidingBackups: true) }
        await #expect(throws: ServiceError.notFound) { _ = try await destroy(3) }
        world.clock.move(seconds: 30 * Self.day - 1)
        await #expect(
            throws: ServiceError.conflict(
                "a backup of keys may need it for another 1 days; --void-backups makes those backups useless"
            )
        ) { _ = try await destroy(1) }
        #expect(discarded.withLock { $0.isEmpty })
        world.clock.move(seconds: 1)
        let change = try await destroy(1)
        #expect(change.from == "retired" && change.to == "destroyed")
        #expect(discarded.withLock { $0.count == 1 && $0[0].hasSuffix("/keys/pii.key") })
        // The record was written and the file could not be removed: the command is given again.
        #expect(try await destroy(1).from == "destroyed")
        #expect(discarded.withLock { $0.count } == 2)
        try await world.audit(isSigned: false)
    }

    @Test func `makes the backups of a stolen key useless at once`() async throws {
        let world = try await Self.world()
        let change = try await world.admin.destroyKey(.pii, version: 1, voidingBackups: true) { _ in }
        #expect(change.to == "destroyed")
        #expect(await world.eventNames().suffix(1) == ["x.key.destroy"])
        let row = try await world.store.read { try $0.vault.keyring().first { $0.purpose == 0x0101 } }
        #expect(row?.state == KeyState.destroyed.rawValue)
    }

    @Test func `keeps the key that every data backup needs, however old, until its backups may become useless`()
        async throws
    {
        let world = try await Self.world()
        let rotation = try await world.admin.beginRotation(of: .sys)
        #expect(try await world.admin.rotateBatch(rotation, isFirst: true).isRetired)
        world.clock.move(seconds: 400 * Self.day)
        let refusal = ServiceError.conflict(
            "every backup that was made under it needs it as long as the backup is kept; "
                + "--void-backups makes those backups useless"
        )
        await #expect(throws: refusal) {
            try await world.admin.destroyKey(.sys, version: 1, voidingBackups: false) { _ in }
        }
        #expect(try await world.admin.destroyKey(.sys, version: 1, voidingBackups: true) { _ in }.to == "destroyed")
    }

    @Test func `deletes the wrapped bytes of a class key`() async throws {
        let world = try await Self.world()
        let rotation = try await world.admin.beginRotation(of: .backup)
        _ = try await world.admin.rotateBatch(rotation, isFirst: true)
        _ = try await world.admin.destroyKey(.backup, version: 1, voidingBackups: true) { _ in }
        let rows = try await world.store.read { try $0.vault.keyring().filter { $0.purpose == 3 } }
        #expect(rows.map(\.wrapped.count) == [0, 120])
    }

    @Test func `keeps the key by which erasures are known`() async throws {
        let world = try await Self.world()
        let refusal = ServiceError.conflict("erasures are known by this key: another would not find them again")
        await #expect(throws: refusal) { try await world.admin.beginRotation(of: .marks) }
    }

    @Test func `takes a key file that an attempt left before its row, and no other`() async throws {
        let world = try await Self.world()
        let source = world.parts.vault.source
        let left = KeyCheckValue(of: try source.make(.match, version: 2))
        #expect(try await world.admin.beginRotation(of: .match).to == 2)
        let row = try await world.store.read {
            try $0.vault.keyring().first { $0.purpose == 0x0102 && $0.version == 2 }
        }
        #expect(row?.kcv == left.bytes)
    }

    @Test func `lets no prepared key seal that was exchanged since`() async throws {
        let world = try await Self.world()
        let source = world.parts.vault.source
        let now = world.clock.now()
        _ = try source.make(.match, version: 2)
        try await world.store.commit { transaction in
            let check = KeyCheckValue(of: SecretKey(randomByteCount: 32))
            try transaction.put(.key(KeyringRow(.match, 2, wrapped: [], under: 0, check, now)))
            return Recorded((), .event("x.key.prepare", ["count": 2]))
        }
        let refusal = ServiceError.sealed("version 2 of the key match is another than was prepared")
        await #expect(throws: refusal) { try await world.admin.beginRotation(of: .match) }
        #expect(try await KeyRotationTests.states(of: .match, in: world) == ["active", "prepared"])
        try world.parts.vault.requireKeys()
    }

    @Test func `shows and changes keys to those alone who may`() async throws {
        let world = try await Self.world()
        let (agent, _) = try await world.desk(of: "mia", role: .agent)
        await #expect(throws: ServiceError.notAllowed("the role agent may not do this")) { try await agent.keys() }
        await #expect(throws: ServiceError.notAllowed("the role agent may not do this")) {
            try await agent.beginRotation(of: .pii)
        }
        let (auditor, _) = try await world.desk(of: "vera", role: .auditor)
        #expect(try await auditor.keys().count == 10)
        await #expect(throws: ServiceError.notAllowed("the role auditor may not do this")) {
            try await auditor.requireKeyManagement()
        }
    }
}
