import AccountRecovery
import RecoveryAudit

/// Private values lie beside the log, are found by what their record is about, and go with a record or not at all.
extension StoreConformance {
    private static let alice = String(repeating: "a1", count: 16)

    /// A record with values of these names, about a case, a subject, or both.
    private static func flag(_ names: String..., of name: String, subject: String? = nil) -> AuditEvent {
        var payload: [JSONMember] = [
            JSONMember(key: "actor", value: "mia"), JSONMember(key: "case", value: .string(name)),
            JSONMember(key: "event", value: "case.flag"),
        ]
        if let subject { payload.append(JSONMember(key: "subject", value: .string(subject))) }
        let privates = names.map { name in
            let salt = [UInt8](repeating: UInt8(name.utf8.count), count: PrivateField.saltSize)
            return (name, SealedPrivateValue(salt: salt, value: Array(name.utf8), sealed: [9] + name.utf8))
        }
        return AuditEvent(
            .event,
            .object(JSONObject(payload)),
            privates: Dictionary(uniqueKeysWithValues: privates)
        )
    }

    private static func erase(_ fields: [PrivateFieldReference]) -> AuditEvent {
        AuditEvent(
            .erase,
            ["approvals": [1], "basis": "art17", "case": "E-1", "fields": .array(fields.map(\.json))]
        )
    }

    private func rows(of name: String) async throws -> [SealedPrivateRow] {
        try await store.read { try $0.vault.privateRows(ofCase: name) }
    }

    /// Two values of C-1, one of C-2 that also names a subject. Returns the position of the first.
    private func write() async throws -> UInt64 {
        try await store.commit { transaction in
            Recorded(
                try transaction.nextPosition,
                Self.flag("note", "kind", of: "C-1"),
                Self.flag("note", of: "C-2", subject: Self.alice)
            )
        }
    }

    func listsPrivateValuesOfACaseAndOfASubject() async throws {
        let first = try await write()
        let mine = try await rows(of: "C-1")
        let references = ["kind", "note"].map { PrivateFieldReference(seq: first, name: $0) }
        try require(mine.map(\.reference) == references, "of a case: \(mine.map(\.reference))")
        try require(mine.map(\.sealed) == [[9] + "kind".utf8, [9] + "note".utf8], "other bytes came back")
        try require(mine.map(\.salt[0]) == [4, 4] && mine[0].salt.count == 32, "other salts came back")
        try require(mine.allSatisfy { $0.recoveryCase == "C-1" && $0.subject == nil }, "of another case or subject")
        guard let alice = Pseudonym(Self.alice), let bob = Pseudonym(String(repeating: "b0", count: 16)) else { return }
        let hers = try await store.read { try $0.vault.privateRows(of: alice) }
        try require(hers.map(\.reference.seq) == [first + 1], "of a subject: \(hers.map(\.reference))")
        try require(hers[0].recoveryCase == "C-2" && hers[0].subject == Self.alice, "it lost its case or subject")
        let nobodys = try await store.read { try $0.vault.privateRows(of: bob) + $0.vault.privateRows(ofCase: "C-3") }
        try require(nobodys.isEmpty, "nobody has \(nobodys.map(\.reference))")
    }

    func erasesPrivateValuesWithTheirRecordOrNotAtAll() async throws {
        let first = try await write()
        let note = PrivateFieldReference(seq: first, name: "note")
        let kind = PrivateFieldReference(seq: first, name: "kind")
        let before = try await subject.entries()
        // A name that the record does not have, a record that has none, and one that is there beside one that is not.
        for fields in [
            [PrivateFieldReference(seq: first, name: "text")], [PrivateFieldReference(seq: 0, name: "note")],
            [note, PrivateFieldReference(seq: first + 1, name: "kind")],
        ] {
            do {
                try await store.commit { _ in Recorded((), .numbered(1), Self.erase(fields)) }
                throw BrokenPromise(promise: promise, detail: "an erasure of \(fields) was taken")
            } catch let error as StoreError where error == .erasesNothing {
            }
        }
        struct Stop: Error {}
        do {
            try await store.commit { _ -> Recorded<Void> in
                _ = Self.erase([note])
                throw Stop()
            }
        } catch is Stop {
        }
        let entries = try await subject.entries()
        let whole = try await rows(of: "C-1").count + rows(of: "C-2").count
        try require(entries == before && whole == 3, "a refused erasure left \(whole) values")

        try await store.commit { _ in Recorded((), Self.erase([kind])) }
        let left = try await rows(of: "C-1").map(\.reference)
        let others = try await rows(of: "C-2").count
        try require(left == [note] && others == 1, "left are \(left), and \(others) of another case")
        let last = try await subject.records().last
        try require(last?.recordType == .erase, "the values are gone and the log does not say so")
        // What is gone is not erased a second time.
        do {
            try await store.commit { _ in Recorded((), Self.erase([kind])) }
            throw BrokenPromise(promise: promise, detail: "a value was erased twice")
        } catch let error as StoreError where error == .erasesNothing {
        }
    }
}
