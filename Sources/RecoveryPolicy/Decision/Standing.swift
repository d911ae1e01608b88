/// Whether a piece of evidence counts, and if not, why.
public enum Standing: Sendable, Hashable {
    case counts
    case notPassed
    /// Past its validity, or from the future: as if it had never been given.
    case stale
    case blocked(by: SignalName)
    /// The code went to the very address through which the case came.
    case sameAddress
    /// Social networks are intake only.
    case carriedByIntakeOnly
    /// A recovery contact's code, before the case is old enough.
    case early
}

/// Whether an approval counts, and if not, why.
public enum ApprovalStanding: Sendable, Hashable {
    case counts
    case stale
    /// The case changed after it was signed.
    case void
    /// The approver worked on the case.
    case ownCase
    /// The policy says that the system draws the approver.
    case notDrawn
}

/// The signals that bite in a case, ascending by name.
struct ActiveSignals {
    private let rules: [(name: SignalName, rule: SignalRule)]

    init(_ policy: Policy, _ inputs: VerdictInputs) {
        rules = policy.signals.filter { $1.isActive(inputs.signals[$0] ?? .unknown) }
            .map { ($0, $1) }.sorted { $0.0 < $1.0 }
    }

    /// The first signal by name that closes the check.
    func blocking(_ kind: CheckKind) -> SignalName? {
        rules.first { $0.rule.blocks.contains(kind) }?.name
    }

    /// The first signal by name that refuses the purpose outright.
    func refusing(_ purpose: Purpose) -> SignalName? {
        rules.first { $0.rule.refuses.contains(purpose) }?.name
    }
}

extension Policy {
    func standing(
        of evidence: Evidence,
        under rule: Rule,
        _ inputs: VerdictInputs,
        _ signals: ActiveSignals
    ) -> Standing {
        guard evidence.outcome == .passed else { return .notPassed }
        guard (0...effectiveEvidenceValid).contains(evidence.age) else { return .stale }
        guard evidence.channel.carriesEvidence else { return .carriedByIntakeOnly }
        if let signal = signals.blocking(evidence.kind) { return .blocked(by: signal) }
        guard !evidence.sameAddress || rule.sameChannelAllowed else { return .sameAddress }
        if evidence.kind == .contactCode, inputs.caseAge < limits.contactWait { return .early }
        return .counts
    }

    func standing(of approval: Approval, under rule: Rule, _ inputs: VerdictInputs) -> ApprovalStanding {
        guard (0...approvalValid).contains(approval.age) else { return .stale }
        guard approval.isBound else { return .void }
        guard !inputs.caseAgents.contains(approval.approver) else { return .ownCase }
        guard rule.chosen == .staff || approval.isDrawn else { return .notDrawn }
        return .counts
    }
}
