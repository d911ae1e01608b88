public import RecoveryCrypto
public import RecoveryPolicy

/// One request, for one account and one purpose.
public struct RecoveryCase: StoredRecord, Hashable {
    public static let kind = RecordKind.recoveryCase

    public let name: CaseID
    /// Whose account it is about. Of an account that does not exist it is a decoy, and nothing else differs.
    public let subject: Pseudonym
    public let purpose: Purpose
    /// Every channel the claimant came through, the newest last.
    public var channels: [Channel]
    public var tier: String
    public var state: CaseState
    /// Rises with everything an approver is shown. What was signed for another version counts no more.
    public var version: Int
    public let openedBy: StaffName
    public let openedAt: UnixTime
    public let expiresAt: UnixTime
    /// Everybody who worked on the case. None of them may approve it.
    public var people: Set<Pseudonym>
    /// SHA-256 of the policy that rules it, hexadecimal.
    public let policy: String
    public var evidence: [RecordedEvidence]
    /// How many EVENT records of the log name this case (`Docs/Specs/audit-log.md` §6, `case.close`).
    public var records: Int
    /// The number of the operator's own ticket, if there is one.
    public let ticket: String?

    public var id: String { name.text }
    public var owner: String { subject.text }

    /// Whether its life ended before anything was changed. A plan that has begun does not run out.
    func hasRunOut(at now: UnixTime) -> Bool { expiresAt <= now && state.after(.timedOut) != nil }

    /// Whether something may still come of it.
    func isOpen(at now: UnixTime) -> Bool { !state.isFinal && !hasRunOut(at: now) }
}

/// The recorded outcome of a check that the claimant passed. It is about the claimant, never about the decision.
public struct RecordedEvidence: Sendable, Hashable, Codable {
    public let check: CheckKind
    public let channel: Channel
    /// Which address a code went to, such as `email/0`: field and slot, not the address.
    public let address: String?
    /// Whether the address is the one through which the case came.
    public let isSameChannel: Bool
    public let at: UnixTime
    /// The record of the log that says so.
    public let position: UInt64
}

/// A second factor of a subject: all but its secret, which the vault holds.
public struct Authenticator: StoredRecord, Hashable {
    public static let kind = RecordKind.authenticator

    public enum Form: String, Sendable, Codable {
        case totp
        case savedCodes = "saved-codes"
        /// Codes sent to an address count their failures here too.
        case email, sms
        /// Stands in for the authenticators of accounts that do not exist, so that they run out of attempts alike.
        case decoy
    }

    public let subject: Pseudonym
    public let form: Form
    public let slot: UInt32
    /// The last time step that was accepted. It and all before it are dead (RFC 6238 §5.2).
    public var lastStep: Int64?
    /// Saved codes that were used.
    public var usedCodes: Set<Int>
    /// Failures in a row, over all cases, agents and channels (63B §3.2.2).
    public var failures: Int
    /// No attempt is heard before this moment.
    public var coolOffUntil: UnixTime?
    public let boundAt: UnixTime

    public var id: String { "\(subject.text)/\(form.rawValue)/\(slot)" }
    public var owner: String { subject.text }

    public init(subject: Pseudonym, form: Form, slot: UInt32, boundAt: UnixTime) {
        self.subject = subject
        self.form = form
        self.slot = slot
        self.boundAt = boundAt
        usedCodes = []
        failures = 0
    }
}

/// A code that was sent to an address, as a tag that says nothing without the key.
public struct IssuedCode: StoredRecord, Hashable {
    public static let kind = RecordKind.issuedCode

    public let recoveryCase: CaseID
    public let method: MessageChannel
    /// The slot of the address.
    public let slot: UInt32
    /// HMAC of case, purpose, address and code, hexadecimal. `nil` once used or void.
    public var tag: String?
    public var validUntil: UnixTime
    public var sends: Int
    /// The record of the log that says it was sent. The newest code of a case is the one that is checked.
    public var position: UInt64

    public var id: String { "\(recoveryCase.text)/\(method.rawValue)" }
    public var owner: String { recoveryCase.text }
}
