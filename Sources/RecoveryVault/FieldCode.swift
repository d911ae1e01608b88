/// Says what a field holds (Docs/Specs/vault.md §5.2). Part of every AAD, so a code never changes its meaning.
public struct FieldCode: Sendable, Hashable {
    public let rawValue: UInt16

    /// Any code fits the format. Which ones exist is the configuration's matter: 256 and above are the operator's own.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public static let dateOfBirth = FieldCode(rawValue: 1)
    public static let name = FieldCode(rawValue: 2)
    public static let nationalID = FieldCode(rawValue: 3)
    public static let phone = FieldCode(rawValue: 4)
    public static let email = FieldCode(rawValue: 5)
    public static let address = FieldCode(rawValue: 6)
    public static let accountReference = FieldCode(rawValue: 7)
    public static let reading = FieldCode(rawValue: 8)
    public static let romanisedName = FieldCode(rawValue: 9)
}

extension FieldCode: Comparable {
    public static func < (left: FieldCode, right: FieldCode) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The kinds of record a field can belong to (§5.1). The kind decides which key of the subject seals it.
public enum RecordKind: UInt16, Sendable, Hashable, CaseIterable {
    case person = 1
    /// Seeds and recovery codes, under a key of their own.
    case secondFactors = 2
    case attachments = 3
    /// Private values of the log: one each, at the number of its record (§5.1).
    case logValues = 4

    /// The class of the subject key that seals and opens records of this kind.
    public var keyClass: SubjectKeyClass {
        switch self {
        case .person, .attachments, .logValues: .personal
        case .secondFactors: .secondFactors
        }
    }
}
