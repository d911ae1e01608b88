import RecoveryCrypto

/// The Merkle tree of the entries read so far, kept as what lies above its leaves (§10.2): the open tile of leaf hashes,
/// and one hash for each complete subtree of 256, of 256 squared and so on.
///
///     level 1   h(0…255)            h(256…511)             1/256 of the leaves, kept
///     level 0   l0 l1 l2 … l255     l256 … l511   l512 …   only the last of these is kept
///
/// From these the root of any earlier size costs at most 255 hashes for each level, so that a root named anywhere in
/// the log, in a checkpoint or outside can be checked without keeping the entries. Leaves of an older tile are read from
/// the entries again, and believed only if they lead to the hash that was kept of them.
struct GrownTree {
    /// Leaves of one tile.
    static let tileWidth = Int(Tiles.width)

    /// The leaf hashes of the last tile, which is not complete: 0 to 255.
    private(set) var open: [Digest256] = []
    /// Element L − 1 holds the hashes of the complete subtrees of 256^L leaves.
    private(set) var levels: [[Digest256]] = []
    private let olderLeaves: (UInt64) -> [Digest256]?

    /// - Parameter olderLeaves: Returns the leaf hashes of a tile that was complete before; `nil` if they are gone.
    init(olderLeaves: @escaping (UInt64) -> [Digest256]?) {
        self.olderLeaves = olderLeaves
    }

    /// Leaves so far.
    var size: UInt64 { UInt64((levels.first?.count ?? 0) * Self.tileWidth + open.count) }

    /// Takes the hash of the next leaf. Returns the leaves of the tile that it completes, or `nil`.
    mutating func append(_ leaf: Digest256) -> [Digest256]? {
        open.append(leaf)
        guard open.count == Self.tileWidth else { return nil }
        let leaves = open
        open.removeAll(keepingCapacity: true)
        var hash = Self.root(of: leaves[...])
        for level in 0... {
            if level == levels.count { levels.append([]) }
            levels[level].append(hash)
            guard levels[level].count.isMultiple(of: Self.tileWidth) else { break }
            hash = Self.root(of: levels[level].suffix(Self.tileWidth))
        }
        return leaves
    }

    /// Returns the hash of that leaf, or `nil` beyond the end.
    func leaf(at index: UInt64) -> Digest256? {
        guard index < size else { return nil }
        return leaves(ofTile: index / Tiles.width)[Int(index % Tiles.width)]
    }

    /// Returns `MTH(size)`, or `nil` if the tree has not grown that far.
    func root(at size: UInt64) -> Digest256? {
        guard size <= self.size else { return nil }
        guard size > 0 else { return MerkleTree.emptyRoot }
        // The tree of any size is a chain of complete subtrees, largest first; a node joins each with what follows it.
        var peaks: [Digest256] = []
        let whole = size / Tiles.width * Tiles.width
        var start: UInt64 = 0
        for height in (8..<UInt64.bitWidth).reversed() where whole >> UInt64(height) & 1 == 1 {
            peaks.append(completeSubtree(from: start, height: height))
            start += 1 << UInt64(height)
        }
        var rest = MerkleTree()
        if whole < size {
            for leaf in leaves(ofTile: whole / Tiles.width).prefix(Int(size - whole)) { rest.append(leaf) }
        }
        peaks += rest.frontier
        return peaks.dropLast().reversed().reduce(peaks[peaks.count - 1]) { TreeHash.node($1, $0) }
    }

    /// Returns the hashes of hash tile (`level`, `index`) of a level above the leaves: up to 256.
    func tile(level: Int, index: Int) -> ArraySlice<Digest256> {
        let start = index * Self.tileWidth
        return levels[level - 1][start..<min(start + Self.tileWidth, levels[level - 1].count)]
    }

    /// What cannot be read again as it was gives hashes that lead nowhere.
    private func leaves(ofTile index: UInt64) -> [Digest256] {
        guard let level = levels.first, index < level.count else { return open }
        if let leaves = olderLeaves(index), leaves.count == Self.tileWidth,
            Self.root(of: leaves[...]) == level[Int(index)]
        {
            return leaves
        }
        return [Digest256](repeating: MerkleTree.emptyRoot, count: Self.tileWidth)
    }

    private func completeSubtree(from start: UInt64, height: Int) -> Digest256 {
        let level = height / 8
        let first = Int(start >> UInt64(8 * level))
        return Self.root(of: levels[level - 1][first..<first + 1 << (height % 8)])
    }

    /// The root over hashes whose number is a power of two.
    private static func root(of hashes: ArraySlice<Digest256>) -> Digest256 {
        var row = Array(hashes)
        while row.count > 1 {
            row = stride(from: 0, to: row.count, by: 2).map { TreeHash.node(row[$0], row[$0 + 1]) }
        }
        return row[0]
    }
}
