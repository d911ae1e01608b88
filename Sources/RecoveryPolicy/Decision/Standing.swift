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

extension Policy {
    func standing(of evidence: Evidence, under rule: Rule, _ inputs: VerdictInputs) -> Standing {
        guard evidence.outcome == .passed else { return .notPassed }
        guard (0...effectiveEvidenceValid).contains(evidence.age) else { return .stale }
        guard evidence.channel.carriesEvidence else { return .carriedByIntakeOnly }
        if let signal = signalBlocking(evidence.kind, inputs) { return .blocked(by: signal) }
        guard !evidence.sameAddress || rule.sameChannelAllowed else { return .sameAddress }
        if evidence.kind == .contactCode, inputs.caseAge < limits.contactWait { return .early }
        return .counts
    }

    /// The first signal by name that closes the check.
    func signalBlocking(_ kind: CheckKind, _ inputs: VerdictInputs) -> SignalName? {
        signals.filter { $0.value.blocks.contains(kind) && $0.value.isActive(inputs.signals[$0.key] ?? .unknown) }
            .keys.min()
    }

    /// The first signal by name that refuses the purpose outright.
    func signalRefusing(_ inputs: VerdictInputs) -> SignalName? {
        signals.filter {
            $0.value.refuses.contains(inputs.purpose) && $0.value.isActive(inputs.signals[$0.key] ?? .unknown)
        }
        .keys.min()
    }

    func standing(of approval: Approval, under rule: Rule, _ inputs: VerdictInputs) -> ApprovalStanding {
        guard (0...approvalValid).contains(approval.age) else { return .stale }
        guard approval.isBound else { return .void }
        guard !inputs.caseAgents.contains(approval.approver) else { return .ownCase }
        guard rule.chosen == .staff || approval.isDrawn else { return .notDrawn }
        return .counts
    }
}
