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
            if !Tiles.isFile(path, ofSize: size) { findings.add(.tileExtra, path.printable) }
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

extension Tiles {
    /// Whether a tree of `size` leaves has a hash tile or an entry bundle of that path.
    static func isFile(_ path: String, ofSize size: UInt64) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0] == "tile" else { return false }
        let isEntries = parts[1] == "entries"
        guard let level = isEntries ? 0 : decimal(parts[1]), level < 8 else { return false }
        // The index in groups of three digits; what is wrong with any of them shows when the path is made again.
        var index: UInt64 = 0
        for part in parts[2...] where !part.isEmpty {
            let digits = part.hasSuffix(".p") ? part.dropLast(2) : part
            if part == parts.last, parts[parts.count - 2].hasSuffix(".p") { break }
            guard let group = UInt64(digits.drop { $0 == "x" }), group < 1000, index < 1 << 50 else { return false }
            index = index * 1000 + group
        }
        let hashes = size >> UInt64(8 * level)
        guard index * width < hashes else { return false }
        let filled = min(width, hashes - index * width)
        let expected =
            isEntries
            ? entryBundlePath(index: index, width: filled) : Tiles.path(level: Int(level), index: index, width: filled)
        return path.hasSameBytes(as: expected)
    }
}
