/// Which tier a case falls into, and why.
public struct TierChoice: Sendable, Hashable {
    /// `nil` if it cannot be told; the case is then refused.
    public let tier: TierName?
    /// The path of the tier that took the case, or of the condition that could not be told.
    public let path: String
    public let cause: Cause

    public enum Cause: Sendable, Hashable {
        /// The condition at the path holds.
        case matched
        /// No condition before it holds, and this tier has none.
        case remainder
        /// It was named by whoever asked.
        case given
        /// A signal or the stake is unknown, and the answer hangs on it.
        case undecidable
        /// It was named by whoever asked, and the policy does not have it.
        case notInPolicy
    }
}

extension Policy {
    /// Returns the first tier whose condition holds.
    ///
    /// A condition that can be told neither true nor false ends the search without a tier: the tiers after it may ask
    /// for less.
    public func tier(for inputs: VerdictInputs) -> TierChoice {
        if let given = inputs.tier {
            guard let index = tiers.firstIndex(where: { $0.name == given }) else {
                return TierChoice(tier: nil, path: "tiers", cause: .notInPolicy)
            }
            return TierChoice(tier: given, path: "tiers[\(index)]", cause: .given)
        }
        for (index, tier) in tiers.enumerated() {
            let path = "tiers[\(index)]"
            guard let condition = tier.condition else {
                return TierChoice(tier: tier.name, path: path, cause: .remainder)
            }
            switch condition.holds(for: inputs) {
            case true?: return TierChoice(tier: tier.name, path: path + ".when", cause: .matched)
            case false?: continue
            case nil: return TierChoice(tier: nil, path: path + ".when", cause: .undecidable)
            }
        }
        // The parser refuses a list without a last tier that takes the rest.
        return TierChoice(tier: nil, path: "tiers", cause: .undecidable)
    }
}

extension Condition {
    /// Whether it holds, or `nil` if that hangs on something unknown: Kleene's three values.
    func holds(for inputs: VerdictInputs) -> Bool? {
        switch self {
        case .all(let members):
            let values = members.map { $0.holds(for: inputs) }
            return values.contains(false) ? false : values.contains(nil) ? nil : true
        case .any(let members):
            let values = members.map { $0.holds(for: inputs) }
            return values.contains(true) ? true : values.contains(nil) ? nil : false
        case .signal(let name, let within):
            switch inputs.signals[name] ?? .unknown {
            case .never: return false
            case .seen(let age): return age < 0 ? nil : age <= within
            case .unknown: return nil
            }
        case .stake(let atLeast, let atMost):
            guard let stake = inputs.stake else { return nil }
            return stake >= atLeast ?? .min && stake <= atMost ?? .max
        case .channel(let channels):
            return channels.contains(inputs.channel)
        }
    }
}
