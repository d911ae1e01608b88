/// What an account may be handed back for. Immutable; made by ``PolicyDocument``.
///
/// A policy that was read can be evaluated: there are no errors later. Whether it is a *good* policy is for
/// ``PolicyLint`` to say.
public struct Policy: Sendable, Hashable {
    public internal(set) var name: String
    /// From 1; the author raises it with every change.
    public internal(set) var version: Int64
    public internal(set) var description: String
    public internal(set) var totpWindow: TOTPWindow
    /// Seconds for which a passed check counts.
    public internal(set) var evidenceValid: Int64
    /// Seconds for which an approval counts.
    public internal(set) var approvalValid: Int64
    public internal(set) var details: DetailsRule
    /// First match wins; the last has no condition.
    public internal(set) var tiers: [Tier]
    public internal(set) var rules: [Purpose: [TierName: Rule]]
    public internal(set) var signals: [SignalName: SignalRule]
    public internal(set) var limits: Limits
    /// What the owner is told of. Empty if the policy says `none`.
    public internal(set) var notices: Set<Notice>
    public internal(set) var serviceLevels: [Channel: ServiceLevel]
}

/// Which time steps of RFC 6238 are accepted.
public enum TOTPWindow: String, Sendable, Hashable, CaseIterable {
    /// The current step (ASVS 6.5.5).
    case strict
    /// The current step and the one before (RFC 6238 §5.2).
    case rfc

    /// Steps before the current one.
    public var stepsBack: Int { self == .strict ? 0 : 1 }
}

/// How many personal details a caller is asked for. They find an account and prove nothing.
public struct DetailsRule: Sendable, Hashable {
    public internal(set) var fields: Int64
    /// How many of the fields must not be guessable from public sources.
    public internal(set) var notGuessable: Int64
}

/// What one purpose asks for at one tier, and what it gives.
public struct Rule: Sendable, Hashable {
    /// Where it stands in the file: `purposes.unlock.normal`, or `purposes.freeze.every`.
    public let path: String
    public internal(set) var evidence: Requirement { didSet { place() } }
    /// `nil` if the policy says `none`.
    public internal(set) var approvals: ApprovalRequirement? { didSet { place() } }
    public internal(set) var chosen: ApproverChoice
    /// Seconds for each scope. Empty if the policy says `none`.
    public internal(set) var hold: [HoldScope: Int64]
    /// In the order of the file, without ``Action/placeHold``.
    public internal(set) var actions: [Action]
    /// The lock reasons that the grant lifts.
    public internal(set) var lifts: Set<LockReason>
    /// Whether a code counts that went to the very address through which the case came.
    public internal(set) var sameChannelAllowed: Bool
    /// Whether the customer's own request is served without an agent.
    public internal(set) var automated: Bool

    // What every decision looks at, and no decision changes. Details and callbacks are worth nothing: a way made of them
    // alone is no way (63A §2.5.1).
    private(set) var evidenceWays: [[Placed<CheckChoice>]] = []
    private(set) var evidenceLeaves: [Placed<CheckChoice>] = []
    private(set) var approvalWays: [[Placed<ApproverCount>]] = []

    init(
        path: String,
        evidence: Requirement,
        approvals: ApprovalRequirement?,
        chosen: ApproverChoice,
        hold: [HoldScope: Int64],
        actions: [Action],
        lifts: Set<LockReason>,
        sameChannelAllowed: Bool,
        automated: Bool
    ) {
        self.path = path
        self.evidence = evidence
        self.approvals = approvals
        self.chosen = chosen
        self.hold = hold
        self.actions = actions
        self.lifts = lifts
        self.sameChannelAllowed = sameChannelAllowed
        self.automated = automated
        place()
    }

    private mutating func place() {
        evidenceWays = evidence.ways(at: path + ".evidence").filter { $0.contains(where: \.leaf.hasWorth) }
        evidenceLeaves = evidence.leaves(at: path + ".evidence")
        approvalWays = approvals?.ways(at: path + ".approvals") ?? []
    }

    /// Everything that a grant under this rule allows.
    public var grantedActions: [Action] { actions + (hold.isEmpty ? [] : [.placeHold]) }

    /// Whether the grant binds a second factor anew, or removes one. The strictest rules ask this and not the purpose's
    /// name, so that no other purpose is a way round them.
    public var changesSecondFactor: Bool {
        actions.contains(.removeSecondFactor) || actions.contains(.enrolSecondFactor)
    }

    var usesPost: Bool {
        evidenceLeaves.contains { $0.leaf.kinds.contains(.issuedCode(.post)) }
    }
}

/// Who picks the approver.
public enum ApproverChoice: String, Sendable, Hashable, CaseIterable {
    /// Whoever takes it up.
    case staff
    /// Drawn by the system from those on duty, so that an agent cannot ask a friend.
    case system
}

/// Promised times on one channel, in seconds.
public struct ServiceLevel: Sendable, Hashable {
    public internal(set) var firstAnswer: Int64
    public internal(set) var verify: Int64
    public internal(set) var resolve: Int64
}

extension Policy {
    /// The longest that evidence may count, whatever a policy says (Docs/Specs/policy.md §5).
    public static let evidenceValidCeiling: Int64 = 3600

    /// Seconds for which evidence counts. A policy past the ceiling is refused by the linter, and here it gains nothing.
    var effectiveEvidenceValid: Int64 { min(evidenceValid, Self.evidenceValidCeiling) }

    public func rule(for purpose: Purpose, at tier: TierName) -> Rule? { rules[purpose]?[tier] }

    /// The rule of a purpose that has the same one at every tier.
    func commonRule(for purpose: Purpose) -> Rule? {
        let found = tiers.map { rule(for: purpose, at: $0.name) }
        guard let first = found.first, found.allSatisfy({ $0?.path == first?.path }) else { return nil }
        return first
    }

    /// Every rule once, in the order of ``Purpose`` and of the tiers.
    var allRules: [(purpose: Purpose, tiers: [TierName], rule: Rule)] {
        Purpose.allCases.flatMap { purpose in
            var found: [(purpose: Purpose, tiers: [TierName], rule: Rule)] = []
            for tier in tiers {
                guard let rule = rule(for: purpose, at: tier.name) else { continue }
                if let index = found.firstIndex(where: { $0.rule.path == rule.path }) {
                    found[index].tiers.append(tier.name)
                } else {
                    found.append((purpose, [tier.name], rule))
                }
            }
            return found
        }
    }
}
