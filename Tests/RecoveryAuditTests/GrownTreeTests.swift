import RecoveryCrypto
import Testing

@testable import RecoveryAudit

@Suite struct GrownTreeTests {
    private static let leaves = (0..<700).map { SHA256.digest(of: Array("leaf \($0)".utf8)) }

    @Test func `has the root of every size it grew through`() {
        var grown = GrownTree()
        var roots = [MerkleTree.emptyRoot]
        var tree = MerkleTree()
        for leaf in Self.leaves {
            grown.append(leaf)
            tree.append(leaf)
            roots.append(tree.root)
        }
        for (size, root) in roots.enumerated() { #expect(grown.root(at: UInt64(size)) == root, "size \(size)") }
        #expect(grown.root(at: 701) == nil)
    }

    @Test(arguments: [1, 255, 256, 257, 512, 700]) func `holds the tiles of its size`(size: Int) {
        var grown = GrownTree()
        for leaf in Self.leaves.prefix(size) { grown.append(leaf) }
        let positions = Tiles.positions(size: UInt64(size))
        #expect(grown.levels.count == (positions.last?.level ?? 0) + 1)
        #expect(!positions.isEmpty)
        for position in positions {
            let tile = grown.tile(level: position.level, index: Int(position.index))
            #expect(tile.count == Int(position.width))
        }
    }

    @Test func `knows its leaves and no others`() {
        var grown = GrownTree()
        for leaf in Self.leaves { grown.append(leaf) }
        #expect(grown.leaf(at: 699) == Self.leaves[699])
        #expect(grown.leaf(at: 700) == nil)
    }
}
