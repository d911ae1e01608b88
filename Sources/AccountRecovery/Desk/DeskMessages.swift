public import RecoveryPolicy

/// What is asked when a case is opened. The reference is personal data: it is normalised, looked up, and forgotten.
public struct OpenCase: Sendable {
    public let account: AccountClaim
    public let purpose: Purpose
    public let channel: Channel
    /// The operator's own ticket number.
    public let ticket: String?

    public init(account: SecretText, purpose: Purpose, channel: Channel, ticket: String? = nil) {
        self.init(claim: .reference(account), purpose: purpose, channel: channel, ticket: ticket)
    }

    public init(claim: AccountClaim, purpose: Purpose, channel: Channel, ticket: String? = nil) {
        account = claim
        self.purpose = purpose
        self.channel = channel
        self.ticket = ticket
    }
}

/// One detail as the claimant said it.
public struct ClaimedDetail: Sendable {
    /// A field's name, such as `date_of_birth`.
    public let field: String
    public let value: SecretText

    public init(field: String, value: SecretText) {
        self.field = field
        self.value = value
    }
}

/// A case as the desk may see it: where it stands and what is missing, and nothing personal.
public struct CaseView: Sendable, Hashable, Encodable {
    public let name: CaseID
    public let purpose: Purpose
    public let channel: Channel
    public let tier: String
    public let state: CaseState
    public let version: Int
    public let openedBy: StaffName
    public let openedAt: Int64
    public let expiresAt: Int64
    /// Checks that count now, each with the moment it stops counting.
    public let passed: [Passed]
    /// What is missing, in words for the agent.
    public let missing: [String]
    /// Approvals given for the case as it stands, and how many the policy wants.
    public let approvals: Int
    public let approvalsNeeded: Int
    public let policy: String
    public let ticket: String?
    public let holds: [HoldView]
    public let steps: [StepView]

    public struct Passed: Sendable, Hashable, Encodable {
        public let check: String
        public let validUntil: Int64
    }

    public struct HoldView: Sendable, Hashable, Encodable {
        public let scopes: [String]
        public let until: Int64
    }

    public struct StepView: Sendable, Hashable, Encodable {
        public let action: String
        public let outcome: String
    }
}

/// What came of a change to a case.
public struct CaseChange: Sendable, Hashable, Encodable {
    public let before: CaseState
    public let recoveryCase: CaseView
    /// The log's length after it: everything below this position is written.
    public let position: UInt64
}

/// What came of a check. A wrong code, a used code and an unknown account are the same answer.
public struct CheckAnswer: Sendable, Hashable, Encodable {
    public enum Outcome: String, Sendable, Encodable {
        case pass, fail, indeterminate
    }

    public let outcome: Outcome
    /// How often this check may still be tried in this case.
    public let attemptsLeft: Int
    public let change: CaseChange
}

/// What came of sending a code.
public struct CodeSent: Sendable, Hashable, Encodable {
    public let method: String
    public let validUntil: Int64
    /// How often a code may still be sent in this case by this method.
    public let sendsLeft: Int
    public let change: CaseChange
}

/// What the policy says of a case.
public struct DecisionView: Sendable, Hashable, Encodable {
    public enum Outcome: String, Sendable, Encodable {
        case granted, needs, waiting, refused
    }

    public let outcome: Outcome
    /// The reasons, one line each, naming the policy's rules by path.
    public let reasons: [String]
    /// What may be said to the caller: never which fact failed.
    public let forCaller: String
    public let grant: String?
    public let grantExpiresAt: Int64?
    public let change: CaseChange
}

/// What came of spending a grant.
public struct RestoreView: Sendable, Hashable, Encodable {
    public let change: CaseChange
    public let notices: Int
    /// Present after a factor reset: the customer's right to bind a new factor, 112 bits. Shown once.
    public let enrolmentTicket: String?
    public let ticketExpiresAt: Int64?
}

/// What an approver is shown, and signs.
public struct ApprovalRequest: Sendable, Hashable, Encodable {
    public let recoveryCase: CaseView
    /// What would be done.
    public let actions: [String]
    /// SHA-256 of the case as shown, hexadecimal.
    public let digest: String
    /// The log's origin, the action word, and the number that makes the statement single-use.
    public let origin: String
    public let action: String
    public let nonce: String
    public let notAfter: Int64
}

/// A statement with its signature, as it goes into the log.
public struct SignedStatement: Sendable, Hashable {
    public let request: ApprovalRequest
    public let isApproval: Bool
    /// Ed25519, 64 bytes, base64.
    public let signature: String

    public init(request: ApprovalRequest, isApproval: Bool, signature: String) {
        self.request = request
        self.isApproval = isApproval
        self.signature = signature
    }
}
