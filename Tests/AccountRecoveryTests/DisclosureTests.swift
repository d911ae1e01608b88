import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct DisclosureTests {
    /// A case with two notes, another with one, and an auditor.
    private struct Room {
        let flow: Flow
        let mine: CaseID
        let vera: RecoveryService

        init(_ reference: String = Flow.reference) async throws {
            flow = try await Flow()
            mine = try await flow.open(.unlock, reference)
            let other = try await flow.open(.freeze)
            for text in ["First.", "Second."] { _ = try await flow.mia.addNote(mine, SecretText(testing: text)) }
            _ = try await flow.mia.addNote(other, SecretText(testing: "Of another case."))
            (vera, _) = try await flow.world.desk(of: "vera2", role: .auditor)
        }

        func disclose(_ fields: Set<String> = [], size: UInt64 = .max) async throws -> Disclosed {
            try await vera.disclose(DisclosureRequest(recoveryCase: mine, fields: fields, size: size))
        }
    }

    // On a decoy case as well: an auditor who is shown why somebody was refused must be shown all of it.
    @Test(arguments: [Flow.reference, "nobody-here"])
    func `opens the values of one case for an auditor, on record`(reference: String) async throws {
        let room = try await Room(reference)
        let disclosed = try await room.disclose()
        #expect(disclosed.count == 2 && disclosed.fields == ["note"])
        let event = try #require(await room.flow.world.events(of: room.mine).last)
        #expect(event["event"]?.string == "pii.reveal" && event["actor"]?.string == "vera2")
        #expect(event["field"]?.string == "note" && event["purpose"]?.string == "audit")
        let lines = disclosed.lines.text.split(separator: "\n")
        let values = try lines.map { line in
            let row = try #require(try CanonicalJSON.parse(Array(line.utf8)).object)
            return String(decoding: try #require(row["value"]?.string.flatMap { Base64.decode($0) }), as: UTF8.self)
        }
        #expect(values == ["First.", "Second."])

        let verdict = try await room.flow.world.verdict(with: ["disclosed.jsonl": Array(disclosed.lines.text.utf8)])
        #expect(verdict.outcome == .intact && verdict.privates == .selection, "\(verdict.findings)")
        let changed = disclosed.lines.text.replacing(Base64.encode(Array("First.".utf8)), with: Base64.encode([0x46]))
        let blamed = try await room.flow.world.verdict(with: ["disclosed.jsonl": Array(changed.utf8)])
        #expect(blamed.outcome == .tampered && blamed.findings.map(\.code).contains(.privateMismatch))
    }

    @Test func `counts in the records of a case that is closed later`() async throws {
        let room = try await Room()
        _ = try await room.disclose()
        _ = try await room.flow.mia.cancel(room.mine)
        _ = try await room.disclose()
        try await room.flow.world.audit()
    }

    @Test func `knows the values of the bundle, and of the names that were asked for`() async throws {
        let room = try await Room()
        let first = try #require(try await room.flow.rows(of: room.mine).first).reference.seq
        #expect(try await room.disclose(["note", "statement"], size: first + 1).count == 1)
        let before = await room.flow.world.store.entries.count
        #expect(await thrown { _ = try await room.disclose(size: first) } == .notFound)
        #expect(await thrown { _ = try await room.disclose(["statement"]) } == .notFound)
        let nobody = try #require(CaseID("C-0000000000"))
        #expect(
            await thrown {
                _ = try await room.vera.disclose(DisclosureRequest(recoveryCase: nobody, size: .max))
            } == .notFound
        )
        let purpose = DisclosureRequest(recoveryCase: room.mine, purpose: "just so", size: .max)
        #expect(
            await thrown { _ = try await room.vera.disclose(purpose) }
                == .invalidInput("a purpose is small letters, digits and hyphens, such as audit")
        )
        #expect(await room.flow.world.store.entries.count == before)
    }

    @Test func `shows nothing of a value that its key does not open`() async throws {
        let room = try await Room()
        let rows = try await room.flow.rows(of: room.mine)
        let opener = try await room.vera.privateOpener()
        let broken = room.flow.moved(rows[0], to: rows[1].reference)
        await #expect(throws: StoreError.self) {
            try await room.flow.world.store.read { try opener.open([broken], in: $0) }
        }
        let opened = try await room.flow.world.store.read { try opener.open(rows, in: $0) }
        #expect(opened.map(\.reference) == rows.map(\.reference))
    }
}
