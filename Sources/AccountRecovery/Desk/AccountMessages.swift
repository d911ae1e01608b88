/// A customer as an import file gives them: every value personal, but for what stands open beside it.
public struct NewAccount: Sendable {
    /// Where it stands in the file, from 1.
    public let line: Int
    /// Values by field name: `account`, `name`, `date_of_birth`, `email`, `phone`, `address`, `national_id`.
    public let fields: [String: SecretText]
    /// ISO 3166 code, for phone numbers without one. Not stored.
    public let country: String?
    /// BCP 47 tag of the customer's language.
    public let language: String
    /// What is at stake, in the operator's own unit.
    public let stake: Int64

    public init(line: Int, fields: [String: SecretText], country: String?, language: String, stake: Int64) {
        self.line = line
        self.fields = fields
        self.country = country
        self.language = language
        self.stake = stake
    }
}

/// A line of an import that was refused. Names the field and the reason, never the value.
public struct ImportRefusal: Sendable, Hashable, Encodable {
    /// From 1.
    public let line: Int
    public let field: String
    public let reason: String

    public init(line: Int, field: String, reason: String) {
        self.line = line
        self.field = field
        self.reason = reason
    }
}

/// What came of an import.
public struct ImportAnswer: Sendable, Hashable, Encodable {
    public let imported: Int
    public let skipped: [ImportRefusal]
    public let position: UInt64
}

/// An account as staff may see it: what is locked and held, and nothing personal.
public struct AccountView: Sendable, Hashable, Encodable {
    public let subject: Pseudonym
    public let lockReason: String?
    public let isFrozen: Bool
    public let hasSecondFactor: Bool
    public let holds: [CaseView.HoldView]
    /// Which factors are bound, such as `totp/0`.
    public let factors: [String]
    /// How many saved codes are left.
    public let savedCodesLeft: Int
    public let openCases: [CaseID]
    /// What keeps the account from being erased.
    public let legalHolds: [LegalHoldView]
    public let position: UInt64

    public struct LegalHoldView: Sendable, Hashable, Encodable {
        public let reason: String
        /// Unix seconds.
        public let since: Int64
        public let by: StaffName
    }
}

/// A new second factor, to be shown to its owner once. Secret.
public struct NewFactor: Sendable {
    /// The `otpauth://` URI as UTF-8.
    public let uri: SecretText
    public let position: UInt64
}

/// New saved codes, to be shown to their owner once. Secret.
public struct NewCodes: Sendable {
    /// One code a line, ASCII.
    public let text: SecretText
    public let count: Int
    public let position: UInt64
}

/// What came of a change to an account.
public struct AccountChange: Sendable, Hashable, Encodable {
    /// In words, such as `open` and `locked: failed-attempts`.
    public let before: String
    public let after: String
    public let position: UInt64
    /// Anything the operator must be told, such as the date from which no backup can restore the subject.
    public let remarks: [String]
    /// What an erasure comes to, to be handed on. `nil` for every other change.
    public var shredding: ShreddingCertificate?
}

/// Since when a customer's data is unreadable, and from when no backup changes that: what the log proves, in one place.
///
/// The record says the subject, the mark and the retention; the rest follows from its time.
public struct ShreddingCertificate: Sendable, Hashable, Encodable {
    /// The log, and the number of its record.
    public let log: String
    public let record: UInt64
    public let subject: Pseudonym
    /// 32 hexadecimal digits: the line of the journal of erasures.
    public let tombstone: String
    /// Unix seconds.
    public let erasedAt: Int64
    /// Days for which key files of backups are kept.
    public let keyFileDays: Int64
    /// Unix seconds. Every key file that could open the data is destroyed by then, if the operator keeps to the days.
    public let unrecoverableFrom: Int64
}

/// A new member of staff, and the statement that an administrator signs about them.
public struct StaffAdmission: Sendable {
    public let name: StaffName
    public let role: StaffRole
    public let publicKey: String

    public init(name: StaffName, role: StaffRole, publicKey: String) {
        self.name = name
        self.role = role
        self.publicKey = publicKey
    }
}

/// A member of staff as a list shows them.
public struct StaffView: Sendable, Hashable, Encodable {
    public let name: StaffName
    public let role: StaffRole
    public let person: Pseudonym
    public let publicKey: String
    public let isRevoked: Bool
    /// Where the log stands after a change; absent in a list.
    public let position: UInt64?
}

/// A key that shall sign nothing any more.
public struct StaffRevocation: Sendable {
    public let name: StaffName
    /// Small letters, digits and hyphens, such as `left` and `key-lost`.
    public let why: String

    public init(name: StaffName, why: String) {
        self.name = name
        self.why = why
    }
}

/// What a reconciliation found.
public struct ReconcileAnswer: Sendable, Hashable, Encodable {
    public let changes: Int
    /// Changes in the directory that no grant and no order of ours explains.
    public let orphans: [Orphan]
    public let position: UInt64

    public struct Orphan: Sendable, Hashable, Encodable {
        public let number: Int64
        public let subject: Pseudonym
        public let action: String
    }
}
