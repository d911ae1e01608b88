/// A class of risk, and when a case falls into it.
public struct Tier: Sendable, Hashable {
    public let name: TierName
    /// `nil` for the last tier only, which takes what is left.
    public let condition: Condition?
    /// Whether nothing may be given at this tier on the word of one member of staff. Held by the linter.
    public let asksForApproval: Bool

    public init(name: TierName, condition: Condition?, asksForApproval: Bool) {
        self.name = name
        self.condition = condition
        self.asksForApproval = asksForApproval
    }
}

/// A statement about a case that is true, false, or not known.
public indirect enum Condition: Sendable, Hashable {
    case all([Condition])
    case any([Condition])
    /// `within` is in seconds.
    case signal(SignalName, within: Int64)
    /// Bounds are included. The unit is that of the directory; a policy only compares.
    case stake(atLeast: Int64?, atMost: Int64?)
    case channel(Set<Channel>)
}

extension Condition {
    /// Every signal that the condition asks for.
    var signals: Set<SignalName> {
        switch self {
        case .all(let members), .any(let members): members.reduce(into: []) { $0.formUnion($1.signals) }
        case .signal(let name, _): [name]
        case .stake, .channel: []
        }
    }

    /// Every single statement with its path, in the order of the file.
    func leaves(at path: String) -> [(path: String, condition: Condition)] {
        switch self {
        case .all(let members):
            members.enumerated().flatMap { $1.leaves(at: "\(path).all[\($0)]") }
        case .any(let members):
            members.enumerated().flatMap { $1.leaves(at: "\(path).any[\($0)]") }
        case .signal, .stake, .channel:
            [(path, self)]
        }
    }
}
