extension PolicyDocument {
    private static let ruleKeys = [
        "evidence", "approvals", "chosen", "hold", "actions", "lifts", "same_channel", "automated",
    ]

    static func rules(
        _ node: StrictNode,
        tiers: [Tier]
    ) throws(PolicyError) -> [Purpose: [TierName: Rule]] {
        var result: [Purpose: [TierName: Rule]] = [:]
        for (purpose, value) in try node.named(Purpose.self) {
            result[purpose] = try rules(of: value, tiers: tiers.map(\.name))
        }
        guard !result.isEmpty else { throw node.error(.demandsNothing, "no purpose", "write one at least") }
        return result
    }

    /// `every` with one rule, or a rule for each tier named.
    private static func rules(
        of node: StrictNode,
        tiers: [TierName]
    ) throws(PolicyError) -> [TierName: Rule] {
        let members = try node.members()
        if let every = members.first(where: { $0.key == "every" }) {
            guard members.count == 1 else {
                throw node.error(.contradiction, "`every` beside single tiers", "keep `every`, or name each tier")
            }
            let rule = try rule(every.value)
            return Dictionary(uniqueKeysWithValues: tiers.map { ($0, rule) })
        }
        var result: [TierName: Rule] = [:]
        for member in members {
            guard let tier = TierName(member.key), tiers.contains(tier) else {
                throw member.unknownKey(of: ["every"] + tiers.map(\.text))
            }
            result[tier] = try rule(member.value)
        }
        guard !result.isEmpty else { throw node.error(.demandsNothing, "no rule", "write one at least") }
        return result
    }

    private static func rule(_ node: StrictNode) throws(PolicyError) -> Rule {
        let fields = try Fields(node, keys: ruleKeys)
        let written = try fields.required("actions")
        let actions = try written.choices(Action.self)
        guard !actions.isEmpty else { throw written.error(.demandsNothing, "no action", "write one at least") }
        guard !actions.contains(.placeHold) else {
            throw written.error(.contradiction, "`place-hold` is implied by `hold`", "leave it out")
        }
        return Rule(
            path: node.path,
            evidence: try tree(fields.required("evidence"), leaf: checkChoice),
            approvals: try approvals(fields.required("approvals")),
            chosen: try fields["chosen"]?.choice(ApproverChoice.self) ?? .staff,
            hold: try hold(fields.required("hold")),
            actions: actions,
            lifts: Set(try fields["lifts"]?.choices(LockReason.self) ?? []),
            sameChannelAllowed: try fields["same_channel"]?.choice(SameChannel.self) == .allowed,
            automated: try fields["automated"]?.flag() ?? false
        )
    }

    private enum SameChannel: String, CaseIterable {
        case allowed, refused
    }

    /// `none`, or a tree. Silence is not consent: the key is required.
    private static func approvals(_ node: StrictNode) throws(PolicyError) -> ApprovalRequirement? {
        guard node.plain != "none" else { return nil }
        return try tree(node) { leaf throws(PolicyError) in
            let fields = try Fields(leaf, keys: ["role", "count"])
            let role = try fields.required("role").choice(ApproverRole.self)
            let written = try fields.required("count")
            guard written.plain != "0" else {
                throw written.error(.demandsNothing, "nobody is asked", "write 1 or more, or `approvals: none`")
            }
            guard let count = ApproverCount(role, Int(try written.integer(1...9))) else {
                throw written.error(.notANumber, "not a number of people", "write a number from 1 to 9")
            }
            return count
        }
    }

    private static func hold(_ node: StrictNode) throws(PolicyError) -> [HoldScope: Int64] {
        guard node.plain != "none" else { return [:] }
        var result: [HoldScope: Int64] = [:]
        for (scope, value) in try node.named(HoldScope.self) { result[scope] = try value.duration() }
        guard !result.isEmpty else { throw node.error(.demandsNothing, "no scope", "name one, or write `hold: none`") }
        return result
    }

    /// A name such as `totp` or `issued-code/email`, or `issued-code:` with a list of methods.
    private static func checkChoice(_ node: StrictNode) throws(PolicyError) -> CheckChoice {
        var kinds: [CheckKind] = []
        if node.isMapping {
            let methods = try Fields(node, keys: ["issued-code"]).required("issued-code")
            kinds = try methods.choices(DeliveryMethod.self).map(CheckKind.issuedCode)
            guard !kinds.isEmpty else { throw methods.error(.unsatisfiable, "no method", "name one at least") }
        } else {
            kinds = [try node.checkKind()]
        }
        guard let choice = CheckChoice(kinds) else { throw node.error(.unsatisfiable, "no check", "name one") }
        return choice
    }
}

extension StrictNode {
    func checkKind() throws(PolicyError) -> CheckKind {
        guard let kind = plain.flatMap(CheckKind.init(name:)) else {
            throw unknownName(of: CheckKind.allCases.map(\.name))
        }
        return kind
    }
}
