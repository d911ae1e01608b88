/// Why a decision came out as it did: a tree that follows the policy, each node with the path of its rule.
///
/// For staff. It names what failed, and so no part of it may reach the caller; see ``Verdict/callerText``.
public struct Reason: Sendable, Hashable {
    /// Where the rule stands in the policy, such as `purposes.unlock.normal.evidence.all[1]`; of the inputs for what was
    /// handed in, such as `evidence[0]`.
    public let path: String
    public let code: Code
    /// For the agent, in one sentence.
    public let text: String
    public let members: [Reason]

    /// Stable names, for scripts and translations.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case granted, needs
        case waitingForApproval = "waiting-for-approval"
        case waitingForDelay = "waiting-for-delay"
        case tierUnknown = "tier-unknown"
        case noRule = "no-rule"
        case unknownSignal = "unknown-signal"
        case forbidden, expired, closed
        case tier
        case met, open
        case leafClosed = "leaf-closed"
        case counts, failed, stale, blocked
        case sameAddress = "same-address"
        case intakeOnly = "intake-only"
        case early
        case void
        case ownCase = "own-case"
        case notDrawn = "not-drawn"
    }
}

extension Verdict {
    /// What the caller may hear. It depends on the kind of decision alone, so that nobody learns from it which fact was
    /// right (Docs/Specs/policy.md §5).
    public var callerText: String {
        switch decision {
        case .granted: "Your request has been approved. We will now carry it out and confirm it to all your addresses."
        case .needs: "Thank you. We need to confirm this request in a further way before we can go on."
        case .waiting: "Thank you. Your request is being reviewed. We will tell you when there is news."
        case .refused:
            "We cannot carry out this request here. You can ask for it to be looked at again by somebody else."
        }
    }

    /// Told anew for whoever asks: a replay of many cases wants the decisions alone.
    public var reason: Reason {
        switch basis {
        case .refusal(let refusal, let rule): refusal.reason(tier: tier, rule: rule)
        case .findings(let rule, let evidence, let approvals): reason(rule, evidence, approvals)
        }
    }

    private func reason(_ rule: Rule, _ evidence: EvidenceFindings, _ approvals: ApprovalFindings) -> Reason {
        var members = [tier.reason, evidence.reason(for: rule.evidence, at: rule.path + ".evidence")]
        members += evidence.standings.enumerated().map { $1.reason(at: "evidence[\($0)]") }
        members.append(approvals.reason(for: rule))
        members += approvals.standings.enumerated().map { $1.reason(at: "approvals[\($0)]") }
        let (code, text) = decision.summary
        return Reason(path: rule.path, code: code, text: text, members: members)
    }
}

extension Verdict {
    init(_ refusal: Decision.Refusal, tier: TierChoice, rule: Rule?) {
        self.init(
            decision: .refused(refusal),
            tier: tier,
            rule: rule?.path,
            standings: [],
            approvalStandings: [],
            evidenceLeaves: [:],
            approvalLeaves: [:],
            basis: .refusal(refusal, rule: rule)
        )
    }

    init(
        _ decision: Decision,
        tier: TierChoice,
        rule: Rule,
        evidence: EvidenceFindings,
        approvals: ApprovalFindings
    ) {
        let isMet = if case .met = evidence.state { true } else { false }
        self.init(
            decision: decision,
            tier: tier,
            rule: rule.path,
            standings: evidence.standings,
            approvalStandings: approvals.standings,
            evidenceLeaves: isMet ? evidence.used : [:],
            approvalLeaves: approvals.used,
            basis: .findings(rule, evidence, approvals)
        )
    }
}

extension Decision.Refusal {
    fileprivate func reason(tier: TierChoice, rule: Rule?) -> Reason {
        let (code, path, text): (Reason.Code, String, String) =
            switch self {
            case .tierUnknown:
                (.tierUnknown, tier.path, "refused: it cannot be told which tier applies")
            case .noRule:
                (.noRule, "purposes", "refused: the policy has no rule for this purpose at tier \(tier.text)")
            case .unknownSignal(let signal):
                (.unknownSignal, "signals", "refused: the policy has no rule for the reported signal \(signal)")
            case .forbidden(let signal):
                (.forbidden, "signals.\(signal).refuses", "refused: the signal \(signal) forbids this purpose")
            case .expired:
                (.expired, "limits.case_lives", "refused: the case is past its life")
            case .closed:
                (.closed, (rule?.path ?? "purposes") + ".evidence", "refused: every way needs a closed check")
            }
        return Reason(path: path, code: code, text: text, members: [tier.reason])
    }
}

extension Reason {
    /// The tree as lines, two spaces to a level: path, then text.
    public var lines: [String] {
        ["\(path): \(text)"] + members.flatMap(\.lines).map { "  " + $0 }
    }
}

extension TierChoice {
    fileprivate var text: String { tier?.text ?? "unknown" }

    fileprivate var reason: Reason {
        let why =
            switch cause {
            case .matched: "its condition holds"
            case .remainder: "no condition before it holds"
            case .given: "it was given"
            case .undecidable: "its condition hangs on something unknown"
            case .notInPolicy: "the policy has no such tier"
            }
        return Reason(path: path, code: .tier, text: "tier \(text): \(why)", members: [])
    }
}
