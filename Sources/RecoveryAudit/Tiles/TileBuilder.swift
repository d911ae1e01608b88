public import RecoveryCrypto

/// Turns leaves into hash tiles as they come, holding one open tile for each level: memory grows with log n.
public struct TileBuilder: Sendable {
    /// A tile that is finished.
    public struct Tile: Sendable, Hashable {
        public let position: Tiles.Position
        public let hashes: [Digest256]

        public var path: String { position.path }
        public var bytes: [UInt8] { Tiles.tile(of: hashes) }
    }

    private struct OpenTile: Sendable {
        var index: UInt64 = 0
        var hashes: [Digest256] = []
    }

    private var levels: [OpenTile] = []

    public init() {}

    /// Takes the next leaf and returns the tiles it filled, lowest level first: most often none.
    public mutating func append(_ leaf: Digest256) -> [Tile] {
        var full: [Tile] = []
        var hash = leaf
        for level in 0... {
            if level == levels.count { levels.append(OpenTile()) }
            levels[level].hashes.append(hash)
            guard levels[level].hashes.count == Tiles.width else { break }
            full.append(tile(at: level))
            hash = MerkleTree.root(of: levels[level].hashes)
            levels[level] = OpenTile(index: levels[level].index + 1)
        }
        return full
    }

    /// Returns the partial tiles at the right edge, lowest level first.
    public func partialTiles() -> [Tile] {
        levels.indices.filter { !levels[$0].hashes.isEmpty }.map { tile(at: $0) }
    }

    private func tile(at level: Int) -> Tile {
        let open = levels[level]
        let position = Tiles.Position(level: level, index: open.index, width: UInt64(open.hashes.count))
        return Tile(position: position, hashes: open.hashes)
    }
}
