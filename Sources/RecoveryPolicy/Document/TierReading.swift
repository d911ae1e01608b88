extension PolicyDocument {
    static func tiers(
        _ node: StrictNode,
        signals: [SignalName: SignalRule]
    ) throws(PolicyError) -> [Tier] {
        let members = try node.list()
        guard let last = members.last else { throw node.error(.demandsNothing, "no tier", "write one at least") }
        var tiers: [Tier] = []
        for member in members {
            let fields = try Fields(member, keys: ["tier", "when", "approval"])
            let written = try fields.required("tier")
            guard let name = TierName(try written.name()), name.text != "every" else {
                throw written.error(.notAName, "`every` is not a tier", "choose another name")
            }
            guard !tiers.contains(where: { $0.name == name }) else {
                throw written.error(.duplicateMember, "the tier stands here twice", "keep one")
            }
            let condition: Condition? =
                if let when = fields["when"] { try self.condition(when, signals: signals) } else { nil }
            let isLast = member.path == last.path
            guard isLast == (condition == nil) else {
                throw isLast
                    ? member.error(
                        .unsatisfiable,
                        "cases could fall through every tier",
                        "leave out `when` in the last"
                    )
                    : member.error(
                        .unreachable,
                        "the tiers below can never apply",
                        "add `when`, or move this to the end"
                    )
            }
            let asks = try fields["approval"]?.choice(TierApproval.self) == .required
            tiers.append(Tier(name: name, condition: condition, asksForApproval: asks))
        }
        return tiers
    }

    private enum TierApproval: String, CaseIterable {
        case required, optional
    }

    private static func condition(
        _ node: StrictNode,
        signals: [SignalName: SignalRule]
    ) throws(PolicyError) -> Condition {
        let fields = try Fields(node, keys: ["all", "any", "signal", "within", "stake", "channel"])
        let keys = try node.members().map(\.key)
        switch keys.sorted() {
        case ["all"]: return .all(try conditions(try fields.required("all"), signals: signals))
        case ["any"]: return .any(try conditions(try fields.required("any"), signals: signals))
        case ["signal", "within"]:
            let written = try fields.required("signal")
            guard let name = SignalName(try written.name()), signals[name] != nil else {
                throw written.unknownName(of: signals.keys.sorted().map(\.text))
            }
            return .signal(name, within: try fields.required("within").duration())
        case ["stake"]: return try stake(try fields.required("stake"))
        case ["channel"]:
            let written = try fields.required("channel")
            let channels = try written.choices(Channel.self)
            guard !channels.isEmpty else { throw written.error(.unsatisfiable, "no channel", "name one at least") }
            return .channel(Set(channels))
        default:
            throw node.error(
                .wrongShape,
                "one condition belongs here",
                "write `all`, `any`, `stake`, `channel`, or `signal` with `within`"
            )
        }
    }

    private static func conditions(
        _ node: StrictNode,
        signals: [SignalName: SignalRule]
    ) throws(PolicyError) -> [Condition] {
        var conditions: [Condition] = []
        for member in try node.list() {
            let condition = try condition(member, signals: signals)
            guard !conditions.contains(condition) else {
                throw member.error(.duplicateMember, "stands here twice", "keep one")
            }
            conditions.append(condition)
        }
        guard !conditions.isEmpty else { throw node.error(.demandsNothing, "an empty list", "write one at least") }
        return conditions
    }

    private static func stake(_ node: StrictNode) throws(PolicyError) -> Condition {
        let range: ClosedRange<Int64> = 0...1_000_000_000_000
        let fields = try Fields(node, keys: ["at_least", "at_most"])
        let least = try fields["at_least"]?.integer(range)
        let most = try fields["at_most"]?.integer(range)
        guard least != nil || most != nil else {
            throw node.error(.demandsNothing, "no bound", "write `at_least`, `at_most` or both")
        }
        guard least ?? 0 <= most ?? range.upperBound else {
            throw node.error(.contradiction, "no stake is within these bounds", "exchange them")
        }
        return .stake(atLeast: least, atMost: most)
    }
}
