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
            let place = IndexPlace(field: row.field, plan: row.plan, index: row.index)
            state.index[place, default: []].insert(row.subject)
        case .canary(let mark):
            state.canaries.insert(mark)
        case .tombstone(let mark, let time):
            state.tombstones[mark] = time
        case .rotation(let row):
            state.rotations.replace(row) { $0.purpose == row.purpose && $0.fromVersion == row.fromVersion }
        case .quarantine(let place, let bytes, let time):
            guard !state.quarantine.contains(where: { $0.place == place && $0.bytes == bytes }) else { return }
            state.quarantine.append((place, bytes, time))
        }
    }

    func rewrap(_ row: SubjectKeyRow, from version: UInt32) {
        guard
            let index = state.shelves[row.subject]?.keys.firstIndex(where: {
                ($0.keyClass, $0.version, $0.kekVersion) == (row.keyClass, row.version, version)
            })
        else { return }
        state.shelves[row.subject]?.keys[index].wrapped = row.wrapped
        state.shelves[row.subject]?.keys[index].kekVersion = row.kekVersion
    }

    func removeIndex(field: UInt16, plan: UInt32) {
        state.plans.removeAll { $0.field == field && $0.plan == plan }
        for place in state.index.keys where place.field == field && place.plan == plan { state.index[place] = nil }
    }

    func removeIndexRows(field: UInt16, plan: UInt32, limit: Int) -> Int {
        var removed = 0
        for place in state.index.keys where place.field == field && place.plan == plan {
            while removed < limit, state.index[place]?.popFirst() != nil { removed += 1 }
            if state.index[place]?.isEmpty ?? false { state.index[place] = nil }
        }
        return removed
    }

    func eraseSubject(_ subject: [UInt8]) {
        if let row = state.subjects.removeValue(forKey: subject) { state.pseudonyms[row.pseudonym] = nil }
        state.shelves[subject] = nil
        for place in state.index.keys { state.index[place]?.remove(subject) }
        let name = subject.hexadecimal
        state.quarantine.removeAll { $0.place.contains(name) }
    }
}
