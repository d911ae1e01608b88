import RecoveryAudit
import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct MerkleTests {
    private struct Vectors: Decodable {
        struct Inclusion: Decodable {
            let index: UInt64
            let leaf: String
            let proof: [String]
            let root: String
            let size: UInt64
        }

        struct Consistency: Decodable {
            let new: UInt64
            let new_root: String
            let old: UInt64
            let old_root: String
            let proof: [String]
        }

        struct TilePath: Decodable {
            let n: UInt64
            let path: String
        }

        let consistency: [Consistency]
        let empty_root: String
        let inclusion: [Inclusion]
        let leaf_0: String
        let node_0_1: String
        let roots: [String: String]
        let tile_paths: [TilePath]
    }

    private let vectors: Vectors

    init() throws {
        vectors = try VectorFile.decode(Vectors.self, from: "audit-log/ours-merkle.json")
    }

    /// Leaf i of the vectors is the four bytes u32(i).
    private static let leaves: [Digest256] = (0..<300).map { index in
        let bytes: [UInt8] = [0, 0, UInt8(index >> 8), UInt8(index & 255)]
        return TreeHash.leaf(of: bytes.span)
    }

    /// RFC 6962 §2.1, word for word, for checking the rest against.
    private static func naiveRoot(_ leaves: ArraySlice<Digest256>) -> Digest256 {
        guard let first = leaves.first else { return SHA256.digest(of: []) }
        guard leaves.count > 1 else { return first }
        var k = 1
        while k * 2 < leaves.count { k *= 2 }
        let middle = leaves.startIndex + k
        return TreeHash.node(naiveRoot(leaves[..<middle]), naiveRoot(leaves[middle...]))
    }

    /// RFC 6962 §2.1.1: PATH(m, D[n]).
    private static func naivePath(_ index: Int, _ leaves: ArraySlice<Digest256>) -> [Digest256] {
        guard leaves.count > 1 else { return [] }
        var k = 1
        while k * 2 < leaves.count { k *= 2 }
        let middle = leaves.startIndex + k
        return index < k
            ? naivePath(index, leaves[..<middle]) + [naiveRoot(leaves[middle...])]
            : naivePath(index - k, leaves[middle...]) + [naiveRoot(leaves[..<middle])]
    }

    /// RFC 6962 §2.1.2: SUBPROOF(m, D[n], b).
    private static func naiveSubproof(_ m: Int, _ leaves: ArraySlice<Digest256>, _ isOld: Bool) -> [Digest256] {
        if m == leaves.count { return isOld ? [] : [naiveRoot(leaves)] }
        var k = 1
        while k * 2 < leaves.count { k *= 2 }
        let middle = leaves.startIndex + k
        return m <= k
            ? naiveSubproof(m, leaves[..<middle], isOld) + [naiveRoot(leaves[middle...])]
            : naiveSubproof(m - k, leaves[middle...], false) + [naiveRoot(leaves[..<middle])]
    }

    @Test func `hashes leaves, nodes and roots as the vectors say`() throws {
        #expect(MerkleTree().root.hexadecimal == vectors.empty_root)
        #expect(Self.leaves[0].hexadecimal == vectors.leaf_0)
        #expect(TreeHash.node(Self.leaves[0], Self.leaves[1]).hexadecimal == vectors.node_0_1)
        try #require(vectors.roots.count == 10)
        for (size, root) in vectors.roots {
            let size = try #require(Int(size))
            #expect(MerkleTree.root(of: Self.leaves[..<size]).hexadecimal == root)
        }
    }

    @Test func `makes and accepts the inclusion proofs of the vectors`() throws {
        let tree = HashedTree(leaves: Self.leaves)
        try #require(vectors.inclusion.count == 7)
        for vector in vectors.inclusion {
            let proof = try vector.proof.map { try Digest256(hex: $0) }
            #expect(tree.inclusionProof(index: vector.index, size: vector.size) == proof)
            #expect(
                InclusionProof.verify(
                    leaf: try Digest256(hex: vector.leaf),
                    index: vector.index,
                    size: vector.size,
                    proof: proof,
                    root: try Digest256(hex: vector.root)
                )
            )
        }
    }

    @Test func `makes and accepts the consistency proofs of the vectors`() throws {
        let tree = HashedTree(leaves: Self.leaves)
        try #require(vectors.consistency.count == 8)
        for vector in vectors.consistency {
            let proof = try vector.proof.map { try Digest256(hex: $0) }
            #expect(tree.consistencyProof(old: vector.old, new: vector.new) == proof)
            #expect(
                ConsistencyProof.verify(
                    old: vector.old,
                    new: vector.new,
                    oldRoot: try Digest256(hex: vector.old_root),
                    newRoot: try Digest256(hex: vector.new_root),
                    proof: proof
                )
            )
        }
    }

    @Test func `names tiles as the vectors do`() throws {
        try #require(vectors.tile_paths.count == 6)
        for vector in vectors.tile_paths {
            #expect(Tiles.path(level: 0, index: vector.n) == "tile/0/\(vector.path)")
            #expect(Tiles.entryBundlePath(index: vector.n, width: 7) == "tile/entries/\(vector.path).p/7")
        }
    }

    @Test func `knows that the empty tree is the beginning of every other, and extends none`() {
        let root = Self.leaves[3]
        let empty = MerkleTree.emptyRoot
        #expect(ConsistencyProof.verify(old: 0, new: 5, oldRoot: empty, newRoot: root, proof: []))
        #expect(!ConsistencyProof.verify(old: 0, new: 5, oldRoot: empty, newRoot: root, proof: [root]))
        #expect(!ConsistencyProof.verify(old: 0, new: 5, oldRoot: root, newRoot: root, proof: []))
        #expect(!ConsistencyProof.verify(old: 5, new: 0, oldRoot: root, newRoot: empty, proof: []))
        #expect(!ConsistencyProof.verify(old: 2, new: 2, oldRoot: root, newRoot: empty, proof: []))
        #expect(!ConsistencyProof.verify(old: 1, new: 2, oldRoot: root, newRoot: root, proof: []))
        #expect(ConsistencyProof.ranges(old: 5, new: 4) == nil)
        #expect(InclusionProof.ranges(index: 4, size: 4) == nil)
    }

    @Test func `agrees with the definition for every size up to 260`() throws {
        var tree = MerkleTree()
        for size in 0...260 {
            #expect(tree.root == Self.naiveRoot(Self.leaves[..<size]), "size \(size)")
            #expect(tree.size == UInt64(size) && tree.frontier.count == size.nonzeroBitCount)
            #expect(try #require(MerkleTree(size: tree.size, frontier: tree.frontier)) == tree)
            tree.append(Self.leaves[size])
        }
        #expect(MerkleTree(size: 3, frontier: [Self.leaves[0]]) == nil)
    }

    @Test func `proves every leaf in every tree of up to 100, and nothing else`() throws {
        let tree = HashedTree(leaves: Self.leaves)
        var count = 0
        for size in 1...100 {
            let root = Self.naiveRoot(Self.leaves[..<size])
            for index in 0..<size {
                let proof = Self.naivePath(index, Self.leaves[..<size])
                #expect(tree.inclusionProof(index: UInt64(index), size: UInt64(size)) == proof)
                func holds(_ index: Int, _ size: Int, _ proof: [Digest256], leaf: Digest256? = nil) -> Bool {
                    InclusionProof.verify(
                        leaf: leaf ?? Self.leaves[index],
                        index: UInt64(index),
                        size: UInt64(size),
                        proof: proof,
                        root: root
                    )
                }
                #expect(holds(index, size, proof))
                #expect(!holds(index, size, proof + [root]))
                #expect(!holds(index, size, proof, leaf: Self.leaves[index + 1]))
                #expect(!holds(index + size, size, proof))
                if !proof.isEmpty {
                    #expect(!holds(index, size, Array(proof.dropLast())))
                    #expect(!holds(index, size, Array(proof.dropFirst())))
                    #expect(!holds(index ^ 1, size, proof, leaf: Self.leaves[index]))
                }
                count += 1
            }
        }
        #expect(count == 5050)
    }

    @Test func `proves every growth between trees of up to 100, and nothing else`() throws {
        let tree = HashedTree(leaves: Self.leaves)
        let roots = (0...100).map { Self.naiveRoot(Self.leaves[..<$0]) }
        var count = 0
        for new in 1...100 {
            for old in 1...new {
                let proof = Self.naiveSubproof(old, Self.leaves[..<new], true)
                #expect(tree.consistencyProof(old: UInt64(old), new: UInt64(new)) == proof)
                func holds(_ proof: [Digest256], oldRoot: Digest256? = nil, newRoot: Digest256? = nil) -> Bool {
                    ConsistencyProof.verify(
                        old: UInt64(old),
                        new: UInt64(new),
                        oldRoot: oldRoot ?? roots[old],
                        newRoot: newRoot ?? roots[new],
                        proof: proof
                    )
                }
                #expect(holds(proof))
                #expect(!holds(proof + [roots[0]]))
                #expect(!holds(proof, oldRoot: roots[0]))
                #expect(!holds(proof, newRoot: roots[0]))
                if !proof.isEmpty {
                    #expect(!holds(Array(proof.dropLast())))
                    #expect(!holds(Array(proof.dropFirst())))
                    var changed = proof
                    changed[count % proof.count] = roots[0]
                    #expect(!holds(changed))
                }
                count += 1
            }
        }
        #expect(count == 5050)
    }

    @Test func `builds the tiles of every size up to 600 and grows on from their right edge`() throws {
        let leaves = (0..<600).map { SHA256.digest(of: [UInt8($0 >> 8), UInt8($0 & 255)]) }
        var builder = TileBuilder()
        var tree = MerkleTree()
        var full: [TileBuilder.Tile] = []
        for leaf in leaves {
            full += builder.append(leaf)
            tree.append(leaf)
            let tiles = full + builder.partialTiles()
            #expect(Set(tiles.map(\.path)) == Set(Tiles.positions(size: tree.size).map(\.path)))
            var edge = [[Digest256]](repeating: [], count: tree.size >= 256 ? 2 : 1)
            for tile in builder.partialTiles() { edge[tile.position.level] = tile.hashes }
            #expect(try #require(MerkleTree(size: tree.size, rightEdge: edge)) == tree)
        }
        try #require(full.count == 2)
        #expect(full[0].hashes == Array(leaves[..<256]) && full[0].path == "tile/0/000")
        #expect(Tiles.hashes(in: full[1].bytes) == Array(leaves[256..<512]))
        #expect(Tiles.hashes(in: Array(full[1].bytes.dropLast())) == nil)
        let top = try #require(builder.partialTiles().last)
        #expect(top.path == "tile/1/000.p/2")
        #expect(top.hashes == [MerkleTree.root(of: leaves[..<256]), MerkleTree.root(of: leaves[256..<512])])
        #expect(MerkleTree(size: 5, rightEdge: [[leaves[0]]]) == nil)
        #expect(MerkleTree(size: 1, rightEdge: [[leaves[0]], [leaves[1]]]) == nil)
        #expect(MerkleTree(size: 256, rightEdge: [[]]) == nil)
    }

    @Test func `reads back a bundle of entries, and stops where it breaks`() {
        let entries: [[UInt8]] = [[1], [], [2, 3, 4]]
        let file = EntryBundle.file(of: entries)
        #expect(file == [0, 1, 1, 0, 0, 0, 3, 2, 3, 4])
        let whole = EntryBundle.read(file, count: 3)
        #expect(whole.entries == entries && whole.isExact)
        #expect(EntryBundle.read(file + [0], count: 3).isExact == false)
        let tooLong = EntryBundle.read(file, count: 2)
        #expect(tooLong.entries == [[1], []] && !tooLong.isExact)
        for count in 0..<file.count {
            let part = EntryBundle.read(Array(file[..<count]), count: 3)
            #expect(!part.isExact)
            #expect(part.entries.count == (count < 3 ? 0 : count < 5 ? 1 : 2))
        }
    }
}
