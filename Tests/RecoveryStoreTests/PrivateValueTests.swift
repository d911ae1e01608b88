import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryStore
import RecoveryTestSupport
import Testing

/// Private values in the database: exported by whoever opens them, and gone from the file with the record that says so.
@Suite struct PrivateValueTests {
    private static let secret = SealedPrivateValue(
        salt: [UInt8](repeating: 5, count: 32),
        value: Array("canary-4711".utf8),
        sealed: Array("sealed-canary-4711".utf8)
    )

    private static func flag(_ name: String = "C-1") -> AuditEvent {
        AuditEvent(.event, ["case": .string(name), "event": "case.flag"], privates: ["note": secret])
    }

    private static func erase(_ seq: UInt64) -> AuditEvent {
        AuditEvent(
            .erase,
            [
                "approvals": [1], "basis": "art17", "case": "E-1",
                "fields": [PrivateFieldReference(seq: seq, name: "note").json],
            ]
        )
    }

    /// Opens values as if they had been sealed with no key at all.
    private static func open(_ rows: [SealedPrivateRow], _ reader: any StoreReader) throws -> [PrivateRow] {
        // The state is that of the export: whoever opens finds the keys there.
        guard try reader.nextPosition > 0 else { throw StoreError.corrupt("no log") }
        return rows.map {
            PrivateRow(seq: $0.reference.seq, name: $0.reference.name, salt: $0.salt, value: secret.value)
        }
    }

    private static func verdict(of folder: String, _ workshop: Workshop) throws -> Verdict {
        var files: [String: [UInt8]] = [:]
        for path in try #require(FileManager.default.enumerator(atPath: folder)).compactMap({ $0 as? String }) {
            guard let bytes = FileManager.default.contents(atPath: folder + "/" + path) else { continue }
            files[path] = [UInt8](bytes)
        }
        var verification = try workshop.verification()
        verification.requiresPrivate = true
        return LogVerifier(verification).verify(MemoryBundle(files: files))
    }

    @Test func `exports every private value that somebody opens, and says so in the log`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        for number in 0..<300 { try await store.write(number) }
        let seq = try await store.commit { Recorded(try $0.nextPosition, Self.flag()) }
        let folder = workshop.root + "/bundle"
        try await store.exportBundle(to: folder, actor: "ada", opening: Self.open)
        let record = try await store.records(in: seq..<UInt64.max).last { $0.payload?["event"] == "audit.export" }
        #expect(record?.payload?["format"]?.string == "bundle.private")
        let verdict = try Self.verdict(of: folder, workshop)
        #expect(verdict.privates == .complete)
        #expect(!verdict.findings.contains { [.failure, .unverifiable].contains($0.severity) }, "\(verdict.findings)")
        let lines = try #require(FileManager.default.contents(atPath: folder + "/private.jsonl"))
        #expect(lines.count { $0 == 0x0a } == 1)
        #expect(try workshop.mode(folder + "/private.jsonl") == 0o600)
        try await store.close()
    }

    @Test func `makes no bundle of values that do not open`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        try await store.commit { _ in Recorded((), Self.flag()) }
        let refusal = StoreError.refused("no key")
        await #expect(throws: refusal) {
            try await store.exportBundle(to: workshop.root + "/bundle", actor: "ada") { _, _ in throw refusal }
        }
        #expect(!FileManager.default.fileExists(atPath: workshop.root + "/bundle/checkpoint"))
        // The store goes on.
        try await store.write(1)
        try await store.close()
    }

    @Test func `leaves nothing of an erased value in its files`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let seq = try await store.commit { Recorded(try $0.nextPosition, Self.flag()) }
        func holding() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: workshop.data).filter { name in
                let bytes = try #require(FileManager.default.contents(atPath: workshop.data + "/" + name))
                return bytes.range(of: Data(Self.secret.sealed)) != nil
            }
        }
        try #require(try !holding().isEmpty)
        // No subject goes with it: the record alone is what empties the write-ahead log.
        try await store.commit { _ in Recorded((), Self.erase(seq)) }
        #expect(try holding() == [])
        try await store.close()
        #expect(try holding() == [])
    }

    @Test func `knows a checkpoint of its own, and refuses every other`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        try await store.write(1)
        let note = try await store.checkpoint()
        let size = try await store.logSize()
        try await store.write(2)
        #expect(try await store.size(coveredBy: note) == size)
        let foreign = StoreError.refused(
            "the checkpoint is none of this log's; name a bundle that was exported from it"
        )
        await #expect(throws: foreign) { try await store.size(coveredBy: [1, 2, 3]) }
        let other = try Workshop().create()
        let stranger = try await other.checkpoint()
        await #expect(throws: foreign) { try await store.size(coveredBy: stranger) }
        try await other.close()
        // The same key, and another history.
        let fork = workshop.moved(to: workshop.root + "/fork")
        try FileManager.default.createDirectory(
            atPath: fork.root,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        let twin = try fork.create()
        try await twin.write(3)
        let forked = try await twin.checkpoint()
        await #expect(
            throws: StoreError.refused("the checkpoint is of another history than this log's; verify both")
        ) { try await store.size(coveredBy: forked) }
        try await twin.close()
        try await store.close()
    }
}
