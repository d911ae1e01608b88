import RecoveryCrypto

/// The Merkle tree of the entries read so far, kept as its hash tiles (§10.2): every leaf hash, and one hash for each
/// complete subtree of 256, of 256 squared and so on.
///
///     level 1   h(0…255)            h(256…511)             1/256 of the leaves
///     level 0   l0 l1 l2 … l255     l256 … l511   l512 …
///
/// From these the root of any earlier size costs at most 255 hashes for each level, so that a root named anywhere in
/// the log, in a checkpoint or outside can be checked without keeping the entries.
struct GrownTree {
    /// Leaves of one tile.
    static let tileWidth = Int(Tiles.width)

    /// `levels[L]` holds the hashes of the complete subtrees of 256^L leaves. The last level is never empty.
    private(set) var levels: [[Digest256]] = [[]]

    /// Leaves so far.
    var size: UInt64 { UInt64(levels[0].count) }

    mutating func append(_ leaf: Digest256) {
        levels[0].append(leaf)
        var level = 0
        while levels[level].count.isMultiple(of: Self.tileWidth) {
            let hash = Self.root(of: levels[level].suffix(Self.tileWidth))
            level += 1
            if level == levels.count { levels.append([]) }
            levels[level].append(hash)
        }
    }

    /// Returns the hash of that leaf, or `nil` beyond the end.
    func leaf(at index: UInt64) -> Digest256? {
        index < size ? levels[0][Int(index)] : nil
    }

    /// Returns `MTH(size)`, or `nil` if the tree has not grown that far.
    func root(at size: UInt64) -> Digest256? {
        guard size <= self.size else { return nil }
        guard size > 0 else { return SHA256.digest(of: []) }
        // The tree of any size is a chain of complete subtrees, largest first; a node joins each with what follows it.
        var peaks: [Digest256] = []
        var start: UInt64 = 0
        for height in (0..<UInt64.bitWidth).reversed() where size >> UInt64(height) & 1 == 1 {
            peaks.append(completeSubtree(from: start, height: height))
            start += 1 << UInt64(height)
        }
        return Self.joined(peaks)
    }

    /// Returns the bytes of hash tile (`level`, `index`): up to 256 hashes.
    func tile(level: Int, index: Int) -> ArraySlice<Digest256> {
        let start = index * Self.tileWidth
        return levels[level][start..<min(start + Self.tileWidth, levels[level].count)]
    }

    private func completeSubtree(from start: UInt64, height: Int) -> Digest256 {
        let level = height / 8
        let first = Int(start >> UInt64(8 * level))
        return Self.root(of: levels[level][first..<first + 1 << (height % 8)])
    }

    /// The root over hashes whose number is a power of two.
    private static func root(of hashes: ArraySlice<Digest256>) -> Digest256 {
        var row = Array(hashes)
        while row.count > 1 {
            row = stride(from: 0, to: row.count, by: 2).map { TreeHash.node(row[$0], row[$0 + 1]) }
        }
        return row[0]
    }

    private static func joined(_ peaks: [Digest256]) -> Digest256 {
        peaks.dropLast().reversed().reduce(peaks[peaks.count - 1]) { TreeHash.node($1, $0) }
    }
}
