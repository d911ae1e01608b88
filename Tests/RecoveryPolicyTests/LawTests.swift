import Testing

@testable import RecoveryPolicy

/// The laws of Docs/Specs/policy.md §5, each over seeded random cases against the shipped policy and random trees.
@Suite struct LawTests {
    static let runs = 2500

    @Test func `more evidence never lowers a decision`() throws {
        var (raised, kept) = (0, 0)
        try Self.forEach(seed: 1) { policy, inputs, seeded in
            var more = inputs
            for _ in 0...Int.random(in: 0...2, using: &seeded) {
                let place = Int.random(in: 0...more.evidence.count, using: &seeded)
                more.evidence.insert(RandomTree.evidence(&seeded), at: place)
            }
            let (before, after) = (decide(policy, inputs).decision.rank, decide(policy, more).decision.rank)
            if after > before { raised += 1 } else { kept += 1 }
            return after >= before
        }
        #expect(raised >= 200 && kept >= 200, "\(raised) \(kept)")
    }

    @Test func `a forbidding signal wins over everything`() throws {
        let fraud = try #require(SignalName("fraud-reported"))
        var forbidden = 0
        try Self.forEach(seed: 2) { policy, inputs, seeded in
            var inputs = inputs
            inputs.signals[fraud] =
                seeded.chance(50) ? .seen(age: Int64.random(in: 0...2_592_000, using: &seeded)) : .unknown
            guard policy.signals[fraud]?.refuses.contains(inputs.purpose) == true else { return true }
            forbidden += 1
            return decide(policy, inputs).decision.rank == 0
        }
        #expect(forbidden >= 1000, "\(forbidden)")
    }

    @Test func `a blocking signal wins over the evidence that it blocks`() throws {
        var blocked = 0
        try Self.forEach(seed: 3) { policy, inputs, seeded in
            var inputs = inputs
            guard let name = policy.signals.keys.sorted().first(where: { policy.signals[$0]?.blocks.isEmpty == false }),
                let rule = policy.signals[name]
            else { return true }
            inputs.tier = policy.tiers.randomElement(using: &seeded)?.name
            inputs.signals[name] = .seen(age: Int64.random(in: 0...rule.duration, using: &seeded))
            var without = inputs
            without.evidence.removeAll { rule.blocks.contains($0.kind) }
            if without.evidence.count < inputs.evidence.count { blocked += 1 }
            return decide(policy, inputs).decision == decide(policy, without).decision
        }
        #expect(blocked >= 200, "\(blocked)")
    }

    @Test func `evidence past its validity counts as absent`() throws {
        var stale = 0
        try Self.forEach(seed: 4) { policy, inputs, seeded in
            var aged = inputs
            var without = inputs
            without.evidence = []
            for index in aged.evidence.indices {
                if seeded.chance(50) {
                    aged.evidence[index].age = policy.evidenceValid + Int64.random(in: 1...100_000, using: &seeded)
                    stale += 1
                } else {
                    without.evidence.append(aged.evidence[index])
                }
            }
            return decide(policy, aged).decision == decide(policy, without).decision
        }
        #expect(stale >= 2000, "\(stale)")
    }

    @Test func `evidence never counts for longer than an hour, whatever the policy says`() throws {
        var policy = try PolicyFile.standard()
        policy.evidenceValid = 7200
        var inputs = VerdictInputs(purpose: .freeze, stake: 1, channel: .phone, caseAge: 1)
        for (age, rank) in [(3600, 3), (3601, 1)] as [(Int64, Int)] {
            inputs.evidence = [Evidence(kind: .totp, outcome: .passed, age: age, channel: .phone)]
            #expect(decide(policy, inputs).decision.rank == rank)
        }
    }

    @Test func `an approval never changes what evidence says`() throws {
        var (granted, changed) = (0, 0)
        try Self.forEach(seed: 5) { policy, inputs, seeded in
            var others = inputs
            others.approvals = (0..<Int.random(in: 0...4, using: &seeded)).map { _ in Self.approval(&seeded) }
            let (one, two) = (decide(policy, inputs), decide(policy, others))
            if one.decision.rank == 3 { granted += 1 }
            if one.decision != two.decision { changed += 1 }
            let isMet = (one.decision.rank >= 2, two.decision.rank >= 2)
            return one.standings == two.standings && one.evidenceLeaves == two.evidenceLeaves && isMet.0 == isMet.1
                && (isMet.0 || one.decision == two.decision)
        }
        #expect(granted >= 100 && changed >= 50, "\(granted) \(changed)")
    }

