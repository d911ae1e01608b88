import RecoveryCrypto

/// Leaf hashes of entries that were read before, from the entries once more. Keeps those of one tile.
final class OlderLeaves<Source: BundleSource> {
    private let source: Source
    /// The last file that was read. All before hold 256 entries; this may hold more than its name says.
    private var last: EntryFile?
    private var kept: (tile: UInt64, leaves: [Digest256])?

    init(of source: Source) {
        self.source = source
    }

    func reached(_ file: EntryFile) {
        last = file
    }

    /// Returns the hashes of 256 leaves; `nil` if they cannot be read any more.
    func leaves(ofTile index: UInt64) -> [Digest256]? {
        if let kept, kept.tile == index { return kept.leaves }
        guard let last else { return nil }
        let path = index < last.index ? Tiles.entryBundlePath(index: index) : last.path
        guard let bytes = source.contents(of: path) else { return nil }
        let first = index < last.index ? 0 : Int((index - last.index) * Tiles.width)
        let entries = EntryBundle.read(bytes, count: first + GrownTree.tileWidth).entries.dropFirst(first)
        let leaves = entries.map { TreeHash.leaf(of: $0.span) }
        kept = (index, leaves)
        return leaves
    }
}
