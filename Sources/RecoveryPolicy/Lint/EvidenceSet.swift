/// Kinds of evidence that together meet a rule, and from which none can be left out. Sorted.
///
/// A kind stands twice where a rule asks for two authenticators of it.
struct EvidenceSet: Hashable, Comparable {
    let kinds: [CheckKind]

    /// Those that are worth something towards a grant.
    var worthy: [CheckKind] { kinds.filter { $0.worth != .procedure } }

    var factors: Set<Factor> { Set(worthy.map(\.factor)) }

    var hasTelephone: Bool { kinds.contains(where: \.isTelephone) }

    /// 63B §4.2.2.2: two recovery codes of different methods, or one and a bound single-factor authenticator, or
    /// repeated identity proofing.
    var resetsSecondFactor: Bool {
        let codes = Set(kinds.filter { $0.worth == .recoveryCode }.map(\.factor)).count
        return codes >= 2 || (codes == 1 && kinds.contains { $0.worth == .boundAuthenticator })
            || kinds.contains { $0.worth == .proofing }
    }

    var text: String { kinds.map(\.name).joined(separator: " + ") }

    static func < (left: Self, right: Self) -> Bool { left.kinds.lexicographicallyPrecedes(right.kinds) }
}

extension Requirement {
    /// Every evidence set, minimal ones alone, sorted; and the ways that no evidence can meet.
    ///
    /// A way is impossible if it asks for one factor twice, such as two issued codes to one telephone.
    func evidenceSets(at path: String) -> (sets: [EvidenceSet], impossible: [[Placed<CheckChoice>]]) {
        var sets: Set<EvidenceSet> = []
        var impossible: [[Placed<CheckChoice>]] = []
        for way in ways(at: path) {
            let found = Self.assignments(way[...], taken: [])
            if found.isEmpty { impossible.append(way) }
            for kinds in found { sets.insert(EvidenceSet(kinds: kinds.sorted())) }
        }
        // Small sets first, so that each has only to be held against those that stay.
        var minimal: [EvidenceSet] = []
        for set in sets.sorted(by: { ($0.kinds.count, $0) < ($1.kinds.count, $1) })
        where !minimal.contains(where: { set.kinds.contains(all: $0.kinds) }) {
            minimal.append(set)
        }
        return (minimal.sorted(), impossible)
    }

    /// The factors of issued codes are three, so the search ends early however long the way.
    private static func assignments(
        _ way: ArraySlice<Placed<CheckChoice>>,
        taken: Set<Factor>
    ) -> [[CheckKind]] {
        guard let first = way.first else { return [[]] }
        return first.leaf.kinds.flatMap { kind -> [[CheckKind]] in
            let isBound = kind.worth == .boundAuthenticator
            guard isBound || !taken.contains(kind.factor) else { return [] }
            return assignments(way.dropFirst(), taken: taken.union([kind.factor])).map { [kind] + $0 }
        }
    }
}

extension [CheckKind] {
    /// Whether it has every member of `other`, as often.
    fileprivate func contains(all other: [CheckKind]) -> Bool {
        Set(other).allSatisfy { kind in count { $0 == kind } >= other.count { $0 == kind } }
    }
}
