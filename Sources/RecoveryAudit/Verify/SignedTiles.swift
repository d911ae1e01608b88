import RecoveryCrypto

/// Where the roots of a log come from: the entries that were read, or tiles that lead to a signed root.
protocol TreeHashes {
    /// Leaves.
    var size: UInt64 { get }

    /// Returns MTH(size); `nil` if the tree has not so many leaves, or if what it takes is not there, which is reported
    /// elsewhere.
    func root(at size: UInt64) -> Digest256?

    /// Returns the hash of that leaf; `nil` likewise.
    func leaf(at index: UInt64) -> Digest256?
}

extension GrownTree: TreeHashes {}

/// The hash tiles of a bundle, believed as far as they lead to the root of a checkpoint (§10.2).
///
///     root   = peaks of the last tile of each level        read first, compared with the checkpoint
///     tile N = 256 hashes whose root is hash N above it    read when asked for, compared on the way up
///
/// A hash costs as many tiles as the tree has levels: three for sixteen million records. The last tile of each level is
/// kept. What is missing or wrong gives no hashes, and is reported once.
final class SignedTiles<Source: BundleSource>: TreeHashes {
    let size: UInt64
    private var folder: BundleFolder<Source>
    /// The partial tile of each level, if there is one.
    private var rightEdge: [[Digest256]] = []
    private var kept: [Int: (index: UInt64, hashes: [Digest256])] = [:]
    private var isSound = true
    private var reported: Set<String> = []
    private var findings = Findings()

    init(_ folder: BundleFolder<Source>, size: UInt64, root: Digest256) {
        self.folder = folder
        self.size = size
        var level = 0
        while level < 8, case let hashes = size >> UInt64(8 * level), hashes > 0 {
            let width = hashes % Tiles.width
            let position = Tiles.Position(level: level, index: hashes / Tiles.width, width: width)
            rightEdge.append(width == 0 ? [] : read(position) ?? [])
            level += 1
        }
        guard MerkleTree(size: size, rightEdge: rightEdge)?.root == root else {
            isSound = false
            findings.add(.checkpointRoot, size: size, "the last tiles do not lead to it")
            return
        }
    }

    /// Adds what was found wrong so far to `others`.
    func report(to others: inout Findings) {
        others.add(findings)
        findings = Findings()
    }

    func root(at size: UInt64) -> Digest256? {
        guard size <= self.size else { return nil }
        return try? HashRange.root(of: 0..<size) { subtree throws(NoHash) in
            let level = subtree.level / 8
            let count: UInt64 = 1 << UInt64(subtree.level % 8)
            let first = subtree.index * count
            guard let tile = hashes(level: level, index: first / Tiles.width) else { throw NoHash() }
            let start = Int(first % Tiles.width)
            return MerkleTree.root(of: tile[start..<start + Int(count)])
        }
    }

    private struct NoHash: Error {}

    func leaf(at index: UInt64) -> Digest256? {
        guard index < size else { return nil }
        return hashes(level: 0, index: index / Tiles.width)?[Int(index % Tiles.width)]
    }

    /// Returns the hashes of a tile of this tree; `nil` if they do not lead to the root.
    func hashes(level: Int, index: UInt64) -> [Digest256]? {
        guard isSound else { return nil }
        let complete = size >> UInt64(8 * level) / Tiles.width
        guard index < complete else { return rightEdge[level] }
        if let kept = kept[level], kept.index == index { return kept.hashes }
        let position = Tiles.Position(level: level, index: index, width: Tiles.width)
        guard let hashes = read(position) else { return nil }
        let above = self.hashes(level: level + 1, index: index / Tiles.width)
        guard let above else { return nil }
        guard MerkleTree.root(of: hashes) == above[Int(index % Tiles.width)] else {
            note(.tileHash, position.path)
            return nil
        }
        kept[level] = (index, hashes)
        return hashes
    }

    private func read(_ position: Tiles.Position) -> [Digest256]? {
        let path = position.path
        switch folder.kind(of: path) {
        case .file(position.width * UInt64(Digest256.byteCount)):
            return folder.bytes(of: path, &findings).flatMap { Tiles.hashes(in: $0) }
        case .file: note(.tileWidth, path)
        case .directory, .other, nil: note(.tileMissing, path)
        }
        return nil
    }

    private func note(_ code: FindingCode, _ path: String) {
        if reported.insert(path).inserted { findings.add(code, path) }
    }
}
