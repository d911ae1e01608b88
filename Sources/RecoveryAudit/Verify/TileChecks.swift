import RecoveryCrypto

/// The files under `tile` against the tree of the entries (§13.5): exactly those of its size, and the right hashes.
struct TileChecks<Source: BundleSource> {
    private var folder: BundleFolder<Source>
    private let tree: GrownTree

    init(_ folder: BundleFolder<Source>, tree: GrownTree) {
        self.folder = folder
        self.tree = tree
    }

    /// - Parameter entryFiles: How many files of entries were read: these are there, under the names that they must have.
    mutating func check(entryFiles: UInt64, _ findings: inout Findings) {
        for level in tree.levels.indices.map({ $0 + 1 }) {
            for position in Tiles.positions(level: level, size: tree.size) { check(position, &findings) }
        }
        for position in Tiles.positions(level: 0, size: tree.size).dropFirst(Int(max(1, entryFiles) - 1)) {
            let path = Tiles.entryBundlePath(index: position.index, width: position.width)
            if case .file = folder.kind(of: path) { continue }
            findings.add(.tileMissing, path)
        }
        folder.forEachFile(below: "tile", &findings) { [size = tree.size] path, _, findings in
            if Tiles.file(at: path, ofSize: size) == nil { findings.add(.tileExtra, path.printable) }
        }
    }

    private mutating func check(_ position: Tiles.Position, _ findings: inout Findings) {
        let expected = Tiles.tile(of: Array(tree.tile(level: position.level, index: Int(position.index))))
        switch folder.kind(of: position.path) {
        case .file(UInt64(expected.count)): break
        case .file: return findings.add(.tileWidth, position.path)
        case .directory, .other, nil: return findings.add(.tileMissing, position.path)
        }
        guard let bytes = folder.bytes(of: position.path, &findings) else { return }
        if bytes != expected { findings.add(.tileHash, position.path) }
    }
}
