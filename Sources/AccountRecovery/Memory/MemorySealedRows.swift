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
        (state.index[MemoryState.IndexPlace(field: field, plan: plan, index: index)] ?? [])
            .sorted { $0.lexicographicallyPrecedes($1) }
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
