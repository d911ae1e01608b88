/// The system that holds accounts, locks, second factors, sessions and holds.
///
/// It is somebody else's system even when it is ours: calls to it may fail, or end without an answer. Conformances
/// pass `DirectoryConformance`: idempotent by key, and "unknown" is an answer.
public protocol AccountDirectory: Sendable {
    /// A short name for the log, such as `embedded`.
    var connector: String { get }

    /// What the directory says of an account, or `nil` if it has none of that name.
    func account(_ subject: Pseudonym) async throws -> DirectoryAccount?

    /// Carries out one action of a restore plan, at most once for each ``DirectoryOrder/key``.
    ///
    /// Does not throw: what went wrong is an answer, and ``DirectoryAnswer/unknown`` is one too.
    func perform(_ order: DirectoryOrder) async -> DirectoryAnswer

    /// Takes notice of accounts that an import brought. A directory that knows its accounts by itself does nothing.
    /// Idempotent: an account that is there already stays as it is.
    func enlist(_ accounts: [DirectoryAccount]) async throws

    /// Every change the directory made or suffered, in its own order, after the change of number `after`.
    func changes(after: Int64) async throws -> [DirectoryChange]
}

/// What a directory knows of an account.
public struct DirectoryAccount: Sendable, Hashable, Codable {
    public let subject: Pseudonym
    /// Why the account is locked, such as `failed-attempts`. `nil` when it is open.
    public var lockReason: String?
    public var isFrozen: Bool
    /// Whether a second factor is bound.
    public var hasSecondFactor: Bool
    /// Counts up whenever all sessions are revoked.
    public var sessionGeneration: Int
    /// Scopes on hold, each with its end in Unix seconds.
    public var holds: [String: Int64]
    /// What is at stake, in the operator's own unit. A signal for the policy.
    public var stake: Int64
    /// BCP 47 tag, for the wording of notices.
    public var language: String

    public init(subject: Pseudonym, stake: Int64, language: String) {
        self.subject = subject
        self.stake = stake
        self.language = language
        isFrozen = false
        hasSecondFactor = false
        sessionGeneration = 0
        holds = [:]
    }
}

/// The closed list of what a directory can be asked to do.
public enum DirectoryAction: Sendable, Hashable, Codable {
    /// Lifts a lock if it has one of these reasons, and fails otherwise: a fraud lock outlives an unlock.
    case unlock(reasons: [String])
    case removeSecondFactor
    case enrolSecondFactor
    case revokeSessions
    /// Restricts `scopes` until `until`, in Unix seconds. Never shortens a hold that is there.
    case placeHold(scopes: [String], until: Int64)
    case freeze
    case unfreeze
    case lock(reason: String)

    /// The action's name in the log and in grants.
    public var word: String {
        switch self {
        case .unlock: "unlock"
        case .removeSecondFactor: "remove_second_factor"
        case .enrolSecondFactor: "enrol_second_factor"
        case .revokeSessions: "revoke_sessions"
        case .placeHold: "place_hold"
        case .freeze: "freeze"
        case .unfreeze: "unfreeze"
        case .lock: "lock"
        }
    }
}

/// An action, for one account, on the strength of one grant.
public struct DirectoryOrder: Sendable, Hashable {
    public let action: DirectoryAction
    public let subject: Pseudonym
    /// Makes a repeated call harmless. The same order has the same key for ever.
    public let key: String
    /// The grant as compact JWS. `nil` where none is needed: freezing, and the operator's own lock.
    public let grant: String?

    public init(action: DirectoryAction, subject: Pseudonym, key: String, grant: String?) {
        self.action = action
        self.subject = subject
        self.key = key
        self.grant = grant
    }
}

public enum DirectoryAnswer: Sendable, Hashable {
    case done
    /// Refused, with a code. Nothing was changed.
    case failed(code: String)
    /// It is not known whether anything was changed. Ask again with the same key.
    case unknown
}

/// A change that a directory reports, with the order's key if it was ours.
public struct DirectoryChange: Sendable, Hashable {
    public let number: Int64
    public let subject: Pseudonym
    /// The word of the action.
    public let action: String
    public let key: String?

    public init(number: Int64, subject: Pseudonym, action: String, key: String?) {
        self.number = number
        self.subject = subject
        self.action = action
        self.key = key
    }
}
