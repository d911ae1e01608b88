import RecoveryAudit
import RecoveryCrypto
import RecoveryVault
import Testing

@testable import AccountRecovery

@Suite(.timeLimit(.minutes(30))) struct SubjectKeyRenewalTests {
    private static let references = (1...7).map { "u-100\($0)" }

    private static func world() async throws -> TestDesk {
        let world = try await TestDesk()
        _ = try await world.lockedCustomer(references[0])
        for reference in references.dropFirst() { try await world.importCustomer(reference) }
        return world
    }

    private static func rows(of reference: String, in world: TestDesk) async throws -> SubjectRows {
        let vault = world.parts.vault
        return try await world.store.read { reader in
            try SubjectRows(
                vault.find(SecretText(testing: reference), in: reader).row.orDamage("subject"),
                from: reader
            )
        }
    }

    private static func answer(of reference: String, _ email: String, in world: TestDesk) async throws
        -> CheckAnswer.Outcome
    {
        let vault = world.parts.vault
        let claims = try vault.normalise(
            [
                ClaimedDetail(field: "email", value: SecretText(testing: email)),
                ClaimedDetail(field: "name", value: SecretText(testing: "PARK, kim")),
                ClaimedDetail(field: "phone", value: SecretText(testing: "+44 7700 900123")),
                ClaimedDetail(field: "date_of_birth", value: SecretText(testing: "28 2 1985")),
            ],
            at: world.clock.now()
        )
        return try await world.store.read { reader in
            let found = try vault.find(SecretText(testing: reference), in: reader)
            return try vault.compare(claims, of: found.pseudonym, in: reader)
        }
    }

    @Test func `gives everybody new keys, and everything opens and compares as before`() async throws {
        let world = try await Self.world()
        let before = try await Self.rows(of: Self.references[0], in: world)
        let opened = try await KeyRotationTests.opened(in: world)
        let renewal = try await world.admin.beginSubjectKeyRenewal(inBatchesOf: 3)
        #expect(!renewal.isResumed && renewal.count == 7)
        #expect(try await world.admin.renewSubjectKeys(renewal, isFirst: true).done == 3)
        // Cut short: the next process goes on.
        let next = try await world.restarted()
        let resumed = try await next.beginSubjectKeyRenewal(inBatchesOf: 3)
        #expect(resumed.isResumed)
        #expect(try await next.renewSubjectKeys(resumed, isFirst: true).done == 6)
        let last = try await next.renewSubjectKeys(resumed, isFirst: false)
        #expect(last.done == 7 && last.isFinished && last.quarantined == 0)

        let after = try await Self.rows(of: Self.references[0], in: world)
        #expect(
            after.keys.map { [UInt32($0.keyClass), $0.version, UInt32($0.state)] }
                == [[1, 1, 3], [1, 2, 2], [2, 1, 3], [2, 2, 2], [4, 1, 3], [4, 2, 2]]
        )
        #expect(after.fields.count == before.fields.count && after.tags.count == before.tags.count)
        for (old, new) in zip(before.fields, after.fields) {
            #expect(new.rowVersion == old.rowVersion + 1 && Array(new.envelope[8..<12]) == [0, 0, 0, 2])
        }
        #expect(Set(before.tags.map(\.tag)).isDisjoint(with: after.tags.map(\.tag)))
        #expect(try await KeyRotationTests.opened(in: world) == opened)
        #expect(try await Self.answer(of: Self.references[2], "kim.park@example.org", in: world) == .pass)
        #expect(try await Self.answer(of: Self.references[2], "kim@example.org", in: world) == .fail)
        // The next time begins anew.
        #expect(try await !world.admin.beginSubjectKeyRenewal().isResumed)
        try await world.audit(isSigned: false)
    }

    @Test func `gives one customer new keys, and nobody else`() async throws {
        let world = try await Self.world()
        _ = try await world.admin.renewSubjectKeys(of: SecretText(testing: Self.references[1]))
        #expect(try await Self.rows(of: Self.references[1], in: world).keys.count == 6)
        #expect(try await Self.rows(of: Self.references[2], in: world).keys.count == 3)
        #expect(try await Self.answer(of: Self.references[1], "kim.park@example.org", in: world) == .pass)
        await #expect(throws: ServiceError.notFound) {
            try await world.admin.renewSubjectKeys(of: SecretText(testing: "u-9999"))
        }
    }

    @Test func `leaves a customer the keys they have of whom something cannot be opened, and renews the rest`()
        async throws
    {
        let world = try await Self.world()
        let rows = try await Self.rows(of: Self.references[4], in: world)
        try await world.store.commit { transaction in
            var key = try rows.keys.first { $0.keyClass == 1 }.orDamage("key")
            key.wrapped[90] ^= 4
            try transaction.put(.subjectKey(key))
            return Recorded((), .event("x.test.damage", ["count": 1]))
        }
        let renewal = try await world.admin.beginSubjectKeyRenewal()
        let step = try await world.admin.renewSubjectKeys(renewal, isFirst: true)
        #expect(step.done == 6 && step.quarantined == 1 && step.isFinished)
        #expect(try await Self.rows(of: Self.references[4], in: world).keys.count == 3)
        #expect(await world.eventNames().contains("x.vault.quarantine"))
    }
}
