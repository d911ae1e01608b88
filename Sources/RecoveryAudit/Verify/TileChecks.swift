import RecoveryCrypto

/// The files under `tile` against the tree of the entries (§13.5): exactly those of its size, and the right hashes.
struct TileChecks<Source: BundleSource> {
    let folder: BundleFolder<Source>
    /// Paths and lengths of everything under `tile`.
    let files: [String: UInt64]
    let tree: GrownTree

    private struct Tile {
        let level: Int
        let index: Int
        let hashes: ArraySlice<Digest256>

        var path: String { Tiles.path(level: level, index: UInt64(index), width: UInt64(hashes.count)) }
        var byteCount: UInt64 { UInt64(hashes.count * Digest256.byteCount) }
    }

    func check(_ findings: inout Findings) {
        let tiles = self.tiles
        // A leaf can be called wrong only if every tile of leaves is where it should be.
        let leavesAreInPlace = tiles.allSatisfy { $0.level > 0 || files[$0.path] == $0.byteCount }
        for tile in tiles { check(tile, namingLeaves: leavesAreInPlace, &findings) }

        var expected = Set(tiles.map(\.path))
        for start in stride(from: 0, to: tree.size, by: GrownTree.tileWidth) {
            let width = min(tree.size - start, Tiles.width)
            let path = Tiles.entryBundlePath(index: start / Tiles.width, width: width)
            if files[path] == nil { findings.add(.tileMissing, path) }
            expected.insert(path)
        }
        for path in files.keys where !expected.contains(path) { findings.add(.tileExtra, path.printable) }
    }

    private var tiles: [Tile] {
        tree.levels.indices.flatMap { level in
            let width = GrownTree.tileWidth
            return (0..<(tree.levels[level].count + width - 1) / width).map { index in
                Tile(level: level, index: index, hashes: tree.tile(level: level, index: index))
            }
        }
    }

    private func check(_ tile: Tile, namingLeaves: Bool, _ findings: inout Findings) {
        guard let byteCount = files[tile.path] else { return findings.add(.tileMissing, tile.path) }
        guard byteCount == tile.byteCount else { return findings.add(.tileWidth, tile.path) }
        guard let bytes = folder.bytes(of: tile.path, &findings) else { return }
        var isRight = bytes.count == Int(byteCount)
        for (offset, hash) in zip(stride(from: 0, to: bytes.count, by: Digest256.byteCount), tile.hashes)
        where Digest256(bytes[offset..<min(offset + Digest256.byteCount, bytes.count)]) != hash {
            isRight = false
            if tile.level == 0, namingLeaves {
                let seq = tile.index * GrownTree.tileWidth + offset / Digest256.byteCount
                findings.add(.leafMismatch, seq: UInt64(seq))
            }
        }
        if !isRight { findings.add(.tileHash, tile.path) }
    }
}
