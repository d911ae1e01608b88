/// What the approvals of a case come to under one rule.
struct ApprovalFindings: Sendable, Hashable {
    let standings: [ApprovalStanding]
    /// The path of each leaf with the indices of the approvals that are used for it.
    let used: [String: [Int]]
    /// People still to be heard, for the way that lacks fewest. Empty if the rule is met.
    let missing: [ApproverRole: Int]

    init(_ policy: Policy, _ rule: Rule, _ inputs: VerdictInputs) {
        let standings = inputs.approvals.map { policy.standing(of: $0, under: rule, inputs) }
        self.standings = standings
        guard rule.approvals != nil else {
            (used, missing) = ([:], [:])
            return
        }
        // One person is one token, whatever roles they signed in.
        var people: [String: [Int]] = [:]
        for (index, approval) in inputs.approvals.enumerated() where standings[index] == .counts {
            people[approval.approver, default: []].append(index)
        }
        let tokens = people.values.sorted { $0[0] < $1[0] }
        func index(_ role: ApproverRole, in token: [Int]) -> Int? {
            token.first { inputs.approvals[$0].role == role }
        }

        var best: (used: [String: [Int]], missing: [ApproverRole: Int], count: Int)?
        for way in rule.approvalWays {
            let slots = way.flatMap { [Placed<ApproverCount>](repeating: $0, count: $0.leaf.count) }
            let matching = Matching(slots: slots.count, tokens: tokens.count) { slot, token in
                index(slots[slot].leaf.role, in: tokens[token]) != nil
            }
            var used: [String: [Int]] = [:]
            var missing: [ApproverRole: Int] = [:]
            for (slot, token) in zip(slots, matching.tokens) {
                if let token, let found = index(slot.leaf.role, in: tokens[token]) {
                    used[slot.path, default: []].append(found)
                } else {
                    missing[slot.leaf.role, default: 0] += 1
                }
            }
            let count = missing.values.reduce(0, +)
            if best.map({ count < $0.count }) ?? true { best = (used, missing, count) }
        }
        // A tree from the parser has a way. If one had none, nobody could meet it, and so it must not read as met.
        (used, missing) = best.map { ($0.used, $0.missing) } ?? ([:], [.admin: 1])
    }
}
