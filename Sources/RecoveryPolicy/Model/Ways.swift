/// A leaf with its path in the policy, such as `purposes.unlock.normal.evidence.all[1]`.
struct Placed<Leaf: Sendable & Hashable>: Sendable, Hashable {
    let leaf: Leaf
    let path: String
}

extension Tree {
    /// A way is a set of leaves that is enough, and from which nothing can be left out.
    ///
    /// The parser refuses trees with more ways than this, so that every one can be looked at: by the decision, which
    /// is then exact without cleverness, and by the linter.
    static var mostWays: Int { 4096 }

    /// The number of ways, or ``mostWays`` + 1 if there are more.
    var wayCount: Int {
        switch self {
        case .leaf:
            return 1
        case .group(let group):
            // sums[k] is the number of ways to meet k of the members seen so far.
            var sums = [1] + [Int](repeating: 0, count: group.count)
            for member in group.members {
                let ways = member.wayCount
                for count in stride(from: group.count, to: 0, by: -1) {
                    sums[count] = min(sums[count] + sums[count - 1] * ways, Self.mostWays + 1)
                }
            }
            return sums[group.count]
        }
    }

    /// Every way, in the order of the file. At most ``mostWays`` for a tree that came from the parser.
    func ways(at path: String) -> [[Placed<Leaf>]] {
        switch self {
        case .leaf(let leaf):
            return [[Placed(leaf: leaf, path: path)]]
        case .group(let group):
            let members = group.members.enumerated().map { index, member in
                member.ways(at: group.path(of: index, below: path))
            }
            return Self.choices(of: group.count, from: members[...])
        }
    }

    /// Every leaf, in the order of the file.
    func leaves(at path: String) -> [Placed<Leaf>] {
        switch self {
        case .leaf(let leaf):
            [Placed(leaf: leaf, path: path)]
        case .group(let group):
            group.members.enumerated().flatMap { index, member in
                member.leaves(at: group.path(of: index, below: path))
            }
        }
    }

    private static func choices(of count: Int, from members: ArraySlice<[[Placed<Leaf>]]>) -> [[Placed<Leaf>]] {
        guard count > 0 else { return [[]] }
        guard members.count >= count, let first = members.first else { return [] }
        let rest = members.dropFirst()
        let with = choices(of: count - 1, from: rest)
        return first.flatMap { way in with.map { way + $0 } } + choices(of: count, from: rest)
    }
}
