/// The four keys that come from providers; everything else is wrapped under them (Docs/Specs/vault.md §3).
///
/// ```
/// pii    opens values          wraps the subjects' personal keys
/// match  compares claims       wraps the subjects' matching keys
/// auth   second factors        wraps the seeds key
/// sys    indexes, logs, backup wraps the other class keys
/// ```
public enum KeyRole: UInt8, Sendable, Hashable, CaseIterable {
    case pii = 1
    case match = 2
    case auth = 3
    case sys = 4

    /// The word in key files and in configuration.
    public var word: String {
        switch self {
        case .pii: "pii"
        case .match: "match"
        case .auth: "auth"
        case .sys: "sys"
        }
    }
}

/// Random keys of the installation, one for each purpose, each wrapped under the key of a role.
public enum ClassKey: UInt16, Sendable, Hashable, CaseIterable {
    /// BIK.
    case blindIndex = 1
    /// AHK.
    case auditLog = 2
    /// BKK.
    case backup = 3
    /// TSK: wraps the subjects' keys for second factors.
    case seeds = 4
    /// PSK: tombstones and canaries.
    case marks = 5

    /// The role whose key wraps this one.
    public var wrappedBy: KeyRole {
        switch self {
        case .seeds: .auth
        case .blindIndex, .auditLog, .backup, .marks: .sys
        }
    }
}

/// The keys that every subject has of their own. Deleting them is what erasure means.
public enum SubjectKeyClass: UInt16, Sendable, Hashable, CaseIterable {
    case personal = 1
    case secondFactors = 2
    case matching = 4

    /// The key on the ring that wraps a key of this class.
    public var wrappedBy: KeyPurpose {
        switch self {
        case .personal: .role(.pii)
        case .secondFactors: .classKey(.seeds)
        case .matching: .role(.match)
        }
    }
}

/// What a key is for. Every purpose and class that is not here is refused.
public enum KeyPurpose: Sendable, Hashable {
    case role(KeyRole)
    case classKey(ClassKey)
    case subjectKey(SubjectKeyClass)

    /// The number in the table `keyring`: `0x0100` + role, or the class key's own. Keys of subjects are not there.
    public var keyringCode: UInt16? {
        switch self {
        case .role(let role): KeyPurpose.roleBase + UInt16(role.rawValue)
        case .classKey(let key): key.rawValue
        case .subjectKey: nil
        }
    }

    /// Reads ``keyringCode`` back, or returns `nil` for a number that has no meaning.
    public init?(keyringCode code: UInt16) {
        if let key = ClassKey(rawValue: code) {
            self = .classKey(key)
        } else if code >> 8 == 1, let role = KeyRole(rawValue: UInt8(code & 0xff)) {
            self = .role(role)
        } else {
            return nil
        }
    }

    static let roleBase: UInt16 = 0x0100
}

/// One key among all: its purpose and its version.
public struct KeyName: Sendable, Hashable {
    public let purpose: KeyPurpose
    /// From 1. Zero means a passphrase, and stands only inside passphrase files.
    public let version: UInt32

    public init(_ purpose: KeyPurpose, version: UInt32) {
        self.purpose = purpose
        self.version = version
    }
}

extension KeyPurpose: CustomStringConvertible {
    /// The word of the role, or the short name of the class key.
    public var description: String {
        switch self {
        case .role(let role): role.word
        case .classKey(.blindIndex): "BIK"
        case .classKey(.auditLog): "AHK"
        case .classKey(.backup): "BKK"
        case .classKey(.seeds): "TSK"
        case .classKey(.marks): "PSK"
        case .subjectKey(.personal): "subject pii"
        case .subjectKey(.secondFactors): "subject auth"
        case .subjectKey(.matching): "subject match"
        }
    }
}
