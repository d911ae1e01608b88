/// What the evidence of a case comes to under one rule.
struct EvidenceFindings: Sendable, Hashable {
    enum State: Sendable, Hashable {
        case met
        /// It would be met if the case were old enough for the recovery contact's code.
        case early
        /// The ways that lack fewest checks, and are still open.
        case missing([[Decision.MissingCheck]])
        case closed
    }

    /// At most this many ways are offered; the rest would not be read.
    static let mostOffers = 8

    let state: State
    let standings: [Standing]
    /// The path of each leaf that is met, with the evidence that meets it.
    let used: [String: Int]
    /// The path of each leaf that cannot be met while a signal lasts.
    let closed: [String: SignalName]

    init(_ policy: Policy, _ rule: Rule, _ inputs: VerdictInputs, _ signals: ActiveSignals) {
        let standings = inputs.evidence.map { policy.standing(of: $0, under: rule, inputs, signals) }
        let ways = rule.evidenceWays
        var closed: [String: SignalName] = [:]
        for leaf in rule.evidenceLeaves {
            let blocking = leaf.leaf.kinds.map(signals.blocking)
            if let signal = blocking.compactMap(\.self).min(), !blocking.contains(nil) { closed[leaf.path] = signal }
        }
        self.standings = standings
        self.closed = closed

        let counting = Token.tokens(of: inputs.evidence, where: { standings[$0] == .counts })
        var results: [WayResult] = []
        for way in ways {
            let result = WayResult(way: way, tokens: counting, evidence: inputs.evidence)
            guard !result.missing.isEmpty else {
                (state, used) = (.met, result.used)
                return
            }
            results.append(result)
        }
        let later = Token.tokens(
            of: inputs.evidence,
            where: { standings[$0] == .counts || standings[$0] == .early }
        )
        if ways.contains(where: { WayResult(way: $0, tokens: later, evidence: inputs.evidence).missing.isEmpty }) {
            (state, used) = (.early, [:])
            return
        }
        // A way is shut if what it lacks is closed; a leaf that is met already cannot be closed.
        let open = results.filter { result in result.missing.allSatisfy { closed[$0.path] == nil } }
        guard let least = open.map(\.missing.count).min() else {
            (state, used) = (.closed, [:])
            return
        }
        let best = open.filter { $0.missing.count == least }
        used = best.first?.used ?? [:]
        state = .missing(
            best.prefix(Self.mostOffers).map { result in
                result.missing.map { leaf in
                    let kinds = leaf.leaf.kinds.filter { signals.blocking($0) == nil }
                    return .init(kinds: kinds, path: leaf.path)
                }
            }
        )
    }
}

/// One way of a rule held against the evidence.
private struct WayResult {
    let missing: [Placed<CheckChoice>]
    let used: [String: Int]

    init(way: [Placed<CheckChoice>], tokens: [Token], evidence: [Evidence]) {
        let matching = Matching(slots: way.count, tokens: tokens.count) { slot, token in
            tokens[token].index(for: way[slot].leaf, in: evidence) != nil
        }
        var missing: [Placed<CheckChoice>] = []
        var used: [String: Int] = [:]
        for (leaf, token) in zip(way, matching.tokens) {
            if let token, let index = tokens[token].index(for: leaf.leaf, in: evidence) {
                used[leaf.path] = index
            } else {
                missing.append(leaf)
            }
        }
        self.missing = missing
        self.used = used
    }
}

/// Evidence that counts once, however many pieces there are of it.
///
/// Two recovery codes of one method are one, and so are two codes of one authenticator. Two *different* authenticators
/// of one kind are two.
private struct Token {
    let indices: [Int]

    static func tokens(of evidence: [Evidence], where counts: (Int) -> Bool) -> [Token] {
        struct Identity: Equatable {
            let factor: Factor
            let instrument: String
        }
        // Looked through and not hashed: there are only as many as factors and bound authenticators of one person.
        var groups: [(identity: Identity, indices: [Int])] = []
        for (index, piece) in evidence.enumerated() where counts(index) {
            let isBound = piece.kind.worth == .boundAuthenticator
            let identity = Identity(factor: piece.kind.factor, instrument: isBound ? piece.instrument : "")
            if let known = groups.firstIndex(where: { $0.identity == identity }) {
                groups[known].indices.append(index)
            } else {
                groups.append((identity, [index]))
            }
        }
        return groups.map { Token(indices: $0.indices) }
    }

    func index(for choice: CheckChoice, in evidence: [Evidence]) -> Int? {
        indices.first { choice.kinds.contains(evidence[$0].kind) }
    }
}
