import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import RecoveryVault
import Testing

@testable import AccountRecovery

@Suite struct NoteTests {
    private static let words = "Says that her sister\nhas the old phone. 정말."

    private static func note(_ text: String) -> SecretText { SecretText(testing: text) }

    @Test func `is on record as a commitment, and lies sealed beside the log`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let seals = try await flow.seals()
        let change = try await flow.max.addNote(name, Self.note(Self.words))
        #expect(change.before == .collecting && change.recoveryCase.version == 1)
        // Whoever writes one works on the case.
        #expect(await flow.world.eventNames(of: name) == ["case.open", "case.assign", "case.note"])
        let event = try #require(await flow.world.events(of: name).last)
        #expect(event["actor"]?.string == "max")
        let seq = change.position - 1
        let row = try #require(try await flow.rows(of: name).first)
        #expect(row.reference == PrivateFieldReference(seq: seq, name: "note"))
        let commitment = PrivateField.commitment(
            salt: row.salt,
            logID: try await flow.world.logID(),
            seq: seq,
            name: "note",
            value: Array(Self.words.utf8)
        )
        #expect(event["priv"]?["note"]?.string == commitment.hexadecimal)
        #expect(Data(row.sealed).range(of: Data("sister".utf8)) == nil)
        // Every note that fits has the size of every other.
        #expect(row.sealed.count == 1024 + 88)
        #expect(try await flow.seals() == seals + 1)
        try await flow.world.audit()
    }

    @Test func `is opened by the courier's keys, at its own place alone`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        for text in [Self.words, "Another."] { _ = try await flow.mia.addNote(name, Self.note(text)) }
        let rows = try await flow.rows(of: name)
        let opened = try await flow.opened(rows)
        #expect(opened.map { String(decoding: $0.value, as: UTF8.self) } == [Self.words, "Another."])
        for row in opened { #expect("\(row)" == "‹private›" && !String(reflecting: row).contains("sister")) }
        for moved in [
            flow.moved(rows[0], to: rows[1].reference),
            flow.moved(rows[0], to: .init(seq: rows[0].reference.seq, name: "text")),
        ] {
            await #expect(throws: VaultError.keyOrContext) { try await flow.opened([moved]) }
        }
    }

    @Test(arguments: [
        ("", "empty"), (" \n\n ", "empty"), ("a\u{07}b", "control-character"), ("a\u{1b}[31m", "control-character"),
        ("a\u{202e}b", "bidi-control"), ("a\u{e000}", "unassigned-character"),
        (String(repeating: "x", count: 1025), "too-long"), (String(repeating: "xyz\n", count: 1025), "too-long"),
    ])
    func `is refused where a claim would be`(text: String, reason: String) async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let before = await flow.world.store.entries.count
        let refusal = ServiceError.invalidInput(
            "the note: \(reason); a note has at most 4096 bytes, and lines of at most 1024, of plain text"
        )
        #expect(await thrown { _ = try await flow.mia.addNote(name, Self.note(text)) } == refusal)
        #expect(await flow.world.store.entries.count == before)
    }

    @Test func `is refused where it is no text at all`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        var bytes: [UInt8] = [0x61, 0xff]
        let text = SecretText(wiping: &bytes)
        let refusal = ServiceError.invalidInput(
            "the note: invalid-utf8; a note has at most 4096 bytes, and lines of at most 1024, of plain text"
        )
        #expect(await thrown { _ = try await flow.mia.addNote(name, text) } == refusal)
    }

    @Test func `takes as much as four kilobytes`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        let text = String(repeating: String(repeating: "x", count: 1023) + "\n", count: 4)
        _ = try await flow.mia.addNote(name, Self.note(text))
        let opened = try await flow.opened(flow.rows(of: name))
        #expect(opened.map(\.value) == [Array(text.utf8)])
    }

    @Test func `is written on a case that is not over, and not without end`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        for number in 0..<100 { _ = try await flow.mia.addNote(name, Self.note("note \(number)")) }
        let full = ServiceError.conflict("the case has 100 notes, and no more can be added")
        #expect(await thrown { _ = try await flow.mia.addNote(name, Self.note("one more")) } == full)
        _ = try await flow.mia.cancel(name)
        #expect(await thrown { _ = try await flow.mia.addNote(name, Self.note("late")) } == .wrongState(.cancelled))
        try await flow.world.audit()
    }

    @Test func `keeps whoever wrote it from approving the case`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        _ = try await flow.sam.addNote(name, Self.note("Sounds right."))
        let refused = ServiceError.notAllowed("you worked on this case, so somebody else must approve it")
        #expect(await thrown { _ = try await flow.sam.approvalRequest(name) } == refused)
    }

    @Test func `does not part what is signed from what is there`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        let request = try await flow.sam.approvalRequest(name)
        _ = try await flow.mia.addNote(name, Self.note("Waits patiently."))
        // An approver is shown no note, so none changes what was shown.
        let statement = flow.samKey.sign(request, approving: true, as: flow.sam.caller.name)
        #expect(try await flow.sam.approve(statement).recoveryCase.approvals == 1)
    }
}

extension Flow {
    func rows(of name: CaseID) async throws -> [SealedPrivateRow] {
        try await world.store.read { try $0.vault.privateRows(ofCase: name.text) }
    }

    func opened(_ rows: [SealedPrivateRow]) async throws -> [PrivateRow] {
        let vault = world.parts.vault
        return try await world.store.read { try vault.opened(rows, in: $0) }
    }

    /// The sealed bytes of one value in the place of another.
    func moved(_ row: SealedPrivateRow, to reference: PrivateFieldReference) -> SealedPrivateRow {
        SealedPrivateRow(
            reference: reference,
            recoveryCase: row.recoveryCase,
            subject: row.subject,
            salt: row.salt,
            sealed: row.sealed
        )
    }

    /// How often the key of the customer's personal data has sealed.
    fileprivate func seals() async throws -> UInt64 {
        let subject = try await account().subject
        return try await world.store.read { reader in
            let row = try #require(try reader.vault.subject(subject))
            return try #require(try reader.vault.subjectKeys(of: row.subject).first { $0.keyClass == 1 }).seals
        }
    }
}

extension TestDesk {
    fileprivate func logID() async throws -> LogID {
        try AuditRecord(parsing: try #require(await store.entries.first)).logID
    }
}
