extension Policy {
    /// The policy in sentences, one to a line, for people who do not read YAML.
    public var explanation: [String] {
        var lines = ["Policy \(name), version \(version): \(description)."]
        lines.append(
            "A passed check counts for \(effectiveEvidenceValid.asDuration), an approval for \(approvalValid.asDuration)."
        )
        lines.append(
            "A caller is asked for \(details.fields) details, \(details.notGuessable) of them not guessable; they prove nothing."
        )
        for tier in tiers {
            let when = tier.condition.map { "if \($0.text)" } ?? "otherwise"
            lines.append(
                "A case is of tier \(tier.name) \(when)" + (tier.asksForApproval ? "; it asks for approval." : ".")
            )
        }
        for (purpose, tiers, rule) in allRules {
            let all = tiers.count == self.tiers.count
            let place = all ? "at every tier" : "at tier " + tiers.map(\.text).joined(separator: " or ")
            lines.append("\(purpose.rawValue), \(place):" + (rule.automated ? " (served without an agent)" : ""))
            lines += rule.explanation.map { "  " + $0 }
        }
        for (name, rule) in signals.sorted(by: { $0.key < $1.key }) { lines.append(rule.text(name)) }
        lines.append(
            notices.isEmpty
                ? "The owner is told of nothing."
                : "The owner is told, at all validated addresses, of: "
                    + notices.map(\.rawValue).sorted().joined(separator: ", ") + "."
        )
        return lines
    }
}

extension Rule {
    fileprivate var explanation: [String] {
        let holds = hold.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            "\($0.key.rawValue) for \($0.value.asDuration)"
        }
        var lines = ["Evidence: \(evidence.text { $0.text })."]
        lines.append(
            approvals.map { "Approval: \($0.text { "\($0.count) × \($0.role.rawValue)" }), \(chosen.text)." }
                ?? "Approval: none."
        )
        lines.append("Then: " + grantedActions.map(\.rawValue).joined(separator: ", ") + ".")
        lines.append(holds.isEmpty ? "Nothing is held." : "Held: " + holds.joined(separator: ", ") + ".")
        if !lifts.isEmpty {
            lines.append("Lifts locks for: " + lifts.map(\.rawValue).sorted().joined(separator: ", ") + ".")
        }
        if sameChannelAllowed { lines.append("A code to the address through which the case came counts.") }
        return lines
    }
}

extension ApproverChoice {
    fileprivate var text: String { self == .system ? "drawn by the system" : "by whoever takes it up" }
}

extension Tree {
    fileprivate func text(leaf: (Leaf) -> String) -> String {
        switch self {
        case .leaf(let value): return leaf(value)
        case .group(let group):
            let members = group.members.map { member in
                if case .leaf = member { member.text(leaf: leaf) } else { "(" + member.text(leaf: leaf) + ")" }
            }
            return switch group.form {
            case .all: members.joined(separator: " and ")
            case .any: "one of " + members.joined(separator: ", ")
            case .atLeast(let count): "\(count) of " + members.joined(separator: ", ")
            }
        }
    }
}

extension Condition {
    fileprivate var text: String {
        switch self {
        case .all(let members): members.map(\.text).joined(separator: " and ")
        case .any(let members): "(" + members.map(\.text).joined(separator: " or ") + ")"
        case .signal(let name, let within): "\(name) was seen within \(within.asDuration)"
        case .stake(let least, let most):
            [least.map { "the stake is at least \($0)" }, most.map { "the stake is at most \($0)" }]
                .compactMap(\.self).joined(separator: " and ")
        case .channel(let channels):
            "it came by " + channels.map(\.rawValue).sorted().joined(separator: " or ")
        }
    }
}

extension SignalRule {
    fileprivate func text(_ name: SignalName) -> String {
        var effects: [String] = []
        if !blocks.isEmpty { effects.append("closes " + blocks.sorted().map(\.name).joined(separator: ", ")) }
        if !refuses.isEmpty { effects.append("refuses " + refuses.map(\.rawValue).sorted().joined(separator: ", ")) }
        let effect = effects.isEmpty ? "only chooses tiers" : effects.joined(separator: " and ")
        return "For \(duration.asDuration) after \(name), the signal \(effect). Not known counts as seen."
    }
}
