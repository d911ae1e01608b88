import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import RecoveryVault
import Testing

@testable import AccountRecovery

/// `Docs/Specs/vault.md` §3.1: what the keys of a desk can do, whoever has taken its process over and runs whatever
/// code there. So the rows are opened here by hand, and not through what the desk offers.
@Suite struct RolesByKeyTests {
    private static let references = ["u-1001", "u-1002", "u-1003"]

    /// What one attempt at a row came to.
    private enum Attempt: Equatable {
        case opened
        case refused(VaultError)
    }

    private let flow: Flow
    /// A vault whose providers are those of `match` and `sys` alone.
    private let desk: SubjectVault
    private let tenant: TenantID

    init() async throws {
        flow = try await Flow()
        for reference in Self.references.dropFirst() {
            try await flow.world.importCustomer(reference)
            _ = try await flow.world.admin.enrolTOTP(SecretText(testing: reference))
        }
        let full = flow.world.parts.vault
        tenant = full.tenant
        let source = KeySource(
            uri: { word, version in
                KeyRole.allCases.first { $0.word == word && [.match, .sys].contains($0) }
                    .flatMap { full.source.uri($0, version) }
            },
            databaseFolder: "/nowhere",
            passphrase: { nil }
        )
        let keyring = try await flow.world.store.read { try $0.vault.keyring() }
        desk = try SubjectVault(tenant: full.tenant.bytes, keyring: keyring, source: source)
    }

    @Test func `the keys of a desk find and compare`() async throws {
        let claims = try desk.normalise(
            [
                ClaimedDetail(field: "name", value: SecretText(testing: "Kim Park")),
                ClaimedDetail(field: "date_of_birth", value: SecretText(testing: "1985-02-28")),
                ClaimedDetail(field: "email", value: SecretText(testing: "kim.park@example.org")),
            ],
            at: flow.world.clock.now()
        )
        for reference in Self.references {
            let (found, outcome) = try await flow.world.store.read { reader in
                let found = try desk.find(SecretText(testing: reference), in: reader)
                return (found.row != nil, try desk.compare(claims, of: found.pseudonym, in: reader))
            }
            #expect(found && outcome == .pass)
        }
    }

    @Test func `the keys of a desk open not one field or factor of anybody`() async throws {
        let full = try flow.world.parts.vault.ring(adding: [.pii, .auth])
        var tried = 0
        for rows in try await everybody() {
            // Twelve rows at least: the fields of a person, whether they have one or not, and an authenticator.
            try #require(rows.fields.count > PersonField.allCases.count)
            for row in rows.fields {
                let record = try RecoveryVault.RecordKind(rawValue: row.record).orDamage("record")
                let wrapping = KeyName(record.keyClass.wrappedBy, version: 1)
                let bare = try attempt(rows, row, record, with: desk.ring(adding: []))
                #expect(bare == .refused(VaultError.keyUnavailable(wrapping)))
                // Nor do the subject's keys that a desk can unwrap.
                let matching = SubjectKeys(try rows.unwrapped(.matching, with: desk.ring(adding: []), tenant: tenant))
                let other = try attempt(rows, row, record, keys: matching)
                #expect(other == .refused(VaultError.keyUnavailable(KeyName(.subjectKey(record.keyClass), version: 1))))
                // The control: the same bytes, with all keys.
                #expect(try attempt(rows, row, record, with: full) == .opened)
                tried += 1
            }
        }
        #expect(tried > Self.references.count * PersonField.allCases.count)
    }

    @Test func `the keys of a desk open no private value of the log`() async throws {
        let name = try await flow.open(.unlock)
        for text in ["Says that her sister has the phone.", "Called twice."] {
            _ = try await flow.mia.addNote(name, SecretText(testing: text))
        }
        let values = try await flow.rows(of: name)
        try #require(values.count == 2)
        for value in values {
            await #expect(throws: ServiceError.sealed("no provider for version 1 of the key pii")) {
                try await flow.world.store.read { _ = try desk.opened([value], in: $0) }
            }
        }
        for rows in try await everybody() {
            #expect(throws: VaultError.keyUnavailable(KeyName(.role(.pii), version: 1))) {
                _ = try rows.unwrapped(.personal, with: desk.ring(adding: []), tenant: tenant)
            }
        }
        #expect(try await flow.opened(values).count == 2)
    }

    @Test(arguments: [KeyRole.pii, .auth]) func `a desk is told that it has no provider`(role: KeyRole) {
        let error = ServiceError.sealed("no provider for version 1 of the key \(role.word)")
        #expect(throws: error) { try desk.ring(adding: [role]) }
    }

    /// The keys that a desk has are not those that it lacks under another name.
    @Test(arguments: [KeyRole.pii, .auth]) func `the keys of a desk do not pass for others`(role: KeyRole) async throws
    {
        let full = flow.world.parts.vault
        let keyring = try await flow.world.store.read { try $0.vault.keyring() }
        for held in [KeyRole.match, .sys] {
            let source = KeySource(
                uri: { _, version in full.source.uri(held, version).map { $0 } },
                databaseFolder: "/nowhere",
                passphrase: { nil }
            )
            var ring = KeyRing()
            let error = #expect(throws: ServiceError.self) { try ring.load(keyring, roles: [role], from: source) }
            guard case .sealed(let what)? = error else { throw error ?? .notFound }
            // By its check value where the file is taken for another role's, else by what the file says of itself.
            #expect(what.contains("wrong-key") || what.contains("holds another key"))
            #expect(ring.activeVersion(of: .role(role)) == nil)
        }
    }

    private func everybody() async throws -> [SubjectRows] {
        let all = try await flow.world.store.read { reader in
            try reader.vault.subjects(after: nil, limit: 100).map { row in try SubjectRows(row, from: reader) }
        }
        try #require(all.count == Self.references.count)
        return all
    }

    private func attempt(
        _ rows: SubjectRows,
        _ row: AccountRecovery.FieldRow,
        _ record: RecoveryVault.RecordKind,
        with ring: KeyRing
    ) throws -> Attempt {
        do {
            return try attempt(
                rows,
                row,
                record,
                keys: SubjectKeys(rows.unwrapped(record.keyClass, with: ring, tenant: tenant))
            )
        } catch let error as VaultError {
            return .refused(error)
        }
    }

    private func attempt(
        _ rows: SubjectRows,
        _ row: AccountRecovery.FieldRow,
        _ record: RecoveryVault.RecordKind,
        keys: SubjectKeys
    ) throws
        -> Attempt
    {
        let place = FieldContext(
            tenant: tenant,
            subject: try rows.identifier(),
            record: record,
            field: FieldCode(rawValue: row.field),
            slot: row.slot,
            rowVersion: try #require(RowVersion(rawValue: row.rowVersion))
        )
        do throws(VaultError) {
            _ = try Vault.open(Envelope(unverified: row.envelope), as: place, with: keys)
            return .opened
        } catch {
            return .refused(error)
        }
    }
}
