import RecoveryAudit
import RecoveryCrypto
import RecoveryTestSupport
import RecoveryVault
import Testing

@testable import AccountRecovery

@Suite(.timeLimit(.minutes(30))) struct KeyRotationTests {
    private static let references = (1...7).map { "u-100\($0)" }

    /// A desk with seven customers, the first of them with an authenticator.
    private static func world() async throws -> TestDesk {
        let world = try await TestDesk()
        _ = try await world.lockedCustomer(references[0])
        for reference in references.dropFirst() { try await world.importCustomer(reference) }
        return world
    }

    /// Rotates to the end, a few rows at a time.
    private static func rotate(_ key: ManagedKey, in world: TestDesk, batch: Int = 3) async throws -> RotationStep {
        let rotation = try await world.admin.beginRotation(of: key, inBatchesOf: batch)
        var step = try await world.admin.rotateBatch(rotation, isFirst: true)
        for _ in 0..<100 where !step.isFinished {
            step = try await world.admin.rotateBatch(rotation, isFirst: false)
        }
        return step
    }

    /// How many of the customers' fields and factors open.
    static func opened(in world: TestDesk, _ references: [String] = references) async throws -> Int {
        let vault = world.parts.vault
        return try await world.store.read { reader in
            var count = 0
            for reference in references {
                let row = try #require(try vault.find(SecretText(testing: reference), in: reader).row)
                let rows = try SubjectRows(row, from: reader)
                for field in PersonField.allCases {
                    do { if try vault.personal(field, in: rows) != nil { count += 1 } } catch is VaultAlarm {}
                }
                if let factor = rows.field(.secondFactors, FactorField.totp, slot: 0) {
                    let ring = try vault.ring(adding: [.auth])
                    let keys = SubjectKeys(try rows.unwrapped(.secondFactors, with: ring, tenant: vault.tenant))
                    let place = FieldContext(
                        tenant: vault.tenant,
                        subject: try rows.identifier(),
                        record: .secondFactors,
                        field: FactorField.totp,
                        rowVersion: try rows.field(.secondFactors, FactorField.totp, slot: 0).flatMap {
                            RowVersion(rawValue: $0.rowVersion)
                        }.orDamage("row version")
                    )
                    _ = try Vault.open(Envelope(unverified: factor.envelope), as: place, with: keys)
                    count += 1
                }
            }
            return count
        }
    }

    static func states(of key: ManagedKey, in world: TestDesk) async throws -> [String] {
        try await world.admin.keys().filter { $0.key == key.rawValue }.map(\.state)
    }

    @Test(arguments: [ManagedKey.pii, .match, .seeds, .auth, .sys, .backup])
    func `a rotation wraps every key anew and retires the old version`(key: ManagedKey) async throws {
        let world = try await Self.world()
        let before = try await Self.opened(in: world)
        let step = try await Self.rotate(key, in: world)
        #expect(step.isRetired && step.quarantined == 0)
        #expect(step.done == (key.wraps == nil ? 0 : UInt64(Self.references.count)))
        #expect(try await Self.states(of: key, in: world) == ["retired", "active"])
        let after = try await Self.opened(in: world)
        #expect(before == after && after == 5 * Self.references.count + 1)
        // Another start, which fetches every key again.
        let keyring = try await world.store.read { try $0.vault.keyring() }
        try world.parts.vault.reload(keyring)
        try world.parts.vault.requireKeys()
        try await world.importCustomer("u-2000")
        #expect(try await Self.opened(in: world, ["u-2000"]) == 5)
        try await world.audit(isSigned: false)
    }

    @Test func `claims are compared as before once the matching key was replaced`() async throws {
        let world = try await Self.world()
        _ = try await Self.rotate(.match, in: world)
        let vault = world.parts.vault
        let claims = try vault.normalise(
            [
                ClaimedDetail(field: "email", value: SecretText(testing: "kim.park@example.org")),
                ClaimedDetail(field: "date_of_birth", value: SecretText(testing: "28 2 1985")),
            ],
            at: world.clock.now()
        )
        let answers = try await world.store.read { reader in
            try [Self.references[3], "nobody"].map { reference in
                let found = try vault.find(SecretText(testing: reference), in: reader)
                return try vault.compare(claims, of: found.pseudonym, in: reader)
            }
        }
        #expect(answers == [.pass, .fail])
    }

    @Test func `goes on where an attempt was cut short, and does nothing twice`() async throws {
        let world = try await Self.world()
        let first = try await world.admin.beginRotation(of: .pii, inBatchesOf: 3)
        #expect(!first.isResumed && first.count == 7)
        let step = try await world.admin.rotateBatch(first, isFirst: true)
        #expect(step.done == 3 && !step.isFinished)
        world.clock.move(seconds: 61)
        let second = try await world.admin.beginRotation(of: .pii, inBatchesOf: 3)
        #expect(second.isResumed && second.count == 4 && (second.from, second.to) == (1, 2))
        #expect(try await world.admin.rotateBatch(second, isFirst: true).done == 6)
        let last = try await world.admin.rotateBatch(second, isFirst: false)
        #expect(last.done == 7 && last.isRetired)
        #expect(try await Self.opened(in: world) == 36)
    }

    @Test func `keeps a second job away, and stops the first where its lease was taken`() async throws {
        let world = try await Self.world()
        let first = try await world.admin.beginRotation(of: .pii, inBatchesOf: 2)
        _ = try await world.admin.rotateBatch(first, isFirst: true)
        world.clock.move(seconds: 59)
        let second = try await world.admin.beginRotation(of: .pii, inBatchesOf: 2)
        let busy = ServiceError.conflict(
            "another job rotates this key; it goes on, or its lease ends within a minute"
        )
        await #expect(throws: busy) { try await world.admin.rotateBatch(second, isFirst: true) }
        world.clock.move(seconds: 1)
        _ = try await world.admin.rotateBatch(second, isFirst: true)
        await #expect(throws: busy) { try await world.admin.rotateBatch(first, isFirst: false) }
        #expect(try await world.admin.rotateBatch(second, isFirst: false).done == 6)
    }

    @Test func `goes on at once where the process that had the lease is gone`() async throws {
        let world = try await Self.world()
        let first = try await world.admin.beginRotation(of: .pii, inBatchesOf: 2)
        _ = try await world.admin.rotateBatch(first, isFirst: true)
        let next = try await world.restarted()
        let second = try await next.beginRotation(of: .pii, inBatchesOf: 2)
        #expect(try await next.rotateBatch(second, isFirst: true).done == 4)
    }

    @Test func `puts a row that cannot be unwrapped aside, as it is, and does the rest`() async throws {
        let world = try await Self.world()
        let damaged = try await Self.damage(in: world)
        let step = try await Self.rotate(.pii, in: world)
        #expect(step.done == 6 && step.quarantined == 1 && step.isFinished && !step.isRetired)
        let (row, aside) = try await world.store.read { reader in
            let rows = try reader.vault.subjectKeys(class: 1, kekVersion: 1, after: nil, limit: 9)
            return (rows, try reader.vault.quarantineCount(under: "subject_key/1/1/"))
        }
        #expect(row == [damaged] && aside == 1)
        #expect(try await Self.states(of: .pii, in: world) == ["draining", "active"])
        #expect(await world.eventNames().count { $0 == "x.vault.quarantine" } == 1)
        #expect(try await Self.opened(in: world) == 31)
        // It keeps nobody from replacing the key once more, and does not go into quarantine twice.
        #expect(try await Self.rotate(.pii, in: world).isRetired)
        #expect(try await Self.states(of: .pii, in: world) == ["draining", "retired", "active"])
        let retiring = ServiceError.conflict("1 keys are still wrapped under it: recoveryctl key rotate pii")
        await #expect(throws: retiring) { try await world.admin.retireKey(.pii, version: 1) }
        try await world.audit(isSigned: false)
    }

    /// Flips a bit of the wrapped personal key of the last customer but one.
    private static func damage(in world: TestDesk) async throws -> SubjectKeyRow {
        let vault = world.parts.vault
        return try await world.store.commit { transaction in
            let found = try vault.find(SecretText(testing: references[5]), in: transaction)
            let subject = try found.row.orDamage("subject").subject
            var row = try transaction.vault.subjectKeys(of: subject).first { $0.keyClass == 1 }.orDamage("key")
            row.wrapped[80] ^= 1
            try transaction.put(.subjectKey(row))
            return Recorded(row, .event("x.test.damage", ["count": 1]))
        }
    }

    @Test func `a customer who comes meanwhile is sealed under the new key`() async throws {
        let world = try await Self.world()
        let rotation = try await world.admin.beginRotation(of: .pii, inBatchesOf: 1)
        var step = try await world.admin.rotateBatch(rotation, isFirst: true)
        try await withThrowingTaskGroup { group in
            for number in 0..<5 {
                group.addTask { try await world.importCustomer("v-100\(number)") }
            }
            for _ in 0..<50 where !step.isFinished {
                step = try await world.admin.rotateBatch(rotation, isFirst: false)
            }
            try await group.waitForAll()
        }
        #expect(step.done == 7 && step.isRetired)
        let old = try await world.store.read { try $0.vault.subjectKeyCount(class: 1, kekVersion: 1) }
        let new = try await world.store.read { try $0.vault.subjectKeyCount(class: 1, kekVersion: 2) }
        #expect((old, new) == (0, 12))
        #expect(try await Self.opened(in: world, (0..<5).map { "v-100\($0)" }) == 25)
    }
}

extension TestDesk {
    /// The administrator's desk in the next process over the same store.
    func restarted() async throws -> RecoveryService {
        let keyring = try await store.read { try $0.vault.keyring() }
        let vault = try SubjectVault(
            tenant: parts.vault.tenant.bytes,
            keyring: keyring,
            source: parts.vault.source
        )
        let next = RecoveryService.Parts(
            store: store,
            directory: parts.directory,
            courier: parts.courier,
            clock: parts.clock,
            vault: vault,
            grantKey: parts.grantKey,
            origin: parts.origin
        )
        return RecoveryService(next, caller: admin.caller)
    }
}
