/// The sealed rows of one state, in the orders that the port promises.
struct MemorySealedRows: SealedRowReader {
    let state: MemoryState

    func keyring() -> [KeyringRow] {
        state.keyring.sorted { ($0.purpose, $0.version) < ($1.purpose, $1.version) }
    }

    func subject(_ pseudonym: Pseudonym) -> SubjectRow? {
        state.pseudonyms[pseudonym].flatMap { state.subjects[$0] }
    }

    func subject(id subject: [UInt8]) -> SubjectRow? {
        state.subjects[subject]
    }

    func lastWrite(of subject: Pseudonym) -> SubjectWrite? {
        state.writes[subject.text]
    }

    func subjectCount() -> Int {
        state.subjects.count
    }

    func subjects(after subject: [UInt8]?, limit: Int) -> [SubjectRow] {
        let later = state.subjects.values.filter { row in
            subject.map { $0.lexicographicallyPrecedes(row.subject) } ?? true
        }
        return Array(later.sorted { $0.subject.lexicographicallyPrecedes($1.subject) }.prefix(limit))
    }

    func subjectKeys(of subject: [UInt8]) -> [SubjectKeyRow] {
        (state.shelves[subject]?.keys ?? []).sorted { ($0.keyClass, $0.version) < ($1.keyClass, $1.version) }
    }

    func subjectKeys(
        class keyClass: UInt16,
        kekVersion: UInt32,
        after cursor: [UInt8]?,
        limit: Int
    ) -> [SubjectKeyRow] {
        let rows = state.shelves.values.flatMap(\.keys)
            .filter { $0.keyClass == keyClass && $0.kekVersion == kekVersion }
            .map { (place: RotationRow.place(of: $0), row: $0) }
            .filter { row in cursor.map { $0.lexicographicallyPrecedes(row.place) } ?? true }
            .sorted { $0.place.lexicographicallyPrecedes($1.place) }
        return rows.prefix(limit).map(\.row)
    }

    func subjectKeyCount(class keyClass: UInt16, kekVersion: UInt32) -> Int {
        state.shelves.values.flatMap(\.keys).count { $0.keyClass == keyClass && $0.kekVersion == kekVersion }
    }

    func rotations() -> [RotationRow] {
        state.rotations.sorted { ($0.purpose, $0.fromVersion) < ($1.purpose, $1.fromVersion) }
    }

    func quarantineCount(under place: String) -> Int {
        Set(state.quarantine.map(\.place).filter { $0.hasPrefix(place) }).count
    }

    func fields(of subject: [UInt8]) -> [FieldRow] {
        (state.shelves[subject]?.fields ?? [])
            .sorted { ($0.record, $0.field, $0.slot) < ($1.record, $1.field, $1.slot) }
    }

    func tags(of subject: [UInt8]) -> [MatchTagRow] {
        (state.shelves[subject]?.tags ?? []).sorted {
            ($0.record, $0.field, $0.slot, $0.variant, $0.norm) < ($1.record, $1.field, $1.slot, $1.variant, $1.norm)
        }
    }

    func indexPlans() -> [IndexPlanRow] {
        state.plans.sorted { ($0.field, $0.plan) < ($1.field, $1.plan) }
    }

    func subjects(field: UInt16, plan: UInt32, index: UInt32) -> [[UInt8]] {
        (state.index[IndexPlace(field: field, plan: plan, index: index)] ?? [])
            .sorted { $0.lexicographicallyPrecedes($1) }
    }

    func candidates(field: UInt16, variant: UInt8, at place: IndexPlace?) -> [CandidateRow] {
        let listed = place.map { Array(state.index[$0] ?? []) } ?? Array(state.subjects.keys)
        return listed.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { subject -> [CandidateRow] in
            guard let shelf = state.shelves[subject],
                let key = shelf.keys.first(where: { $0.keyClass == 4 && $0.state == 2 }),
                let row = shelf.fields.first(where: { ($0.record, $0.field, $0.slot) == (1, field, 0) })
            else { return [] }
            return tags(of: subject)
                .filter { ($0.record, $0.field, $0.slot, $0.variant) == (1, field, 0, variant) }
                .map {
                    CandidateRow(
                        subject: subject,
                        keyVersion: key.version,
                        wrapped: key.wrapped,
                        rowVersion: row.rowVersion,
                        norm: $0.norm,
                        algorithm: $0.algorithm,
                        tag: $0.tag
                    )
                }
        }
    }

    func parts(keyClass: UInt16, fields: [UInt16], after subject: [UInt8]?, limit: Int) -> [SubjectPart] {
        subjects(after: subject, limit: limit).map { row in
            SubjectPart(
                subject: row.subject,
                keys: subjectKeys(of: row.subject).filter { $0.keyClass == keyClass },
                fields: self.fields(of: row.subject)
                    .filter { $0.record == 1 && $0.slot == 0 && fields.contains($0.field) }
            )
        }
    }

    func load(field: UInt16, plan: UInt32) -> IndexLoad {
        let counts = state.index.filter { $0.key.field == field && $0.key.plan == plan && !$0.value.isEmpty }
            .map(\.value.count)
        return IndexLoad(
            subjects: counts.reduce(0, +),
            usedValues: counts.count,
            least: counts.min() ?? 0,
            greatest: counts.max() ?? 0
        )
    }

    func isCanary(mark: [UInt8]) -> Bool {
        state.canaries.contains(mark)
    }

    func tombstone(mark: [UInt8]) -> Int64? {
        state.tombstones[mark]
    }

    func privateRows(ofCase name: String) -> [SealedPrivateRow] {
        state.privates.values.filter { $0.recoveryCase == name }.sorted { $0.reference < $1.reference }
    }

    func privateRows(of subject: Pseudonym) -> [SealedPrivateRow] {
        state.privates.values.filter { $0.subject == subject.text }.sorted { $0.reference < $1.reference }
    }
}
