import RecoveryAudit
import RecoveryCrypto

/// P14: that a record is in the log, proven from hash tiles as a store keeps them, and checked, by the length of the log.
enum ProofBenchmark {
    private static let sizes = [1_000, 10_000, 100_000, 1_000_000, 10_000_000]
    private static let proofs = 512

    static func run(_ report: inout Report) async throws {
        guard let origin = Origin("log.example.org/benchmark") else { throw Disagreement(what: "origin") }
        let key = Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32))
        var tree = TiledHashes()
        var making: [(size: Int, nanoseconds: Double)] = []
        var checking: [(size: Int, nanoseconds: Double)] = []
        var bytes: [String] = []
        for size in sizes {
            while tree.size < size { tree.append(leaf(tree.size)) }
            let checkpoint = Checkpoint(origin: origin, size: UInt64(size), root: tree.root)
            let note = checkpoint.signed(by: key).bytes
            // The last records have the shortest way through what is complete, the first the longest.
            let indices = (0..<proofs).map { UInt64($0 * (size - 1) / (proofs - 1)) }
            var made: [[Digest256]] = []
            let makingTime = cpuTime { made = indices.map { tree.inclusionProof(of: $0) } }
            var holding = 0
            let checkingTime = cpuTime {
                for (index, proof) in zip(indices, made) {
                    let holds = InclusionProof.verify(
                        leaf: leaf(Int(index)),
                        index: index,
                        size: checkpoint.size,
                        proof: proof,
                        root: checkpoint.root
                    )
                    holding += holds ? 1 : 0
                }
            }
            try Disagreement.unless(holding == proofs, "proofs of P14")
            making.append((size, Double(makingTime) / Double(proofs)))
            checking.append((size, Double(checkingTime) / Double(proofs)))
            let longest = zip(indices, made).map { index, proof in
                InclusionReceipt(index: index, proof: proof, checkpoint: note).bytes.count
            }.max()
            bytes.append("\(size): \(longest ?? 0)")
            guard size == 1_000_000 else { continue }
            report.add(
                "P14",
                "inclusion proof among a million, made from tiles and checked",
                Measurement(
                    ours: Double(makingTime + checkingTime) / Double(proofs),
                    floor: nil,
                    ratio: nil,
                    spread: nil
                ),
                Target(mostNanoseconds: 5e6)
            )
            report.count(
                "P14",
                "longest receipt among a million, with its checkpoint",
                "\(longest ?? 0) bytes",
                "≤ 1,400",
                longest ?? .max <= 1_400 ? "met" : "**missed**"
            )
        }
        report.addGrowth("P14", "inclusion proof, made, by records", making)
        report.addGrowth("P14", "inclusion proof, checked, by records", checking)
        report.count(
            "P14",
            "longest receipt in bytes, by records",
            bytes.joined(separator: ", "),
            "grows with log n",
            "–"
        )
    }

    private static func leaf(_ number: Int) -> Digest256 {
        let entry = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        return TreeHash.leaf(of: entry.span)
    }
}

/// Hashes of a tree as tiles hold them: leaves, and one hash for each complete tile of the level below.
private struct TiledHashes {
    private var levels: [[Digest256]] = [[]]
    private var head = MerkleTree()

    var size: Int { levels[0].count }
    var root: Digest256 { head.root }

    mutating func append(_ leaf: Digest256) {
        head.append(leaf)
        var hash = leaf
        for level in 0... {
            if level == levels.count { levels.append([]) }
            levels[level].append(hash)
            guard levels[level].count.isMultiple(of: Int(Tiles.width)) else { break }
            hash = MerkleTree.root(of: levels[level].suffix(Int(Tiles.width)))
        }
    }

    func inclusionProof(of index: UInt64) -> [Digest256] {
        let ranges = InclusionProof.ranges(index: index, size: UInt64(size)) ?? []
        return ranges.map { range in
            HashRange.root(of: range) { subtree in
                let count = 1 << (subtree.level % 8)
                let first = Int(subtree.index) * count
                return MerkleTree.root(of: levels[subtree.level / 8][first..<first + count])
            }
        }
    }
}
