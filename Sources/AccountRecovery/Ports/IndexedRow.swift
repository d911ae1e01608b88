/// One of those whom a look-up may mean: what compares a claim with one field of theirs, and nothing else.
public struct CandidateRow: Sendable, Hashable {
    public let subject: [UInt8]
    /// The active key for matching: an envelope of type 02, and its version.
    public let keyVersion: UInt32
    public let wrapped: [UInt8]
    public let rowVersion: UInt64
    public let norm: UInt8
    public let algorithm: UInt8
    /// 16 bytes.
    public let tag: [UInt8]

    public init(
        subject: [UInt8],
        keyVersion: UInt32,
        wrapped: [UInt8],
        rowVersion: UInt64,
        norm: UInt8,
        algorithm: UInt8,
        tag: [UInt8]
    ) {
        self.subject = subject
        self.keyVersion = keyVersion
        self.wrapped = wrapped
        self.rowVersion = rowVersion
        self.norm = norm
        self.algorithm = algorithm
        self.tag = tag
    }
}

/// Some sealed fields of a person, and the keys of the class that opens them. For work on all subjects in batches.
public struct SubjectPart: Sendable, Hashable {
    public let subject: [UInt8]
    /// By version.
    public let keys: [SubjectKeyRow]
    /// By field; of slot 0.
    public let fields: [FieldRow]

    public init(subject: [UInt8], keys: [SubjectKeyRow], fields: [FieldRow]) {
        self.subject = subject
        self.keys = keys
        self.fields = fields
    }
}

/// How subjects are spread over the values of a blind index. Counts, and nothing of anybody.
public struct IndexLoad: Sendable, Hashable {
    public let subjects: Int
    /// Values that somebody has, and how many the least and the most crowded of them have.
    public let usedValues: Int
    public let least: Int
    public let greatest: Int

    public init(subjects: Int, usedValues: Int, least: Int, greatest: Int) {
        self.subjects = subjects
        self.usedValues = usedValues
        self.least = least
        self.greatest = greatest
    }
}
