/// The answer to a case. A value, never an error.
public enum Decision: Sendable, Hashable {
    case granted(Terms)
    /// Checks that would be enough, each list by itself. Only what is still open to the claimant is offered.
    case needs([[MissingCheck]])
    case waiting(Waiting)
    case refused(Refusal)

    /// What the grant may do.
    public struct Terms: Sendable, Hashable {
        public let actions: [Action]
        public let lifts: Set<LockReason>
        /// Seconds for each scope.
        public let hold: [HoldScope: Int64]
    }

    public struct MissingCheck: Sendable, Hashable {
        /// Any one of these would do. Without those that a signal closes.
        public let kinds: [CheckKind]
        /// The leaf that asks for it.
        public let path: String
    }

    public struct Waiting: Sendable, Hashable {
        public enum Whom: Sendable, Hashable {
            /// People still to be heard, by role, for the way that lacks fewest.
            case approvers([ApproverRole: Int])
            /// Nobody; a recovery contact's code counts only after a delay (63B §4.2.1.3).
            case delay
        }

        public let whom: Whom
        /// The age of the case, in seconds, at which waiting ends: by going on, or with the case.
        public let untilCaseAge: Int64
    }

    public enum Refusal: Sendable, Hashable {
        /// The tier hangs on a signal or a stake that is unknown, or is not in the policy.
        case tierUnknown
        /// The policy has no rule for this purpose at this tier.
        case noRule
        /// A signal was reported for which the policy has no rule.
        case unknownSignal(SignalName)
        case forbidden(by: SignalName)
        /// The case is past its life, or its age makes no sense.
        case expired
        /// Every way to satisfy the rule needs a check that a signal closes.
        case closed
    }

    /// Refused, needs, waiting, granted: the order in which "never lowers" is meant.
    public var rank: Int {
        switch self {
        case .refused: 0
        case .needs: 1
        case .waiting: 2
        case .granted: 3
        }
    }
}

/// A decision with everything needed to explain it.
public struct Verdict: Sendable, Hashable {
    public let decision: Decision
    public let tier: TierChoice
    /// `nil` if no rule was reached.
    public let rule: String?
    /// What each piece of evidence was worth, in the order of the inputs. Empty if no rule was reached.
    public let standings: [Standing]
    public let approvalStandings: [ApprovalStanding]
    /// The path of each leaf that is met, with the index of the evidence that meets it. Empty unless the evidence is
    /// enough.
    public let evidenceLeaves: [String: Int]
    /// The path of each leaf that an approval meets, with the indices of those approvals.
    public let approvalLeaves: [String: [Int]]
    let basis: Basis

    /// What the reason is told from, once somebody asks.
    enum Basis: Sendable, Hashable {
        case refusal(Decision.Refusal, rule: Rule?)
        case findings(Rule, EvidenceFindings, ApprovalFindings)
    }

    /// Indices of the evidence that was used to meet the rule. Sorted.
    public var countedEvidence: [Int] { evidenceLeaves.values.sorted() }

    /// Indices of the approvals that were used. Sorted.
    public var countedApprovals: [Int] { approvalLeaves.values.flatMap(\.self).sorted() }
}
