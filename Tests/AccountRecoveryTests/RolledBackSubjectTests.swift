import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import RecoveryVault
import Testing

@testable import AccountRecovery

/// What somebody with the database in their hands may try: old rows put back, rows of others, bits flipped.
@Suite(.timeLimit(.minutes(30))) struct RolledBackSubjectTests {
    /// Every row of a subject that a database has.
    private struct Copy: Sendable {
        let rows: SubjectRows

        init(_ world: TestDesk) async throws {
            let vault = world.parts.vault
            rows = try await world.store.read { reader in
                let found = try vault.find(SecretText(testing: Flow.reference), in: reader)
                return try SubjectRows(found.row.orDamage("subject"), from: reader)
            }
        }

        func putBack(_ fields: [AccountRecovery.FieldRow]? = nil, with subject: Bool = true, in world: TestDesk)
            async throws
        {
            try await world.store.commit { transaction in
                if subject { try transaction.put(.subject(rows.subject)) }
                for row in fields ?? rows.fields { try transaction.put(.field(row)) }
                for row in rows.tags { try transaction.put(.tag(row)) }
                return Recorded((), .event("x.test.tamper", ["count": 1]))
            }
        }
    }

    /// Seals another e-mail address for the customer, as a change of contact will.
    private static func change(_ address: String, in world: TestDesk) async throws {
        let vault = world.parts.vault
        try await world.store.commit { transaction in
            let found = try vault.find(SecretText(testing: Flow.reference), in: transaction)
            let rows = try SubjectRows(found.row.orDamage("subject"), from: transaction)
            var draft = try SubjectDraft(rows, of: vault, ring: vault.ring(adding: [.pii, .auth]))
            let value = SecretText(testing: address)
            let forms = try vault.forms(value, .email, region: nil, today: nil)
            try draft.set(
                .text(Personal(value.key.copy()), rule: FieldRule.version),
                record: .person,
                field: .email,
                padding: .to256,
                variants: PersonField.email.variants,
                forms: forms
            )
            let sealed = try draft.finished()
            try sealed.put(in: transaction)
            return Recorded((), sealed.event)
        }
    }

    private static func address(in world: TestDesk, ofCandidate: Bool) async throws -> String? {
        let vault = world.parts.vault
        return try await world.store.read { reader in
            let row = try vault.find(SecretText(testing: Flow.reference), in: reader).row.orDamage("subject")
            let rows = try ofCandidate ? SubjectRows(candidate: row, from: reader) : SubjectRows(row, from: reader)
            guard let key = try vault.personal(.email, in: rows) else { return nil }
            return key.lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
        }
    }

    @Test func `an old address that is put back with all its rows gets no code`() async throws {
        let flow = try await Flow()
        let old = try await Copy(flow.world)
        try await Self.change("new@example.org", in: flow.world)
        #expect(try await Self.address(in: flow.world, ofCandidate: false) == "new@example.org")
        let name = try await flow.open(.unlock)
        try await old.putBack(in: flow.world)
        // The rows are sound in themselves. Only the log knows better.
        #expect(try await Self.address(in: flow.world, ofCandidate: true) == "kim.park@example.org")
        let sent = await flow.world.courier.count
        await #expect(throws: ServiceError.store(.rolledBack("rollback-detected(found 3, expected 4)"))) {
            try await flow.mia.sendCode(name, by: .email)
        }
        #expect(await flow.world.courier.count == sent)
        #expect(await flow.world.eventNames().contains("x.vault.alarm"))
        let details = [
            ClaimedDetail(field: "email", value: SecretText(testing: "kim.park@example.org")),
            ClaimedDetail(field: "date_of_birth", value: SecretText(testing: "1985-02-28")),
            ClaimedDetail(field: "name", value: SecretText(testing: "Kim Park")),
        ]
        #expect(try await flow.mia.checkDetails(name, details).outcome == .indeterminate)
        #expect(await flow.world.eventNames(of: name).contains("x.vault.alarm"))
        let code = try flow.authenticator.code(at: flow.world.clock.now())
        #expect(try await flow.mia.checkTOTP(name, code: code).outcome == .indeterminate)
    }

    @Test func `one old field among new ones gets no code`() async throws {
        let flow = try await Flow()
        let old = try await Copy(flow.world)
        try await Self.change("new@example.org", in: flow.world)
        let name = try await flow.open(.unlock)
        try await old.putBack(
            old.rows.fields.filter { $0.field == FieldCode.email.rawValue },
            with: false,
            in: flow.world
        )
        await #expect(throws: ServiceError.store(.corrupt("manifest-mismatch(\(old.rows.subject.pseudonym.text))"))) {
            try await flow.mia.sendCode(name, by: .email)
        }
    }

    @Test func `a field that was changed is put aside as it is, and other fields open`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let copy = try await Copy(flow.world)
        let row = try #require(copy.rows.field(.secondFactors, FactorField.totp, slot: 0))
        var envelope = row.envelope
        envelope[100] ^= 1
        let damaged = AccountRecovery.FieldRow(
            subject: row.subject,
            record: row.record,
            field: row.field,
            slot: row.slot,
            rowVersion: row.rowVersion,
            envelope: envelope
        )
        try await copy.putBack([damaged], with: false, in: flow.world)
        let code = try flow.authenticator.code(at: flow.world.clock.now())
        for _ in 0..<2 {
            #expect(try await flow.mia.checkTOTP(name, code: code).outcome == .indeterminate)
        }
        let (kept, aside) = try await flow.world.store.read { reader in
            (
                try reader.vault.fields(of: row.subject).first { $0.record == 2 && $0.field == row.field },
                try reader.vault.quarantineCount(under: "field/2/1/")
            )
        }
        #expect(kept == damaged && aside == 1)
        #expect(await flow.world.eventNames(of: name).count { $0 == "x.vault.quarantine" } == 2)
        #expect(try await Self.address(in: flow.world, ofCandidate: false) == "kim.park@example.org")
        let details = [
            ClaimedDetail(field: "email", value: SecretText(testing: "kim.park@example.org")),
            ClaimedDetail(field: "date_of_birth", value: SecretText(testing: "1985-02-28")),
            ClaimedDetail(field: "name", value: SecretText(testing: "Kim Park")),
        ]
        #expect(try await flow.mia.checkDetails(name, details).outcome == .pass)
        try await flow.world.audit()
    }
}
