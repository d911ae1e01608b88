import AccountRecovery
import RecoveryAudit

extension StoreConformance {
    private static let subjects: [[UInt8]] = [0xa1, 0xb0, 0xff].map { [UInt8](repeating: $0, count: 16) }

    private static func key(
        of subject: [UInt8],
        class keyClass: UInt16 = 1,
        version: UInt32 = 1,
        kek: UInt32 = 1
    ) -> SubjectKeyRow {
        SubjectKeyRow(
            subject: subject,
            keyClass: keyClass,
            version: version,
            kekVersion: kek,
            wrapped: [1],
            seals: 7,
            state: 2
        )
    }

    private func putKeys() async throws {
        try await store.commit { transaction in
            for subject in Self.subjects { try transaction.put(.subjectKey(Self.key(of: subject))) }
            try transaction.put(.subjectKey(Self.key(of: Self.subjects[1], version: 300)))
            try transaction.put(.subjectKey(Self.key(of: Self.subjects[0], class: 4)))
            try transaction.put(.subjectKey(Self.key(of: Self.subjects[0], version: 2, kek: 2)))
            return Recorded((), .numbered(0))
        }
    }

    func listsAndRewrapsKeysOfOneVersion() async throws {
        try await putKeys()
        let all = try await store.read { try $0.vault.subjectKeys(class: 1, kekVersion: 1, after: nil, limit: 9) }
        let places = all.map { [UInt32($0.subject[0]), $0.version] }
        try require(places == [[0xa1, 1], [0xb0, 1], [0xb0, 300], [0xff, 1]], "keys: \(places)")
        let cursor = RotationRow.place(of: all[1])
        let rest = try await store.read { try $0.vault.subjectKeys(class: 1, kekVersion: 1, after: cursor, limit: 1) }
        try require(rest == [all[2]], "behind the second: \(rest)")
        try await store.commit { transaction in
            var row = all[2]
            row.wrapped = [9]
            row.kekVersion = 2
            row.seals = 0
            try transaction.rewrap(row, from: 1)
            // Wrapped under another version meanwhile: whoever did that was later.
            row.wrapped = [8]
            try transaction.rewrap(row, from: 1)
            return Recorded((), .numbered(1))
        }
        let counts = try await store.read { reader in
            try [1, 2].map { try reader.vault.subjectKeyCount(class: 1, kekVersion: $0) }
        }
        try require(counts == [3, 2], "under each version: \(counts)")
        let found = try await store.read { try $0.vault.subjectKeys(of: Self.subjects[1]).last }
        try require(
            found?.wrapped == [9] && found?.kekVersion == 2 && found?.seals == 7 && found?.state == 2,
            "a key was changed otherwise than in its wrapping: \(String(describing: found))"
        )
    }

    func keepsRotationsAndQuarantine() async throws {
        let first = RotationRow(
            purpose: 0x0101,
            fromVersion: 1,
            cursor: [1, 2],
            owner: "job",
            heartbeat: 5,
            done: .max
        )
        let second = RotationRow(purpose: 4, fromVersion: 2)
        try await store.commit { transaction in
            try transaction.put(.rotation(second))
            try transaction.put(.rotation(RotationRow(purpose: 0x0101, fromVersion: 1)))
            try transaction.put(.rotation(first))
            for place in ["subject_key/1/1/aa/1", "subject_key/1/1/aa/1", "subject_key/1/1/bb/1", "subject_key/1/10/"] {
                try transaction.put(.quarantine(place: place, bytes: [4], at: 5))
            }
            try transaction.put(.quarantine(place: "subject_key/1/1/bb/1", bytes: [5], at: 6))
            return Recorded((), .numbered(0))
        }
        let (rows, count) = try await store.read { reader in
            (try reader.vault.rotations(), try reader.vault.quarantineCount(under: "subject_key/1/1/"))
        }
        try require(rows == [second, first], "rotations: \(rows)")
        try require(count == 2, "quarantined places: \(count)")
    }

    func tellsTheLastWriteThatTheLogKnowsOf() async throws {
        let names = [UInt8(1), 2].map { Pseudonym(bytes: [UInt8](repeating: $0, count: 16)) }
        guard let one = names[0], let other = names[1] else { return }
        @Sendable func write(_ epoch: Int64, _ manifest: String, of subject: Pseudonym) -> AuditEvent {
            let payload: JSONValue = [
                "event": "x.vault.write", "count": .integer(epoch), "req": .string(manifest),
                "subject": .string(subject.text),
            ]
            return AuditEvent(.event, payload)
        }
        try await store.commit { _ in
            Recorded((), write(1, "aa", of: one), [write(2, "bb", of: one), write(1, "cc", of: other)])
        }
        try await store.commit { _ in
            let later: JSONValue = ["event": "x.vault.alarm", "count": 9, "subject": .string(one.text)]
            return Recorded((), AuditEvent(.event, later))
        }
        let found = try await store.read { reader in try [one, other].map { try reader.vault.lastWrite(of: $0) } }
        let wanted = [SubjectWrite(epoch: 2, manifest: "bb"), SubjectWrite(epoch: 1, manifest: "cc")]
        try require(found == wanted, "last writes: \(found)")
        guard let nobody = Pseudonym(bytes: [UInt8](repeating: 3, count: 16)) else { return }
        let none = try await store.read { try $0.vault.lastWrite(of: nobody) }
        try require(none == nil, "a write to nobody")
    }
}
