import Foundation
import RecoveryAudit
import RecoveryCrypto

/// Writes trees for strangers to judge: of each size its tiles, its root, a proof for every record, and proofs that it
/// extends a spread of older ones. Real logs of such sizes would take minutes to write, and have the same tiles.
///
///     tree-writer FOLDER SIZE…
///
///     FOLDER/SIZE/tile/…           hash tiles and entry bundles; entry i is u64(i)
///     FOLDER/SIZE/root             32 bytes
///     FOLDER/SIZE/inclusion        for each record: u8(hashes) ‖ hashes
///     FOLDER/SIZE/consistency      for each older size: u64(size) ‖ its root ‖ u8(hashes) ‖ hashes
@main
struct TreeWriter {
    enum Fault: Error {
        case usage
        case noProof(of: UInt64, in: UInt64)
    }

    static func main() throws {
        let words = CommandLine.arguments
        let sizes = words.dropFirst(2).compactMap { UInt64($0) }
        guard words.count > 2, sizes.count == words.count - 2, let most = sizes.max() else { throw Fault.usage }
        // A smaller tree is the beginning of a larger one, and the hashes of its subtrees are there already.
        let tree = HashedTree(leaves: (0..<most).map { TreeHash.leaf(of: entry($0).span) })
        for size in sizes { try write(tree, size: size, to: URL(fileURLWithPath: "\(words[1])/\(size)")) }
    }

    private static func write(_ tree: HashedTree, size: UInt64, to folder: URL) throws {
        func file(_ path: String, _ bytes: [UInt8]) throws {
            let url = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(bytes).write(to: url)
        }
        var builder = TileBuilder()
        for index in 0..<size {
            for tile in builder.append(TreeHash.leaf(of: entry(index).span)) { try file(tile.path, tile.bytes) }
        }
        for tile in builder.partialTiles() { try file(tile.path, tile.bytes) }
        for position in Tiles.positions(level: 0, size: size) {
            let path = Tiles.entryBundlePath(index: position.index, width: position.width)
            try file(path, EntryBundle.file(of: position.leaves.map { entry($0) }))
        }
        guard let root = tree.root(ofFirst: size) else { throw Fault.usage }
        try file("root", root.bytes)

        var inclusion: [UInt8] = []
        for index in 0..<size {
            guard let proof = tree.inclusionProof(index: index, size: size) else {
                throw Fault.noProof(of: index, in: size)
            }
            append(proof, to: &inclusion)
        }
        try file("inclusion", inclusion)

        var consistency: [UInt8] = []
        for old in olderSizes(of: size) {
            guard let proof = tree.consistencyProof(old: old, new: size), let root = tree.root(ofFirst: old) else {
                throw Fault.noProof(of: old, in: size)
            }
            consistency += eightBytes(old) + root.bytes
            append(proof, to: &consistency)
        }
        try file("consistency", consistency)
    }

    /// Every size of a small tree; of a large one those around powers of two, at its end, and some in between.
    private static func olderSizes(of size: UInt64) -> [UInt64] {
        (1...size).filter { old in
            size <= 257 || old.nonzeroBitCount == 1 || (old - 1).nonzeroBitCount == 1 || (old + 1).nonzeroBitCount == 1
                || old % 997 == 0 || old + 2 >= size
        }
    }

    private static func entry(_ index: UInt64) -> [UInt8] { eightBytes(index) }

    private static func eightBytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
    }

    private static func append(_ proof: [Digest256], to bytes: inout [UInt8]) {
        bytes.append(UInt8(proof.count))
        bytes += Tiles.tile(of: proof)
    }
}
