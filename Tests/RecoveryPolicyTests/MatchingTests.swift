import Testing

@testable import RecoveryPolicy

@Suite struct MatchingTests {
    @Test func `gives up a token that another slot needs`() {
        // Slot 0 takes either token, slot 1 only the first. Whoever takes the first that fits fails here.
        let matching = Matching(slots: 2, tokens: 2) { slot, token in slot == 0 || token == 0 }
        #expect(matching.tokens == [1, 0])
    }

    @Test func `pairs as many as a search through all orders`() {
        var seeded = SeededGenerator(seed: 7)
        var (complete, incomplete) = (0, 0)
        for seed in 0..<3000 {
            let (slots, tokens) = (Int.random(in: 0...5, using: &seeded), Int.random(in: 0...5, using: &seeded))
            let fits = (0..<slots).map { _ in (0..<tokens).map { _ in seeded.chance(40) } }
            let matching = Matching(slots: slots, tokens: tokens) { fits[$0][$1] }
            let used = matching.tokens.compactMap(\.self)
            #expect(Set(used).count == used.count, "case \(seed)")
            for (slot, token) in matching.tokens.enumerated() {
                if let token { #expect(fits[slot][token], "case \(seed)") }
            }
            #expect(used.count == Self.most(fits, from: 0, taken: []), "case \(seed)")
            if matching.isComplete { complete += 1 } else { incomplete += 1 }
        }
        #expect(complete >= 500 && incomplete >= 500)
    }

    /// Tries everything.
    private static func most(_ fits: [[Bool]], from slot: Int, taken: Set<Int>) -> Int {
        guard slot < fits.count else { return 0 }
        var best = most(fits, from: slot + 1, taken: taken)
        for token in fits[slot].indices where fits[slot][token] && !taken.contains(token) {
            best = max(best, 1 + most(fits, from: slot + 1, taken: taken.union([token])))
        }
        return best
    }
}

@Suite struct RequirementTests {
    @Test func `cannot be built so that it demands nothing, or more than there is`() {
        #expect(Requirement.Group(.all, of: []) == nil)
        #expect(Requirement.Group(.any, of: []) == nil)
        for (count, members) in [(0, 1), (-1, 1), (2, 1), (0, 0), (1, 0), (4, 3)] {
            let leaves = [Requirement](repeating: .leaf(RandomTree.choices[0]), count: members)
            #expect(Requirement.Group(.atLeast(count), of: leaves) == nil, "\(count) of \(members)")
        }
        #expect(Requirement.Group(.atLeast(1), of: [.leaf(RandomTree.choices[0])])?.count == 1)
        #expect(CheckChoice([]) == nil)
        #expect(ApproverCount(.agent, 0) == nil && ApproverCount(.agent, 10) == nil)
    }

    @Test func `counts its ways as it lists them`() {
        var seeded = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            let tree = RandomTree.tree(depth: 3, &seeded)
            let ways = tree.ways(at: "e")
            #expect(tree.wayCount == ways.count)
            #expect(ways.allSatisfy { !$0.isEmpty && Set($0.map(\.path)).count == $0.count })
        }
    }

    @Test func `is met exactly when a search through the tree meets it`() throws {
        var seeded = SeededGenerator(seed: 13)
        var (met, unmet) = (0, 0)
        for seed in 0..<3000 {
            let tree = RandomTree.tree(depth: 3, &seeded)
            let evidence = (0..<Int.random(in: 0...6, using: &seeded)).map { _ in RandomTree.evidence(&seeded) }
            let rule = RandomTree.rule(tree)
            let policy = try RandomTree.policy(rule)
            let inputs = VerdictInputs(purpose: .erase, stake: 1, channel: .phone, caseAge: 90_000, evidence: evidence)
            let found = decide(policy, inputs).decision.rank == 3
            #expect(found == RandomTree.isMet(tree, by: evidence), "case \(seed): \(tree)")
            if found { met += 1 } else { unmet += 1 }
        }
        #expect(met >= 300 && unmet >= 300, "\(met) \(unmet)")
    }

    @Test func `the search tells an evaluator that counts one piece twice from one that does not`() {
        var seeded = SeededGenerator(seed: 17)
        let differences = (0..<3000).count { _ in
            let tree = RandomTree.tree(depth: 3, &seeded)
            let evidence = (0..<Int.random(in: 0...6, using: &seeded)).map { _ in RandomTree.evidence(&seeded) }
            return RandomTree.isMet(tree, by: evidence) != RandomTree.isMet(tree, by: evidence, reusing: true)
        }
        #expect(differences >= 20, "\(differences)")
    }
}
