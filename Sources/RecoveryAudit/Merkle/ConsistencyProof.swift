public import RecoveryCrypto

/// That a tree extends an older one (RFC 6962 §2.1.2).
public enum ConsistencyProof {
    /// Returns the ranges of leaves whose MTH make up the proof, in the order of the RFC. Empty for `old` 0 and for
    /// `old` = `new`; `nil` for `old` > `new`.
    public static func ranges(old: UInt64, new: UInt64) -> [Range<UInt64>]? {
        guard old <= new else { return nil }
        guard old > 0, old < new else { return [] }
        var ranges: [Range<UInt64>] = []
        var start: UInt64 = 0
        var end = new
        // Walks down to the subtree that ends where the old tree ended. While that is a prefix of the old tree too,
        // its root is the old root and need not be told.
        while end != old {
            let middle = start + largestPowerOfTwo(below: end - start)
            if old <= middle {
                ranges.append(middle..<end)
                end = middle
            } else {
                ranges.append(start..<middle)
                start = middle
            }
        }
        if start > 0 { ranges.append(start..<end) }
        return ranges.reversed()
    }

    /// Whether `proof` shows that the tree of `newRoot` begins with that of `oldRoot` (RFC 9162 §2.1.4.2).
    /// Any tree extends the empty one; a tree extends itself with an empty proof.
    public static func verify(
        old: UInt64,
        new: UInt64,
        oldRoot: Digest256,
        newRoot: Digest256,
        proof: [Digest256]
    ) -> Bool {
        guard old <= new else { return false }
        if old == 0 { return proof.isEmpty && oldRoot == MerkleTree.emptyRoot }
        if old == new { return proof.isEmpty && oldRoot == newRoot }
        guard !proof.isEmpty else { return false }
        // A complete old tree is itself the subtree to start from.
        var rest = (old.nonzeroBitCount == 1 ? [oldRoot] : []) + proof
        var oldHash = rest.removeFirst()
        var newHash = oldHash
        var node = old - 1
        var last = new - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        for sibling in rest {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                oldHash = TreeHash.node(sibling, oldHash)
                newHash = TreeHash.node(sibling, newHash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                newHash = TreeHash.node(newHash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && oldHash == oldRoot && newHash == newRoot
    }
}
