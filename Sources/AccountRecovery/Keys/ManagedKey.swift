import RecoveryVault

/// A key of the installation that has versions, by the word that commands take (`Docs/Specs/vault.md` §3).
public enum ManagedKey: String, Sendable, Hashable, CaseIterable {
    case pii, match, auth, sys
    case blindIndex = "bik"
    case auditLog = "ahk"
    case backup = "bkk"
    case seeds = "tsk"
    case marks = "psk"

    var purpose: KeyPurpose {
        switch self {
        case .pii: .role(.pii)
        case .match: .role(.match)
        case .auth: .role(.auth)
        case .sys: .role(.sys)
        case .blindIndex: .classKey(.blindIndex)
        case .auditLog: .classKey(.auditLog)
        case .backup: .classKey(.backup)
        case .seeds: .classKey(.seeds)
        case .marks: .classKey(.marks)
        }
    }

    init?(_ purpose: KeyPurpose) {
        guard let key = Self.allCases.first(where: { $0.purpose == purpose }) else { return nil }
        self = key
    }

    /// The number in the table `keyring`.
    var code: UInt16 { purpose.keyringCode ?? 0 }

    /// The role whose provider has the key itself, or the key that wraps it.
    var role: KeyRole {
        switch purpose {
        case .role(let role): role
        case .classKey(let key): key.wrappedBy
        case .subjectKey: .sys
        }
    }

    /// The class of the subjects' keys that this one wraps.
    var wraps: SubjectKeyClass? { SubjectKeyClass.allCases.first { $0.wrappedBy == purpose } }
}

/// One version of a key, as whoever runs the installation sees it.
public struct KeyView: Sendable, Hashable, Encodable {
    public let key: String
    public let version: UInt32
    /// `prepared`, `active`, `draining`, `retired` or `destroyed`.
    public let state: String
    /// Key check value, 16 hexadecimal digits: tells a copy from another key, and nothing of the key.
    public let kcv: String
    /// Unix seconds.
    public let created: Int64
    /// How many keys of subjects are wrapped under this version; `nil` for a key that wraps none.
    public let wraps: Int?
    /// How many of these could not be unwrapped, and were put aside.
    public let quarantined: Int
    /// Until when a copy outside of the store may need it, in Unix seconds. Of retired keys alone.
    public let notAfter: Int64?
    /// Where the key comes from; `nil` for one that is wrapped under another.
    public let provider: String?
}

extension KeyState {
    var word: String {
        switch self {
        case .prepared: "prepared"
        case .active: "active"
        case .draining: "draining"
        case .retired: "retired"
        case .destroyed: "destroyed"
        }
    }
}
