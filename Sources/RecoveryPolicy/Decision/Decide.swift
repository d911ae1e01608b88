/// Holds a case against a policy.
///
/// Pure and total: no clock, no I/O, no randomness, an answer for every input, the same on every machine.
/// The steps are numbered as in Docs/Specs/policy.md §5.
public func decide(_ policy: Policy, _ inputs: VerdictInputs) -> Verdict {
    // 1. The tier.
    let tier = policy.tier(for: inputs)
    func refused(_ refusal: Decision.Refusal, under rule: Rule? = nil) -> Verdict {
        Verdict(refusal, tier: tier, rule: rule)
    }
    // 2. The rule. Where every tier has the same one, as a freeze does, the answer does not hang on the tier.
    let rule: Rule
    if let name = tier.tier {
        guard let found = policy.rule(for: inputs.purpose, at: name) else { return refused(.noRule) }
        rule = found
    } else {
        guard tier.cause == .undecidable, let common = policy.commonRule(for: inputs.purpose) else {
            return refused(.tierUnknown)
        }
        rule = common
    }
    // 3. Signals. They come before evidence, so that none can outweigh them.
    let strangers = inputs.signals.lazy.filter { $1 != .never && policy.signals[$0] == nil }.map(\.key)
    if let stranger = strangers.min() { return refused(.unknownSignal(stranger), under: rule) }
    let signals = ActiveSignals(policy, inputs)
    if let signal = signals.refusing(inputs.purpose) { return refused(.forbidden(by: signal), under: rule) }
    // 4. The life of the case.
    let life = rule.usesPost ? max(policy.limits.caseLives, policy.limits.caseLivesPost) : policy.limits.caseLives
    guard (0...max(0, life)).contains(inputs.caseAge) else { return refused(.expired, under: rule) }
    // 5 and 6. Evidence, then approvals. Neither sees the other.
    let evidence = EvidenceFindings(policy, rule, inputs, signals)
    let approvals = ApprovalFindings(policy, rule, inputs)
    // 7. The decision.
    let decision: Decision =
        switch evidence.state {
        case .closed: .refused(.closed)
        case .missing(let ways): .needs(ways)
        case .early: .waiting(.init(whom: .delay, untilCaseAge: policy.limits.contactWait))
        case .met:
            if approvals.missing.isEmpty {
                .granted(.init(actions: rule.grantedActions, lifts: rule.lifts, hold: rule.hold))
            } else {
                .waiting(.init(whom: .approvers(approvals.missing), untilCaseAge: life))
            }
        }
    return Verdict(decision, tier: tier, rule: rule, evidence: evidence, approvals: approvals)
}
