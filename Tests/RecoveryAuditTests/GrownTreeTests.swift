import RecoveryCrypto
import Testing

@testable import RecoveryAudit

@Suite struct GrownTreeTests {
    private static let leaves = (0..<700).map { SHA256.digest(of: Array("leaf \($0)".utf8)) }

    /// A tree that asks for older leaves and gets those of `entries`.
    private func grown(_ leaves: [Digest256], asking entries: [Digest256]) -> GrownTree {
        var grown = GrownTree { tile in Array(entries.dropFirst(256 * Int(tile)).prefix(256)) }
        for leaf in leaves { _ = grown.append(leaf) }
        return grown
    }

    @Test func `has the root of every size it grew through`() {
        var roots = [MerkleTree.emptyRoot]
        var tree = MerkleTree()
        for leaf in Self.leaves {
            tree.append(leaf)
            roots.append(tree.root)
        }
        let grown = grown(Self.leaves, asking: Self.leaves)
        for (size, root) in roots.enumerated() { #expect(grown.root(at: UInt64(size)) == root, "size \(size)") }
        #expect(grown.root(at: 701) == nil)
    }

    @Test func `gives the leaves of each tile that is complete, and keeps the others`() {
        var grown = GrownTree { _ in nil }
        let full = Self.leaves.compactMap { grown.append($0) }
        #expect(full == [Array(Self.leaves[0..<256]), Array(Self.leaves[256..<512])])
        #expect(grown.open == Array(Self.leaves[512...]))
    }

    @Test(arguments: [1, 255, 256, 257, 512, 700]) func `holds the tiles of its size`(size: Int) {
        let grown = grown(Array(Self.leaves.prefix(size)), asking: [])
        let above = Tiles.positions(size: UInt64(size)).filter { $0.level > 0 }
        #expect(grown.levels.count == (above.last?.level ?? 0))
        for position in above {
            let tile = grown.tile(level: position.level, index: Int(position.index))
            #expect(tile.count == Int(position.width))
        }
    }

    @Test func `knows its leaves and no others`() {
        let grown = grown(Self.leaves, asking: Self.leaves)
        #expect([0, 255, 256, 511, 699].allSatisfy { grown.leaf(at: $0) == Self.leaves[Int($0)] })
        #expect(grown.leaf(at: 700) == nil)
    }

    @Test func `believes no older leaf that leads elsewhere`() {
        var others = Self.leaves
        others[100] = SHA256.digest(of: [])
        let grown = grown(Self.leaves, asking: others)
        let tree = HashedTree(leaves: Self.leaves)
        #expect(grown.root(at: 200) != tree.root(ofFirst: 200))
        #expect(grown.root(at: 100) != tree.root(ofFirst: 100), "of a tile with one wrong leaf none is believed")
        #expect(grown.root(at: 256) == tree.root(ofFirst: 256) && grown.root(at: 400) == tree.root(ofFirst: 400))
    }
}
