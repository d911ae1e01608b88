import RecoveryCrypto

/// A record whose frame holds, at its position in the log. Nothing else about it is certain.
struct ReadRecord: Sendable {
    /// Its position, from 0. What the record says of itself is ``AuditRecord/seq``.
    let index: UInt64
    let record: AuditRecord
    /// `nil` if the payload is not canonical JSON.
    let payload: JSONObject?
    /// Whether the payload has exactly the fields of its type (§6, §7, §9). What has not is without effect on others.
    let isWellFormed: Bool
    /// The line of `index.jsonl` that it must have (§12); `nil` if it can have none.
    let indexRow: [UInt8]?

    init(_ record: AuditRecord, at index: UInt64) {
        self.index = index
        self.record = record
        let value = try? record.parsedPayload()
        payload = value?.object
        if let value, let type = record.recordType {
            isWellFormed = PayloadSchema.check(type: type, payload: value)
        } else {
            isWellFormed = false
        }
        indexRow = payload.flatMap { IndexRow.line(of: record, $0, at: index) }
    }

    var type: RecordType? { record.recordType }

    /// The payload of an EVENT of that name which is well formed; `nil` for all else.
    func event(_ name: String) -> JSONObject? {
        event?.0 == name ? payload : nil
    }

    /// Name and payload of an EVENT which is well formed; `nil` for all else.
    var event: (String, JSONObject)? {
        guard isWellFormed, type == .event, let payload, let name = payload["event"]?.string else { return nil }
        return (name, payload)
    }

    /// The payload, if it is well formed and the record has that type.
    func payload(of type: RecordType) -> JSONObject? {
        isWellFormed && self.type == type ? payload : nil
    }
}

/// All that can be said of an entry without knowing the others: what is in it, and its hash in the tree.
struct PreparedRecord: Sendable {
    let record: Result<ReadRecord, RecordError>
    let leaf: Digest256

    init(_ entry: [UInt8], at index: UInt64) {
        record = Result { () throws(RecordError) in ReadRecord(try AuditRecord(parsing: entry), at: index) }
        leaf = TreeHash.leaf(of: entry.span)
    }
}

extension JSONObject {
    /// A field of the kind "hash" (§6): 64 hex digits.
    func hash(_ key: String) -> Digest256? {
        self[key]?.string.flatMap { [UInt8](hexadecimal: $0) }.flatMap { Digest256($0) }
    }

    /// A field of the kind "int" (§6): an integer that is not negative.
    func count(_ key: String) -> UInt64? {
        self[key]?.integer.flatMap(UInt64.init(exactly:))
    }
}
