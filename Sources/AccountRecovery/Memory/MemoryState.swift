import RecoveryAudit

/// What a ``MemoryStore`` holds: a value, so that a copy is a transaction and dropping it a rollback.
struct MemoryState: Sendable {
    struct Document: Sendable {
        let owner: String
        let record: any StoredRecord
    }

    /// What is sealed of one subject.
    struct Shelf: Sendable {
        var keys: [SubjectKeyRow] = []
        var fields: [FieldRow] = []
        var tags: [MatchTagRow] = []
    }

    var documents: [RecordKind: [String: Document]] = [:]
    var keyring: [KeyringRow] = []
    var subjects: [[UInt8]: SubjectRow] = [:]
    var pseudonyms: [Pseudonym: [UInt8]] = [:]
    var shelves: [[UInt8]: Shelf] = [:]
    var plans: [IndexPlanRow] = []
    var index: [IndexPlace: Set<[UInt8]>] = [:]
    var writes: [String: SubjectWrite] = [:]
    var rotations: [RotationRow] = []
    var canaries: Set<[UInt8]> = []
    var tombstones: [[UInt8]: Int64] = [:]
    var quarantine: [(place: String, bytes: [UInt8], at: Int64)] = []
    var privates: [PrivateFieldReference: SealedPrivateRow] = [:]
}

extension Array {
    /// Puts `element` in the place of the one that `isSame` finds, or at the end.
    mutating func replace(_ element: Element, where isSame: (Element) -> Bool) {
        if let index = firstIndex(where: isSame) { self[index] = element } else { append(element) }
    }
}
