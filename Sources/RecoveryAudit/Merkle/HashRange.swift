public import RecoveryCrypto

/// Where the complete subtree of 2^`level` leaves that is `index`-th from the left has its hash.
public struct SubtreePosition: Sendable, Hashable {
    public let level: Int
    public let index: UInt64

    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }
}

/// The tree hash over a range of leaves, from the hashes of complete subtrees.
public enum HashRange {
    /// Returns the complete subtrees that `range` consists of, left to right. The range begins at a multiple of its
    /// own size rounded up to a power of two, as all ranges of proofs do.
    public static func subtrees(of range: Range<UInt64>) -> [SubtreePosition] {
        var positions: [SubtreePosition] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let rest = range.upperBound - start
            let level = 63 - rest.leadingZeroBitCount
            positions.append(SubtreePosition(level: level, index: start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return positions
    }

    /// Returns MTH over `range`, asking `hash` for each complete subtree; fails when it does.
    public static func root<Failure: Error>(
        of range: Range<UInt64>,
        hash: (SubtreePosition) throws(Failure) -> Digest256
    ) throws(Failure) -> Digest256 {
        var hashes: [Digest256] = []
        for position in subtrees(of: range) { hashes.append(try hash(position)) }
        guard var root = hashes.popLast() else { return MerkleTree.emptyRoot }
        while let left = hashes.popLast() { root = TreeHash.node(left, root) }
        return root
    }
}
