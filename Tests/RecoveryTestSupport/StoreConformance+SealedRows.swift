import AccountRecovery

extension StoreConformance {
    private static let alice = [UInt8](repeating: 0xa1, count: 16)
    private static let bob = [UInt8](repeating: 0xb0, count: 16)

    private static func rows(of subject: [UInt8]) throws -> [SealedRow] {
        guard let pseudonym = Pseudonym(bytes: subject.reversed()) else { throw StoreError.refused("no pseudonym") }
        let tag = [UInt8](repeating: 7, count: 16)
        return [
            .subject(SubjectRow(subject: subject, epoch: .max, manifest: [1], pseudonym: pseudonym)),
            .subjectKey(key(of: subject, version: 2)),
            .subjectKey(key(of: subject, version: 1)),
            .field(FieldRow(subject: subject, record: 2, field: 1, slot: 0, rowVersion: .max, envelope: [2])),
            .field(FieldRow(subject: subject, record: 1, field: 9, slot: 1, rowVersion: 1, envelope: [])),
            .field(FieldRow(subject: subject, record: 1, field: 9, slot: 0, rowVersion: 1, envelope: [3])),
            .tag(
                MatchTagRow(subject: subject, record: 1, field: 9, slot: 0, norm: 1, variant: 2, algorithm: 1, tag: tag)
            ),
            .tag(
                MatchTagRow(subject: subject, record: 1, field: 9, slot: 0, norm: 2, variant: 1, algorithm: 1, tag: tag)
            ),
            .index(IndexRow(field: 9, plan: 1, index: 5, subject: subject)),
            .quarantine(place: "field/" + hex(subject) + "/1", bytes: [4], at: 5),
        ]
    }

    private static func key(of subject: [UInt8], version: UInt32) -> SubjectKeyRow {
        SubjectKeyRow(
            subject: subject,
            keyClass: 1,
            version: version,
            kekVersion: 1,
            wrapped: [UInt8(version)],
            seals: .max,
            state: 1
        )
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private func put(_ rows: [SealedRow]) async throws {
        try await store.commit { transaction in
            for row in rows { try transaction.put(row) }
            return Recorded((), .numbered(0))
        }
    }

    func returnsSealedRowsInOrder() async throws {
        try await put(Self.rows(of: Self.bob) + Self.rows(of: Self.alice))
        let found = try await store.read { store in
            let vault = store.vault
            return (
                count: try vault.subjectCount(), all: try vault.subjects(after: nil, limit: 9).map(\.subject),
                second: try vault.subjects(after: Self.alice, limit: 1).map(\.subject),
                keys: try vault.subjectKeys(of: Self.bob).map(\.version),
                fields: try vault.fields(of: Self.bob).map { [Int($0.record), Int($0.field), Int($0.slot)] },
                tags: try vault.tags(of: Self.bob).map { [$0.variant, $0.norm] },
                listed: try vault.subjects(field: 9, plan: 1, index: 5),
                row: try vault.subject(id: Self.bob), versions: try vault.fields(of: Self.bob).map(\.rowVersion)
            )
        }
        try require(found.count == 2 && found.all == [Self.alice, Self.bob], "subjects: \(found.all)")
        try require(found.second == [Self.bob], "the batch after the first: \(found.second)")
        try require(found.keys == [1, 2], "keys: \(found.keys)")
        try require(found.fields == [[1, 9, 0], [1, 9, 1], [2, 1, 0]], "fields: \(found.fields)")
        try require(found.tags == [[1, 2], [2, 1]], "tags: \(found.tags)")
        try require(found.listed == [Self.alice, Self.bob], "listed: \(found.listed)")
        try require(found.row?.epoch == .max && found.versions == [1, 1, .max], "64 bits do not come back")
    }

    func replacesSealedRowsOfTheSameKey() async throws {
        try await put(Self.rows(of: Self.bob))
        try await put(
            [
                .field(FieldRow(subject: Self.bob, record: 2, field: 1, slot: 0, rowVersion: 3, envelope: [9])),
                .key(KeyringRow(purpose: 1, version: 1, kekVersion: 0, wrapped: [], kcv: [1], state: 1, created: 1)),
                .key(KeyringRow(purpose: 1, version: 1, kekVersion: 0, wrapped: [], kcv: [1], state: 2, created: 1)),
                .indexPlan(IndexPlanRow(plan: 1, field: 9, keyVersion: 1, norm: 1, bits: 9, isActive: true)),
                .indexPlan(IndexPlanRow(plan: 1, field: 9, keyVersion: 1, norm: 1, bits: 9, isActive: false)),
                .tombstone(mark: [1], at: 5), .tombstone(mark: [1], at: 6),
                .index(IndexRow(field: 9, plan: 1, index: 5, subject: Self.bob)),
            ]
        )
        let found = try await store.read { store in
            let vault = store.vault
            return (
                envelopes: try vault.fields(of: Self.bob).map(\.envelope), states: try vault.keyring().map(\.state),
                active: try vault.indexPlans().map(\.isActive), tombstone: try vault.tombstone(mark: [1]),
                none: try vault.tombstone(mark: [2]), listed: try vault.subjects(field: 9, plan: 1, index: 5).count
            )
        }
        try require(found.envelopes == [[3], [], [9]], "envelopes: \(found.envelopes)")
        try require(found.states == [2] && found.active == [false], "states: \(found.states), \(found.active)")
        try require(found.tombstone == 6 && found.none == nil, "tombstone: \(String(describing: found.tombstone))")
        try require(found.listed == 1, "a subject is listed \(found.listed) times")
    }

    func refusesAPseudonymTwice() async throws {
        try await put(Self.rows(of: Self.bob))
        guard let taken = Pseudonym(bytes: Self.bob.reversed()) else { return }
        do {
            try await put([.subject(SubjectRow(subject: Self.alice, epoch: 1, manifest: [], pseudonym: taken))])
            try require(false, "two subjects have one pseudonym")
        } catch StoreError.refused {
        }
        let owner = try await store.read { try $0.vault.subject(taken)?.subject }
        try require(owner == Self.bob, "the pseudonym moved to another subject")
    }

    func erasesEverythingOfASubjectAndNothingElse() async throws {
        try await put(Self.rows(of: Self.bob) + Self.rows(of: Self.alice))
        try await store.commit { transaction in
            try transaction.eraseSubject(Self.bob)
            try transaction.put(.tombstone(mark: [1], at: 5))
            return Recorded((), .numbered(1))
        }
        let counts = try await store.read { store in
            let vault = store.vault
            return try [Self.alice, Self.bob].map { subject in
                [
                    try vault.subject(id: subject) == nil ? 0 : 1, try vault.subjectKeys(of: subject).count,
                    try vault.fields(of: subject).count, try vault.tags(of: subject).count,
                    try vault.subjects(field: 9, plan: 1, index: 5).filter { $0 == subject }.count,
                ]
            }
        }
        try require(counts == [[1, 2, 3, 2, 1], [0, 0, 0, 0, 0]], "left are \(counts)")
    }
}
