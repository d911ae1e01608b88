/// New plans of the blind indexes on their way (`Docs/Specs/vault.md` §9): how far they were filled, or the old ones were
/// removed. Kept in the transaction of each batch, so whoever is killed goes on where the last batch ended.
struct IndexRenewal: StoredRecord, Hashable {
    static let kind = RecordKind.indexRenewal
    static let name = "indexes"

    enum Stage: String, Sendable, Codable {
        /// Everybody is being listed in the new plans; look-ups still read the old ones.
        case filling
        /// Look-ups read the new plans; nothing is left to do but to remove the old ones.
        case removing
    }

    struct Change: Sendable, Hashable, Codable {
        let field: UInt16
        /// `nil` where there shall be no index any more.
        let new: UInt32?
        /// Plans that go.
        let old: [UInt32]
    }

    var stage = Stage.filling
    let changes: [Change]
    /// The last subject that was listed, hexadecimal. Empty at the beginning.
    var cursor = ""
    /// Whether everybody is listed.
    var isFilled = false
    /// Subjects that were gone through.
    var done = 0

    var id: String { Self.name }
    var owner: String { "" }
}

/// What an operator chose about the indexes.
struct IndexSetting: StoredRecord, Hashable {
    static let kind = RecordKind.setting
    static let name = "indexes"

    /// Bits more than §9 gives.
    var raisedBits = 0

    var id: String { Self.name }
    var owner: String { "" }
}

/// How far a renewal of the indexes has come.
public struct IndexProgress: Sendable, Hashable, Encodable {
    /// Subjects that were gone through, of how many.
    public let done: Int
    public let total: Int
    public let isFilled: Bool
    /// The log's length after it.
    public let position: UInt64
}

/// One index as an operator sees it.
public struct IndexView: Sendable, Hashable, Encodable {
    public let field: String
    /// `nil` where look-ups go through everybody.
    public let bits: Int?
    /// What §9 gives for this many subjects, and the bits on top of it that the operator chose.
    public let plannedBits: Int?
    public let raisedBits: Int
    public let keyVersion: UInt32?
    public let subjects: Int
    /// 2^bits, and how many of them somebody has.
    public let values: Int
    public let usedValues: Int
    /// Subjects of one value; the average is over all values, in thousandths.
    public let least: Int
    public let averageThousandths: Int
    public let greatest: Int
}

/// The indexes of an installation.
public struct IndexesView: Sendable, Hashable, Encodable {
    public let subjects: Int
    public let indexes: [IndexView]
    /// Present while new plans are being made.
    public let renewal: IndexProgress?
}
