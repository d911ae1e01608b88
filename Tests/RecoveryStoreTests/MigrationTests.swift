import AccountRecovery
import GRDB
import RecoveryAudit
import RecoveryTestSupport
import Testing

@testable import RecoveryStore

@Suite struct MigrationTests {
    /// A store with one subject, taken back to the schema of version 1.
    private static func old() async throws -> Workshop {
        let workshop = try Workshop()
        let store = try workshop.create()
        try await store.commit { transaction in
            for row in try rows() { try transaction.put(row) }
            return Recorded((), .assign(1))
        }
        try await store.close()
        try workshop.tamper(FirstVersion.sql)
        return workshop
    }

    private static func rows() throws -> [SealedRow] {
        let subject = [UInt8](repeating: 0xa1, count: 16)
        let pseudonym = try #require(Pseudonym(bytes: subject.reversed()))
        return [
            .subject(SubjectRow(subject: subject, epoch: 1 << 32 | 7, manifest: [1], pseudonym: pseudonym)),
            .field(FieldRow(subject: subject, record: 1, field: 9, slot: 0, rowVersion: 300, envelope: [3])),
            .field(FieldRow(subject: subject, record: 2, field: 1, slot: 5, rowVersion: 1 << 63, envelope: [2])),
        ]
    }

    private static func versions(of workshop: Workshop) async throws -> [UInt64] {
        let store = try workshop.open()
        let subject = [UInt8](repeating: 0xa1, count: 16)
        let versions = try await store.read { reader in
            [try reader.vault.subject(id: subject)?.epoch ?? 0]
                + (try reader.vault.fields(of: subject).map(\.rowVersion))
        }
        try await store.close()
        return versions
    }

    @Test func `an older database is opened by nothing but its migration, which changes all of it`() async throws {
        let workshop = try await Self.old()
        let before = try workshop.bytes(\.database)
        let refusal = StoreError.refused(
            "the database has version 1, this program wants 2; make a backup, then run recoveryctl store migrate"
        )
        #expect(throws: refusal) { try workshop.open() }
        #expect(try workshop.bytes(\.database) == before)
        let ada = try #require(StaffName("ada"))
        let store = try workshop.open { $0.acceptsOlderVersion = true }
        let done = try await store.migrate(by: ada)
        #expect((done.from, done.to) == (1, 2) && done.position != nil)
        #expect(try await store.migrate(by: ada).position == nil)
        try await store.verifyPages()
        try await store.close()
        #expect(try await Self.versions(of: workshop) == [1 << 32 | 7, 300, 1 << 63])
        let reopened = try workshop.open()
        let events = try await reopened.everything().compactMap { try $0.parsedPayload()["event"]?.string }
        #expect(events.last == "x.store.migrate")
        try await reopened.close()
        let names = try Self.names(in: workshop)
        #expect(names.contains("keyring_active") && !names.contains("grdb_migrations"))
    }

    @Test func `nothing is left of a migration whose record the log does not take`() async throws {
        let workshop = try await Self.old()
        let store = try workshop.open { $0.acceptsOlderVersion = true }
        workshop.clock.step(seconds: -3600)
        let ada = try #require(StaffName("ada"))
        await #expect(throws: StoreError.self) { try await store.migrate(by: ada) }
        try await store.close()
        workshop.clock.step(seconds: 3600)
        #expect(throws: StoreError.self) { try workshop.open() }
        let names = try Self.names(in: workshop)
        #expect(!names.contains("keyring_active") && !names.contains("subject_2"))
    }

    @Test func `no second version of a key can be active`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        @Sendable func row(_ version: UInt32, _ state: UInt8) -> SealedRow {
            .key(
                KeyringRow(purpose: 1, version: version, kekVersion: 0, wrapped: [], kcv: [1], state: state, created: 1)
            )
        }
        await #expect(throws: StoreError.self) {
            try await store.commit { transaction in
                try transaction.put(row(1, 2))
                try transaction.put(row(2, 2))
                return Recorded((), .assign(1))
            }
        }
        try? await store.close()
    }

    private static func names(in workshop: Workshop) throws -> [String] {
        let queue = try DatabaseQueue(path: workshop.database)
        defer { try? queue.close() }
        return try queue.read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema") }
    }
}
