public import RecoveryCrypto

/// A statement by staff about a decision, signed with the approver's own key. It is never evidence.
public struct RecordedApproval: StoredRecord, Hashable {
    public static let kind = RecordKind.approval

    public let recoveryCase: CaseID
    /// The record of the log that carries the statement.
    public let position: UInt64
    public let by: StaffName
    public let person: Pseudonym
    public let role: StaffRole
    public let isApproval: Bool
    /// What was signed: it counts only while the case still has this version and digest.
    public let caseVersion: Int
    public let digest: String
    public let at: UnixTime

    public var id: String { "\(recoveryCase.text)/\(position)" }
    public var owner: String { recoveryCase.text }
}

/// A number that makes a signed statement single-use. Issued to one key for one act.
public struct Nonce: StoredRecord, Hashable {
    public static let kind = RecordKind.nonce

    public let value: Pseudonym
    public let to: StaffName
    public let notAfter: UnixTime

    public var id: String { value.text }
    public var owner: String { to.text }
}

/// A grant and the plan it pays for.
public struct Restoration: StoredRecord, Hashable {
    public static let kind = RecordKind.restoration

    public let recoveryCase: CaseID
    public let subject: Pseudonym
    /// `jti` of the grant.
    public let grantID: String
    /// The grant as compact JWS.
    public let grant: String
    public let issuedAt: UnixTime
    public let expiresAt: UnixTime
    public var usedAt: UnixTime?
    /// Who is carrying the plan out.
    public var usedBy: Pseudonym?
    public var steps: [Step]

    /// One action of the plan.
    public struct Step: Sendable, Hashable, Codable {
        public internal(set) var action: DirectoryAction
        /// The record of the log that announced it. `nil` before that.
        public var intent: UInt64?
        public var outcome: Outcome
    }

    public enum Outcome: String, Sendable, Codable {
        case planned
        /// Announced in the log; the directory may or may not have heard of it.
        case unknown
        case done
        case failed
    }

    public var id: String { recoveryCase.text }
    public var owner: String { subject.text }

    /// Whether nothing of the plan is left to do.
    public var isDone: Bool { steps.allSatisfy { $0.outcome == .done } }
}

/// A restriction after a recovery. Nobody on the staff can shorten one: nothing in this module writes an earlier end.
public struct Hold: StoredRecord, Hashable {
    public static let kind = RecordKind.hold

    public let recoveryCase: CaseID
    public let subject: Pseudonym
    public let scopes: [String]
    public let start: UnixTime
    public let end: UnixTime

    public var id: String { "\(recoveryCase.text)/\(scopes.joined(separator: "+"))" }
    public var owner: String { subject.text }
}

/// A notice that waits to be delivered. It names an address, and holds none.
public struct Notice: StoredRecord, Hashable {
    public static let kind = RecordKind.notice

    public let recoveryCase: CaseID
    public let subject: Pseudonym
    /// Which text.
    public let about: String
    public let channel: MessageChannel
    /// The slot of the address.
    public let slot: UInt32
    public let queuedAt: UnixTime
    public var tries: Int
    /// `nil` once it was accepted or given up.
    public var nextTry: UnixTime?

    public var id: String { "\(recoveryCase.text)/\(about)/\(channel.rawValue)/\(slot)" }
    public var owner: String { subject.text }
}

/// The right to bind one new factor, given to the customer after a reset. Known here by its hash only.
public struct EnrolmentTicket: StoredRecord, Hashable {
    public static let kind = RecordKind.ticket

    /// SHA-256 of the ticket's bytes, hexadecimal.
    public let hash: String
    public let recoveryCase: CaseID
    public let subject: Pseudonym
    public let expiresAt: UnixTime
    /// The slot under which the new seed lies until a right code from it confirms it.
    public var pendingSlot: UInt32?
    /// Codes that were tried with it. Counted before each is compared.
    public var attempts: Int
    public var usedAt: UnixTime?

    public var id: String { hash }
    public var owner: String { recoveryCase.text }
}

/// What a decision rested on, found by the digest that the log holds: with it, anyone can decide again.
public struct VerdictBasis: StoredRecord, Hashable {
    public static let kind = RecordKind.verdict

    /// SHA-256 of ``inputs``, hexadecimal.
    public let digest: String
    public let recoveryCase: CaseID
    /// `VerdictInputs` in their canonical form.
    public let inputs: String

    public var id: String { digest }
    public var owner: String { recoveryCase.text }
}

/// An order that was given to a directory. A change there that has no order is an orphan.
public struct StandingOrder: StoredRecord, Hashable {
    public static let kind = RecordKind.order

    public let key: String
    public let subject: Pseudonym
    public let action: DirectoryAction
    /// The record of the log that announced it.
    public let position: UInt64
    public var outcome: Restoration.Outcome
    /// The change in the directory that it explains. One order explains one change.
    public var change: Int64?

    public var id: String { key }
    public var owner: String { subject.text }
}
