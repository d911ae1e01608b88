/// Looks for what no policy may allow, and for what is weaker than it need be: Docs/Specs/policy.md §6.
public enum PolicyLint {
    /// The longest that an approval may count.
    static let approvalValidCeiling: Int64 = 86_400
    /// A hold after a factor reset: from 24 hours to 30 days.
    static let holdRange: ClosedRange<Int64> = 86_400...30 * 86_400

    /// Every finding, refusals first, then by path and code.
    public static func findings(in policy: Policy) -> [LintFinding] {
        let found =
            whole(policy)
            + policy.allRules.flatMap { purpose, tiers, rule in
                evidence(rule, purpose: purpose, in: policy) + effects(rule, purpose: purpose)
                    + approvals(rule, purpose: purpose, at: tiers, in: policy)
            }
        return found.sorted {
            ($0.severity.rawValue, $0.path, $0.code.rawValue, $0.text)
                < ($1.severity.rawValue, $1.path, $1.code.rawValue, $1.text)
        }
    }

    /// Whether the policy may be applied.
    public static func admits(_ policy: Policy) -> Bool {
        !findings(in: policy).contains { $0.severity == .refusal }
    }
}

extension PolicyLint {
    /// What concerns no single rule.
    private static func whole(_ policy: Policy) -> [LintFinding] {
        var found: [LintFinding] = []
        func report(_ code: LintFinding.Code, _ source: String, _ path: String, _ text: String, _ cure: String) {
            found.append(LintFinding(code: code, source: source, path: path, text: text, cure: cure))
        }
        if !policy.notices.contains(.granted) {
            report(.noNotice, "63B §4.6", "notify", "the owner is not told of a grant", "add `granted`")
        }
        if policy.details.fields < 3 || policy.details.notGuessable < 1 {
            report(
                .weakDetails,
                "house",
                "details",
                "fewer than 3 fields, or none that is hard to guess",
                "write `{fields: 3, not_guessable: 1}` or more"
            )
        }
        if policy.evidenceValid > Policy.evidenceValidCeiling {
            report(.pastLimit, "house", "evidence_valid", "above 60m", "write 60m or less")
        }
        if policy.approvalValid > approvalValidCeiling {
            report(.pastLimit, "house", "approval_valid", "above 24h", "write 24h or less")
        }
        for entry in Limits.entries where !entry.range.contains(policy.limits[keyPath: entry.field]) {
            let bounds = [entry.range.lowerBound, entry.range.upperBound].map {
                entry.isDuration ? $0.asDuration : String($0)
            }
            report(
                .pastLimit,
                entry.source,
                "limits.\(entry.key)",
                "outside \(bounds[0]) to \(bounds[1])",
                "write a value from \(bounds[0]) to \(bounds[1])"
            )
        }
        if policy.rules[.freeze] == nil {
            report(.noFreeze, "63B §4.3", "purposes", "nobody can freeze an account", "add the purpose `freeze`")
        }
        for purpose in Purpose.allCases {
            guard let rules = policy.rules[purpose] else { continue }
            for tier in policy.tiers where rules[tier.name] == nil {
                report(
                    .missingRule,
                    "house",
                    "purposes.\(purpose.rawValue)",
                    "no rule at tier \(tier.name): every case there is refused",
                    "add the tier, if that is not meant"
                )
            }
        }
        let asked = policy.tiers.reduce(into: Set<SignalName>()) { $0.formUnion($1.condition?.signals ?? []) }
        for (name, rule) in policy.signals
        where rule.blocks.isEmpty && rule.refuses.isEmpty && !asked.contains(name) {
            report(.idleSignal, "house", "signals.\(name)", "changes nothing", "let it block, or remove it")
        }
        return found
    }
}
