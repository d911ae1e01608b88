public import RecoveryCrypto

/// A tree with the hashes of all its complete subtrees in memory: about 64 bytes for each leaf.
public struct HashedTree: Sendable {
    // Element k holds the roots of the complete subtrees of 2^k leaves.
    private var levels: [[Digest256]] = [[]]

    public init(leaves: some Sequence<Digest256> = []) {
        for leaf in leaves { append(leaf) }
    }

    /// The number of leaves.
    public var size: UInt64 { UInt64(levels[0].count) }

    /// Takes the hash of the next leaf.
    public mutating func append(_ leaf: Digest256) {
        levels[0].append(leaf)
        var level = 0
        while levels[level].count.isMultiple(of: 2) {
            if level + 1 == levels.count { levels.append([]) }
            let count = levels[level].count
            levels[level + 1].append(TreeHash.node(levels[level][count - 2], levels[level][count - 1]))
            level += 1
        }
    }

    /// Returns MTH over the first `size` leaves; `nil` if there are not so many.
    public func root(ofFirst size: UInt64) -> Digest256? {
        size <= self.size ? hash(of: 0..<size) : nil
    }

    /// Returns the proof that leaf `index` is in the tree of the first `size` leaves; `nil` if it is not.
    public func inclusionProof(index: UInt64, size: UInt64) -> [Digest256]? {
        guard size <= self.size else { return nil }
        return InclusionProof.ranges(index: index, size: size)?.map { hash(of: $0) }
    }

    /// Returns the proof that the tree of the first `new` leaves extends that of the first `old`; `nil` if there are
    /// no such trees.
    public func consistencyProof(old: UInt64, new: UInt64) -> [Digest256]? {
        guard new <= size else { return nil }
        return ConsistencyProof.ranges(old: old, new: new)?.map { hash(of: $0) }
    }

    private func hash(of range: Range<UInt64>) -> Digest256 {
        HashRange.root(of: range) { levels[$0.level][Int($0.index)] }
    }
}