    @Test func `unknown means refused, or no better than the worst that it could be`() throws {
        var unknown = 0
        try Self.forEach(seed: 6) { policy, inputs, seeded in
            var inputs = inputs
            inputs.tier = nil
            let name = policy.signals.keys.sorted().randomElement(using: &seeded)
            if seeded.chance(50) { inputs.stake = nil } else if let name { inputs.signals[name] = .unknown }
            let rank = decide(policy, inputs).decision.rank
            guard rank > 0 else {
                unknown += 1
                return true
            }
            // It was answered. So every value that the unknown could have had is answered no worse.
            return ([0, 500, 20_000] as [Int64]).allSatisfy { stake in
                [SignalReading.never, .seen(age: 0), .seen(age: 604_800)].allSatisfy { reading in
                    var known = inputs
                    if known.stake == nil { known.stake = stake }
                    for signal in policy.signals.keys where known.signals[signal] == .unknown {
                        known.signals[signal] = reading
                    }
                    return decide(policy, known).decision.rank >= rank
                }
            }
        }
        #expect(unknown >= 500, "\(unknown)")
    }

    @Test func `the same inputs give the same verdict, also after a journey through the log`() throws {
        var journeys = 0
        try Self.forEach(seed: 7) { policy, inputs, _ in
            guard let again = VerdictInputs(canonical: inputs.canonical) else { return false }
            journeys += 1
            return again == inputs && decide(policy, again) == decide(policy, inputs)
                && again.canonical.text == inputs.canonical.text
        }
        #expect(journeys == Self.runs)
    }

    @Test func `the caller learns the kind of decision and nothing else`() throws {
        var texts: [Int: Set<String>] = [:]
        try Self.forEach(seed: 8) { policy, inputs, _ in
            let verdict = decide(policy, inputs)
            texts[verdict.decision.rank, default: []].insert(verdict.callerText)
            return true
        }
        #expect(texts.keys.sorted() == [0, 1, 2, 3])
        #expect(texts.values.allSatisfy { $0.count == 1 })
        let words = ["code", "totp", "e-mail", "document", "detail", "supervisor", "signal", "wrong", "fail"]
        for text in texts.values.flatMap(\.self) { #expect(!words.contains { text.lowercased().contains($0) }) }
    }
}

extension LawTests {
    /// Half of the cases are held against the shipped policy, half against a random tree in its place.
    private static func forEach(
        seed: UInt64,
        _ law: (Policy, VerdictInputs, inout SeededGenerator) throws -> Bool
    ) throws {
        let standard = try PolicyFile.standard()
        for run in 0..<runs {
            var seeded = SeededGenerator(seed: seed << 32 | UInt64(run))
            var policy = standard
            var inputs = inputs(policy, &seeded)
            if seeded.chance(50) {
                var rule = RandomTree.rule(RandomTree.tree(depth: 3, &seeded))
                if seeded.chance(50) { rule.approvals = ApproverCount(.supervisor, 1).map(ApprovalRequirement.leaf) }
                policy.rules[.erase] = Dictionary(uniqueKeysWithValues: policy.tiers.map { ($0.name, rule) })
                inputs.purpose = .erase
            }
            #expect(try law(policy, inputs, &seeded), "seed \(seed << 32 | UInt64(run)): \(inputs.canonical.text)")
        }
    }

    private static func inputs(_ policy: Policy, _ seeded: inout SeededGenerator) -> VerdictInputs {
        var inputs = VerdictInputs(
            purpose: Purpose.allCases.randomElement(using: &seeded) ?? .unlock,
            stake: ([0, 500, 20_000] as [Int64]).randomElement(using: &seeded),
            channel: Channel.allCases.randomElement(using: &seeded) ?? .phone,
            caseAge: Int64.random(in: 0...90_000, using: &seeded)
        )
        for name in policy.signals.keys.sorted() {
            inputs.signals[name] =
                seeded.chance(90) ? .never : .seen(age: Int64.random(in: -1...700_000, using: &seeded))
        }
        inputs.evidence = (0..<Int.random(in: 0...6, using: &seeded)).map { _ in RandomTree.evidence(&seeded) }
        inputs.approvals = (0..<Int.random(in: 0...3, using: &seeded)).map { _ in approval(&seeded) }
        if seeded.chance(30) { inputs.caseAgents = ["a"] }
        return inputs
    }

    private static func approval(_ seeded: inout SeededGenerator) -> Approval {
        Approval(
            role: ApproverRole.allCases.randomElement(using: &seeded) ?? .agent,
            approver: ["a", "b", "c"].randomElement(using: &seeded) ?? "a",
            age: Int64.random(in: 0...2000, using: &seeded),
            isBound: seeded.chance(90),
            isDrawn: seeded.chance(50)
        )
    }
}
