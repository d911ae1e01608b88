import RecoveryCrypto

/// The hash tiles of leaves against the entries, each while its leaves are at hand (§13.4 `leaf-mismatch`, §13.5).
///
/// Whether a difference may be reported is known only when all was read: the checkpoint must cover exactly these
/// entries. Until then it is remembered where there is one, which in an honest bundle is nowhere.
struct LeafTileChecks<Source: BundleSource> {
    private struct Difference {
        let position: Tiles.Position
        /// Which hashes of the tile are not those of their entries; `nil` if the file itself is not there or too short.
        let offsets: [UInt8]?
        let code: FindingCode
    }

    private var folder: BundleFolder<Source>
    private var differences: [Difference] = []

    init(_ folder: BundleFolder<Source>) {
        self.folder = folder
    }

    /// Takes the leaves of a tile.
    mutating func check(_ leaves: [Digest256], tile index: UInt64, _ findings: inout Findings) {
        let position = Tiles.Position(level: 0, index: index, width: UInt64(leaves.count))
        let byteCount = leaves.count * Digest256.byteCount
        switch folder.kind(of: position.path) {
        case .file(UInt64(byteCount)): break
        case .file: return note(.tileWidth, position)
        case .directory, .other, nil: return note(.tileMissing, position)
        }
        guard let bytes = folder.bytes(of: position.path, &findings) else { return }
        guard bytes != Tiles.tile(of: leaves) else { return }
        let offsets = leaves.indices.filter { index in
            let start = index * Digest256.byteCount
            return bytes.count < start + Digest256.byteCount
                || Digest256(bytes[start..<start + Digest256.byteCount]) != leaves[index]
        }
        note(.tileHash, position, offsets.map { UInt8($0) })
    }

    /// Reports what was found.
    func finish(_ findings: inout Findings) {
        // A leaf can be called wrong only if every tile of leaves is where it should be.
        let leavesAreInPlace = differences.allSatisfy { $0.offsets != nil }
        for difference in differences {
            findings.add(difference.code, difference.position.path)
            guard leavesAreInPlace else { continue }
            for offset in difference.offsets ?? [] {
                findings.add(.leafMismatch, seq: difference.position.index * Tiles.width + UInt64(offset))
            }
        }
    }

    private mutating func note(_ code: FindingCode, _ position: Tiles.Position, _ offsets: [UInt8]? = nil) {
        differences.append(Difference(position: position, offsets: offsets, code: code))
    }
}
