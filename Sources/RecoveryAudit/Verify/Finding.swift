/// How grave a finding is, gravest first (§13.1). Only the first three decide a verdict.
public enum Severity: String, Sendable, Hashable, CaseIterable {
    case failure = "FAIL"
    case unverifiable = "UNVERIFIABLE"
    case incomplete = "INCOMPLETE"
    case warning = "WARN"
    case info = "INFO"
}

/// One thing a verifier has to say.
public struct Finding: Sendable, Hashable {
    public let code: FindingCode
    public let severity: Severity
    /// The position of the record it is about, or `nil`.
    public let seq: UInt64?
    /// The tree size it is about, or `nil`.
    public let size: UInt64?
    /// A few words for people; may be empty. Holds no text from a payload.
    public let detail: String

    /// Whether this comes before `other` in the normative order: records first, by position, then by code (§13.1).
    func precedes(_ other: Finding) -> Bool {
        rank < other.rank
    }

    // What has no seq comes after every seq. Ties are parted by size and detail, so that a report is reproducible.
    private var rank: (UInt64, Int, UInt64, String) {
        (seq ?? .max, FindingCode.ranks[code] ?? .max, size ?? 0, detail)
    }
}
