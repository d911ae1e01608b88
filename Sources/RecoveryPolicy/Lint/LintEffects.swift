extension Purpose {
    /// Whether it only ever restricts the account. Asking little is right here.
    var isProtective: Bool { self == .freeze }

    /// What a grant for the purpose may do. A rule that does more would be a way round the rules of another purpose.
    var allowedActions: Set<Action> {
        switch self {
        case .unlock: [.unlock, .revokeSessions]
        case .resetTOTP: [.removeSecondFactor, .enrolSecondFactor, .revokeCodes, .revokeSessions, .unlock]
        case .replaceCodes: [.revokeCodes, .issueCodes, .revokeSessions]
        case .changeContact: [.changeContact, .revokeSessions]
        case .freeze: [.freeze, .revokeSessions]
        case .liftFreeze: [.liftFreeze, .revokeSessions]
        case .erase: [.erase, .revokeSessions]
        }
    }
}

extension PolicyLint {
    /// All of these or none: half a reset leaves a way in for whoever had the old factor.
    private static let wholeReset: [Action] = [.removeSecondFactor, .enrolSecondFactor, .revokeCodes, .revokeSessions]

    /// What a rule does to the account.
    static func effects(_ rule: Rule, purpose: Purpose) -> [LintFinding] {
        var found: [LintFinding] = []
        func report(_ code: LintFinding.Code, _ source: String, _ below: String, _ text: String, _ cure: String) {
            found.append(LintFinding(code: code, source: source, path: rule.path + below, text: text, cure: cure))
        }
        for action in rule.actions where !purpose.allowedActions.contains(action) {
            report(
                .foreignAction,
                "house",
                ".actions",
                "\(action.rawValue) does not belong to \(purpose.rawValue)",
                "give it a rule under the purpose it belongs to"
            )
        }
        if rule.changesSecondFactor {
            for action in wholeReset where !rule.actions.contains(action) {
                report(
                    .partialReset,
                    "house",
                    ".actions",
                    "a factor is reset without \(action.rawValue)",
                    "add `\(action.rawValue)`"
                )
            }
            if rule.hold[.withdrawals] ?? 0 < holdRange.lowerBound {
                report(
                    .shortHold,
                    "house",
                    ".hold",
                    "withdrawals are not held for 24h after a factor reset",
                    "write `withdrawals: 48h`"
                )
            }
        }
        for (scope, duration) in rule.hold where duration > holdRange.upperBound {
            report(
                .longHold,
                "house",
                ".hold.\(scope.rawValue)",
                "above 30d, and nobody can shorten it",
                "write 30d or less"
            )
        }
        for reason in rule.lifts where !reason.isLiftable {
            report(
                .liftsForeignLock,
                "house",
                ".lifts",
                "a \(reason.rawValue) lock is not the customer's to lift",
                "remove `\(reason.rawValue)`"
            )
        }
        if purpose == .changeContact, rule.hold.isEmpty {
            report(
                .noHold,
                "house",
                ".hold",
                "an address changes without a hold",
                "write `contact-changes: 48h`"
            )
        }
        return found
    }

    /// Who has to agree.
    ///
    /// That an approver might be the case's agent, or one person two, cannot be written: the decision never counts it.
    static func approvals(
        _ rule: Rule,
        purpose: Purpose,
        at tiers: [TierName],
        in policy: Policy
    ) -> [LintFinding] {
        guard !purpose.isProtective else { return [] }
        let path = rule.path + ".approvals"
        guard let tree = rule.approvals else {
            if let tier = policy.tiers.first(where: { $0.asksForApproval && tiers.contains($0.name) }) {
                return [
                    LintFinding(
                        code: .loneApproval,
                        source: "house",
                        path: path,
                        text: "tier \(tier.name) asks for approval, and one member of staff alone can complete this",
                        cure: "write `{all: [{role: supervisor, count: 1}]}`"
                    )
                ]
            }
            guard !rule.automated else { return [] }
            return [
                LintFinding(
                    code: .noApproval,
                    source: "house",
                    path: path,
                    text: "one member of staff alone can complete this",
                    cure: "ask for a supervisor, or write `automated: true`"
                )
            ]
        }
        guard tree.ways(at: path).contains(where: { way in way.allSatisfy { $0.leaf.role == .agent } }) else {
            return []
        }
        return [
            LintFinding(
                code: .peersOnly,
                source: "house",
                path: path,
                text: "agents can approve each other without a supervisor",
                cure: "ask for a supervisor, or write `chosen: system`"
            )
        ]
    }
}
