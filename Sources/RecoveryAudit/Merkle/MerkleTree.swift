public import RecoveryCrypto

/// The head of an append-only Merkle tree (RFC 6962 §2.1): its size and its peaks, nothing else.
///
///     size 7 = 4 + 2 + 1          peaks, left to right:  A    B   c
///          A         B    c       root = node(A, node(B, c))
///        /   \      / \
///       ·     ·    4   5   6
///      0 1   2 3
///
/// Appending costs at most log2(n) hashes, on average one. There is no allocation beyond the list of at most 64 peaks.
public struct MerkleTree: Sendable, Hashable {
    /// The number of leaves.
    public private(set) var size: UInt64
    /// The roots of the complete subtrees, largest first: one for each bit that is set in ``size``.
    public private(set) var frontier: [Digest256]

    /// The empty tree.
    public init() {
        size = 0
        frontier = []
    }

    /// Continues a tree whose peaks were kept. Refuses a number of peaks that cannot belong to `size`.
    public init?(size: UInt64, frontier: [Digest256]) {
        guard frontier.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.frontier = frontier
    }

    /// Continues a tree from the hash tiles at its right edge: element L holds the `(size / 256^L) mod 256` hashes of
    /// the last, partial tile of level L (audit-log.md §10.2). Refuses other counts.
    public init?(size: UInt64, rightEdge: [[Digest256]]) {
        var peaks: [Digest256] = []
        var rest = size
        for hashes in rightEdge {
            let width = Int(rest & 255)
            guard hashes.count == width else { return nil }
            var tile = MerkleTree()
            for hash in hashes { tile.append(hash) }
            peaks = tile.frontier + peaks
            rest >>= 8
        }
        guard rest == 0 else { return nil }
        self.init(size: size, frontier: peaks)
    }

    /// Takes the hash of the next leaf.
    public mutating func append(_ leaf: Digest256) {
        var hash = leaf
        // As many merges as there are ones at the low end of the size, as in binary counting.
        for _ in 0..<size.trailingOneBitCount {
            hash = TreeHash.node(frontier.removeLast(), hash)
        }
        frontier.append(hash)
        size += 1
    }

    /// MTH(size).
    public var root: Digest256 {
        guard var root = frontier.last else { return MerkleTree.emptyRoot }
        for peak in frontier.dropLast().reversed() { root = TreeHash.node(peak, root) }
        return root
    }

    /// MTH(0) = SHA-256 of nothing.
    public static let emptyRoot = SHA256.digest(of: [])

    /// Returns MTH over `leaves`.
    public static func root(of leaves: some Sequence<Digest256>) -> Digest256 {
        var tree = MerkleTree()
        for leaf in leaves { tree.append(leaf) }
        return tree.root
    }
}

extension UInt64 {
    var trailingOneBitCount: Int { (~self).trailingZeroBitCount }
}
