public import RecoveryCrypto

/// A record with its MAC, and all that a store keeps of it in the same transaction.
public struct SealedRecord: Sendable {
    /// `H ‖ P ‖ M`.
    public let entry: [UInt8]
    /// Its hash in the tree.
    public let leaf: Digest256
    /// Derived from the record, for user interfaces.
    public let index: IndexRow
    /// What the record commits to, to be kept elsewhere and encrypted.
    public let privateRows: [PrivateRow]

    public var seq: UInt64 { index.seq }
}

/// What is shown of a record in lists. Derived, so that verification can derive it again (audit-log.md §11.8).
public struct IndexRow: Sendable, Hashable {
    public let seq: UInt64
    public let type: UInt8
    public let timeMicroseconds: UInt64
    /// The string of that name at the top level of the payload; likewise the two others.
    public let caseReference: String?
    public let subject: String?
    public let actor: String?

    /// Derives the row of a record. A payload that is no object counts as an empty one.
    public init(seq: UInt64, type: UInt8, timeMicroseconds: UInt64, payload: JSONObject) {
        self.seq = seq
        self.type = type
        self.timeMicroseconds = timeMicroseconds
        caseReference = payload["case"]?.string
        subject = payload["subject"]?.string
        actor = payload["actor"]?.string
    }

    /// The line of `index.jsonl` (audit-log.md §12). Numbers beyond 2^53 cannot be in a log that was written by us.
    public var json: JSONValue {
        [
            "actor": IndexRow.value(actor), "case": IndexRow.value(caseReference), "seq": .integer(Int64(seq)),
            "subject": IndexRow.value(subject), "time_us": .integer(Int64(timeMicroseconds)),
            "type": .integer(Int64(type)),
        ]
    }

    private static func value(_ text: String?) -> JSONValue {
        text.map { .string($0) } ?? .null
    }
}
