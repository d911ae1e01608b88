public import RecoveryCrypto

/// That a leaf is in a tree (RFC 6962 §2.1.1): the hashes of the subtrees beside its way to the root.
public enum InclusionProof {
    /// Returns the ranges of leaves whose MTH make up the proof, sibling of the leaf first; `nil` if there is no such
    /// leaf. Whoever holds the hashes looks them up: see ``HashRange``.
    public static func ranges(index: UInt64, size: UInt64) -> [Range<UInt64>]? {
        guard index < size else { return nil }
        var ranges: [Range<UInt64>] = []
        var start: UInt64 = 0
        var end = size
        while end - start > 1 {
            let middle = start + largestPowerOfTwo(below: end - start)
            if index < middle {
                ranges.append(middle..<end)
                end = middle
            } else {
                ranges.append(start..<middle)
                start = middle
            }
        }
        return ranges.reversed()
    }

    /// Whether `proof` leads from `leaf` at `index` to `root` in a tree of `size` leaves (RFC 9162 §2.1.3.2).
    public static func verify(
        leaf: Digest256,
        index: UInt64,
        size: UInt64,
        proof: [Digest256],
        root: Digest256
    ) -> Bool {
        guard index < size else { return false }
        // fn and sn of the RFC: the way of the leaf, and that of the last leaf, which knows where subtrees end early.
        var node = index
        var last = size - 1
        var hash = leaf
        for sibling in proof {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                hash = TreeHash.node(sibling, hash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = TreeHash.node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }
}

/// Returns the largest power of two smaller than `count`, which is at least 2.
func largestPowerOfTwo(below count: UInt64) -> UInt64 {
    1 << UInt64(63 - (count - 1).leadingZeroBitCount)
}
