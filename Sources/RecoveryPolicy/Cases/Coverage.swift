/// Which branches of a policy its cases go through.
///
/// A branch is: a tier that takes a case; a condition that is true where its tier takes one; a leaf of evidence or
/// approvals that is used where that side is met; a kind of check that a signal blocks, or a purpose it refuses, where it
/// bites; and for each rule, that it grants and that it does not.
struct Coverage {
    private let policy: Policy
    let branches: Set<String>
    private(set) var seen: Set<String> = []

    init(_ policy: Policy) {
        self.policy = policy
        var branches: Set<String> = []
        for (index, tier) in policy.tiers.enumerated() {
            branches.insert("tiers[\(index)]")
            for leaf in tier.condition?.leaves(at: "tiers[\(index)].when") ?? [] { branches.insert(leaf.path) }
        }
        for (_, _, rule) in policy.allRules {
            branches.formUnion([rule.path + " grants", rule.path + " does not grant"])
            branches.formUnion(rule.evidence.leaves(at: rule.path + ".evidence").map(\.path))
            branches.formUnion(rule.approvals?.leaves(at: rule.path + ".approvals").map(\.path) ?? [])
        }
        for (name, rule) in policy.signals {
            branches.formUnion(rule.blocks.map { "signals.\(name).blocks \($0.name)" })
            branches.formUnion(rule.refuses.map { "signals.\(name).refuses \($0.rawValue)" })
        }
        self.branches = branches
    }

    mutating func note(_ verdict: Verdict, _ inputs: VerdictInputs) {
        noteTier(verdict.tier, inputs)
        if case .refused(.forbidden(let signal)) = verdict.decision {
            seen.insert("signals.\(signal).refuses \(inputs.purpose.rawValue)")
        }
        for (standing, piece) in zip(verdict.standings, inputs.evidence) {
            if case .blocked(let signal) = standing { seen.insert("signals.\(signal).blocks \(piece.kind.name)") }
        }
        guard let path = verdict.rule else { return }
        if case .granted = verdict.decision {
            seen.insert(path + " grants")
            seen.formUnion(verdict.approvalLeaves.keys)
        } else {
            seen.insert(path + " does not grant")
        }
        seen.formUnion(verdict.evidenceLeaves.keys)
    }

    /// A tier that was given says nothing about the conditions.
    private mutating func noteTier(_ choice: TierChoice, _ inputs: VerdictInputs) {
        guard choice.cause == .matched || choice.cause == .remainder,
            let index = policy.tiers.firstIndex(where: { $0.name == choice.tier })
        else { return }
        seen.insert("tiers[\(index)]")
        for leaf in policy.tiers[index].condition?.leaves(at: "tiers[\(index)].when") ?? []
        where leaf.condition.holds(for: inputs) == true {
            seen.insert(leaf.path)
        }
    }
}
