/// Everything that a decision depends on, besides the policy. Kept with the verdict, so that anyone can replay it.
///
/// Plain values: ages instead of moments, opaque references instead of people. Ages are seconds; one below zero means
/// that somebody's clock is wrong, and whatever carries it does not count.
public struct VerdictInputs: Sendable, Hashable {
    public var purpose: Purpose
    /// `nil` to choose it by the policy, as a service does; set in test cases, and to look at a tier by itself.
    public var tier: TierName?
    /// What the account holds, in the directory's unit; `nil` if the directory did not say.
    public var stake: Int64?
    /// The channel through which the case came.
    public var channel: Channel
    public var caseAge: Int64
    /// A signal that the policy knows and that is missing here is unknown.
    public var signals: [SignalName: SignalReading]
    public var evidence: [Evidence]
    public var approvals: [Approval]
    /// References of all staff who worked on the case. Their approval never counts.
    public var caseAgents: Set<String>

    public init(
        purpose: Purpose,
        tier: TierName? = nil,
        stake: Int64?,
        channel: Channel,
        caseAge: Int64,
        signals: [SignalName: SignalReading] = [:],
        evidence: [Evidence] = [],
        approvals: [Approval] = [],
        caseAgents: Set<String> = []
    ) {
        self.purpose = purpose
        self.tier = tier
        self.stake = stake
        self.channel = channel
        self.caseAge = caseAge
        self.signals = signals
        self.evidence = evidence
        self.approvals = approvals
        self.caseAgents = caseAgents
    }
}

/// The recorded outcome of a check. About the claimant.
public struct Evidence: Sendable, Hashable {
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        case passed, failed, indeterminate
    }

    public var kind: CheckKind
    public var outcome: Outcome
    /// Seconds since the check.
    public var age: Int64
    /// Through which the claimant gave it.
    public var channel: Channel
    /// An opaque reference of the authenticator or address, the same for the same one within a case.
    public var instrument: String
    /// Whether a code went to the very address through which the case came.
    public var sameAddress: Bool

    public init(
        kind: CheckKind,
        outcome: Outcome,
        age: Int64,
        channel: Channel,
        instrument: String = "",
        sameAddress: Bool = false
    ) {
        self.kind = kind
        self.outcome = outcome
        self.age = age
        self.channel = channel
        self.instrument = instrument
        self.sameAddress = sameAddress
    }
}

/// A signed statement by staff. About the decision, never about the claimant.
public struct Approval: Sendable, Hashable {
    public var role: ApproverRole
    /// An opaque reference of the person, the same for the same person within a case.
    public var approver: String
    /// Seconds since it was signed.
    public var age: Int64
    /// Whether the signature holds over the case as it stands now. If anything changed, it is void.
    public var isBound: Bool
    /// Whether the system drew this approver.
    public var isDrawn: Bool

    public init(role: ApproverRole, approver: String, age: Int64, isBound: Bool, isDrawn: Bool = false) {
        self.role = role
        self.approver = approver
        self.age = age
        self.isBound = isBound
        self.isDrawn = isDrawn
    }
}
