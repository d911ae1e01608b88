import AccountRecovery

extension StoreConformance {
    /// A subject with an active key for matching, an older one, a field with two tags, and rows of two plans.
    private static func indexed(_ number: UInt8) throws -> [SealedRow] {
        let subject = [UInt8](repeating: number, count: 16)
        guard let pseudonym = Pseudonym(bytes: subject) else { throw StoreError.refused("no pseudonym") }
        func key(_ keyClass: UInt16, _ version: UInt32, _ state: UInt8) -> SealedRow {
            .subjectKey(
                SubjectKeyRow(
                    subject: subject,
                    keyClass: keyClass,
                    version: version,
                    kekVersion: 1,
                    wrapped: [number, UInt8(version)],
                    seals: 0,
                    state: state
                )
            )
        }
        func tag(_ norm: UInt8, _ variant: UInt8) -> SealedRow {
            let bytes = [UInt8](repeating: norm << 4 | variant, count: 16)
            return .tag(
                MatchTagRow(
                    subject: subject,
                    record: 1,
                    field: 5,
                    slot: 0,
                    norm: norm,
                    variant: variant,
                    algorithm: 1,
                    tag: bytes
                )
            )
        }
        func field(_ code: UInt16, slot: UInt32 = 0, record: UInt16 = 1) -> SealedRow {
            .field(
                FieldRow(
                    subject: subject,
                    record: record,
                    field: code,
                    slot: slot,
                    rowVersion: UInt64(code) << 32 | 1,
                    envelope: [number, UInt8(code), UInt8(slot)]
                )
            )
        }
        return [
            .subject(SubjectRow(subject: subject, epoch: 1, manifest: [1], pseudonym: pseudonym)),
            key(4, 1, 3), key(4, 2, 2), key(1, 1, 3), key(1, 2, 2),
            field(5), field(7), field(5, slot: 1), field(5, record: 2), tag(1, 2), tag(1, 1), tag(2, 2),
            .index(IndexRow(field: 5, plan: 1, index: UInt32(number % 2), subject: subject)),
            .index(IndexRow(field: 5, plan: 2, index: 0, subject: subject)),
        ]
    }

    func keepsBlindIndexes() async throws {
        try await store.commit { transaction in
            for number in [3, 1, 2, 5] as [UInt8] { for row in try Self.indexed(number) { try transaction.put(row) } }
            return Recorded((), .numbered(0))
        }
        let place = IndexPlace(field: 5, plan: 1, index: 1)
        let first = [UInt8](repeating: 1, count: 16)
        let found = try await store.read { store in
            let vault = store.vault
            return (
                listed: try vault.candidates(field: 5, variant: 2, at: place),
                all: try vault.candidates(field: 5, variant: 2, at: nil).map { [$0.subject[0], $0.norm] },
                none: try vault.candidates(field: 4, variant: 1, at: nil).count,
                parts: try vault.parts(keyClass: 1, fields: [7, 5], after: first, limit: 2),
                load: try vault.load(field: 5, plan: 1), empty: try vault.load(field: 5, plan: 9)
            )
        }
        try require(
            found.listed.map { [$0.subject[0], $0.norm, $0.tag[0]] }
                == [1, 3, 5].flatMap { [[$0, 1, 0x12], [$0, 2, 0x22]] as [[UInt8]] },
            "candidates: \(found.listed)"
        )
        try require(
            found.listed.allSatisfy {
                $0.keyVersion == 2 && $0.wrapped == [$0.subject[0], 2] && $0.rowVersion == 5 << 32 | 1
            },
            "candidates have other keys or row versions"
        )
        try require(
            found.all == [1, 2, 3, 5].flatMap { [[$0, 1], [$0, 2]] as [[UInt8]] },
            "everybody: \(found.all)"
        )
        try require(found.none == 0, "candidates for a field that nobody has")
        try require(found.parts.map { $0.subject[0] } == [2, 3], "the batch after the first: \(found.parts)")
        for part in found.parts {
            let isKeyed = part.keys.map(\.version) == [1, 2] && part.keys.allSatisfy { $0.keyClass == 1 }
            try require(isKeyed, "keys")
            let envelopes: [[UInt8]] = [[part.subject[0], 5, 0], [part.subject[0], 7, 0]]
            try require(part.fields.map(\.envelope) == envelopes, "fields")
        }
        try require(found.load == IndexLoad(subjects: 4, usedValues: 2, least: 1, greatest: 3), "load: \(found.load)")
        try require(found.empty == IndexLoad(subjects: 0, usedValues: 0, least: 0, greatest: 0), "an empty plan")

        var removed: [Int] = []
        for _ in 0..<3 {
            removed.append(
                try await store.commit { transaction in
                    let count = try transaction.removeIndexRows(field: 5, plan: 1, limit: 3)
                    return Recorded(count, .numbered(1))
                }
            )
        }
        let left = try await store.read { try $0.vault.load(field: 5, plan: 2).subjects }
        try require(
            removed == [3, 1, 0] && left == 4,
            "removed in batches: \(removed), of the other plan left \(left)"
        )
    }
}
