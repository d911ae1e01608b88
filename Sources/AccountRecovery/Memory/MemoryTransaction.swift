import RecoveryCrypto

/// A copy of the state that one change works on.
final class MemoryTransaction: StoreTransaction {
    var state: MemoryState
    let nextPosition: UInt64

    init(_ state: MemoryState, nextPosition: UInt64) {
        self.state = state
        self.nextPosition = nextPosition
    }

    var vault: any SealedRowReader { MemorySealedRows(state: state) }

    func record<Record: StoredRecord>(_ type: Record.Type, _ id: String) -> Record? {
        state.documents[Record.kind]?[id]?.record as? Record
    }

    func records<Record: StoredRecord>(_ type: Record.Type, of owner: String?) -> [Record] {
        (state.documents[Record.kind] ?? [:])
            .filter { owner == nil || $0.value.owner == owner }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .compactMap { $0.value.record as? Record }
    }

    func put(_ record: some StoredRecord) {
        let document = MemoryState.Document(owner: record.owner, record: record)
        state.documents[type(of: record).kind, default: [:]][record.id] = document
    }

    func remove<Record: StoredRecord>(_ type: Record.Type, _ id: String) {
        state.documents[Record.kind]?[id] = nil
    }

    func put(_ row: SealedRow) throws {
        switch row {
        case .key(let row):
            state.keyring.replace(row) { $0.purpose == row.purpose && $0.version == row.version }
        case .subject(let row):
            let owner = state.pseudonyms[row.pseudonym]
            guard owner == nil || owner == row.subject else {
                throw StoreError.refused("a row contradicts another: the pseudonym belongs to another subject")
            }
            if let old = state.subjects[row.subject] { state.pseudonyms[old.pseudonym] = nil }
            state.subjects[row.subject] = row
            state.pseudonyms[row.pseudonym] = row.subject
        case .subjectKey(let row):
            state.shelves[row.subject, default: .init()].keys.replace(row) {
                $0.keyClass == row.keyClass && $0.version == row.version
            }
        case .field(let row):
            state.shelves[row.subject, default: .init()].fields.replace(row) {
                ($0.record, $0.field, $0.slot) == (row.record, row.field, row.slot)
            }
        case .tag(let row):
            state.shelves[row.subject, default: .init()].tags.replace(row) {
                ($0.record, $0.field, $0.slot, $0.norm, $0.variant)
                    == (row.record, row.field, row.slot, row.norm, row.variant)
            }
        case .indexPlan(let row):
            state.plans.replace(row) { $0.field == row.field && $0.plan == row.plan }
        case .index(let row):
            let place = MemoryState.IndexPlace(field: row.field, plan: row.plan, index: row.index)
            state.index[place, default: []].insert(row.subject)
        case .canary(let mark):
            state.canaries.insert(mark)
        case .tombstone(let mark, let time):
            state.tombstones[mark] = time
        case .quarantine(let place, let bytes, let time):
            state.quarantine.append((place, bytes, time))
        }
    }

    func removeIndex(field: UInt16, plan: UInt32) {
        state.plans.removeAll { $0.field == field && $0.plan == plan }
        for place in state.index.keys where place.field == field && place.plan == plan { state.index[place] = nil }
    }

    func eraseSubject(_ subject: [UInt8]) {
        if let row = state.subjects.removeValue(forKey: subject) { state.pseudonyms[row.pseudonym] = nil }
        state.shelves[subject] = nil
        for place in state.index.keys { state.index[place]?.remove(subject) }
        let name = subject.hexadecimal
        state.quarantine.removeAll { $0.place.contains(name) }
    }
}

/// The sealed rows of one state, in the orders that the port promises.
private struct MemorySealedRows: SealedRowReader {
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
