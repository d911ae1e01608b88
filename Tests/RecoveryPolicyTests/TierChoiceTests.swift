import Testing

@testable import RecoveryPolicy

@Suite struct TierChoiceTests {
    private static func choice(
        stake: Int64?,
        _ readings: [String: SignalReading] = [:],
        tier: String? = nil
    ) throws -> TierChoice {
        let policy = try PolicyFile.standard()
        var inputs = VerdictInputs(purpose: .unlock, stake: stake, channel: .phone, caseAge: 0)
        inputs.tier = tier.flatMap { TierName($0) }
        for name in policy.signals.keys { inputs.signals[name] = .never }
        for (text, reading) in readings { inputs.signals[try #require(SignalName(text))] = reading }
        return policy.tier(for: inputs)
    }

    @Test(
        arguments: [
            (9999, "normal", "tiers[2]"), (10_000, "high", "tiers[0].when"), (1, "normal", "tiers[2]"),
            (0, "low", "tiers[1].when"), (Int64.max, "high", "tiers[0].when"), (-1, "low", "tiers[1].when"),
        ] as [(Int64, String, String)]
    )
    func `takes the first tier whose condition holds`(stake: Int64, tier: String, path: String) throws {
        let choice = try Self.choice(stake: stake)
        #expect(choice.tier?.text == tier && choice.path == path)
        #expect(choice.cause == (tier == "normal" ? .remainder : .matched))
    }

    @Test(arguments: [(0, "high"), (604_800, "high"), (604_801, "low")] as [(Int64, String)])
    func `lets a fresh signal go before an empty account`(age: Int64, tier: String) throws {
        #expect(try Self.choice(stake: 0, ["sim-changed": .seen(age: age)]).tier?.text == tier)
    }

    @Test func `tells nothing from what is unknown, unless another part settles it`() throws {
        for choice in [
            try Self.choice(stake: nil), try Self.choice(stake: 0, ["sim-changed": .unknown]),
            try Self.choice(stake: 500, ["address-changed": .seen(age: -1)]),
        ] {
            #expect(choice == TierChoice(tier: nil, path: "tiers[0].when", cause: .undecidable))
        }
        #expect(try Self.choice(stake: nil, ["sim-changed": .seen(age: 5)]).tier?.text == "high")
        #expect(try Self.choice(stake: 10_000, ["sim-changed": .unknown]).tier?.text == "high")
    }

    @Test func `takes a tier that was given, if the policy has it`() throws {
        #expect(try Self.choice(stake: nil, tier: "low").cause == .given)
        #expect(try Self.choice(stake: 0, tier: "vip") == TierChoice(tier: nil, path: "tiers", cause: .notInPolicy))
    }
}
