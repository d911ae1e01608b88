public import RecoveryCrypto

/// Where a tree of n leaves lies in files: C2SP tlog-tiles with height 8 (audit-log.md §10.2).
public enum Tiles {
    /// Hashes in a full tile, and entries in a full bundle.
    public static let width: UInt64 = 256

    /// Returns the path of hash tile `index` of `level`; a partial one has a `width` of 1 to 255.
    public static func path(level: Int, index: UInt64, width: UInt64 = Tiles.width) -> String {
        "tile/\(level)/\(number(index))\(suffix(width))"
    }

    /// Returns the path of entry bundle `index`.
    public static func entryBundlePath(index: UInt64, width: UInt64 = Tiles.width) -> String {
        "tile/entries/\(number(index))\(suffix(width))"
    }

    /// Returns `index` in groups of three digits, all but the last prefixed with `x`.
    static func number(_ index: UInt64) -> String {
        func padded(_ group: UInt64) -> String {
            let digits = String(group)
            return String(repeating: "0", count: 3 - digits.count) + digits
        }
        var path = padded(index % 1000)
        var rest = index / 1000
        while rest > 0 {
            path = "x\(padded(rest % 1000))/\(path)"
            rest /= 1000
        }
        return path
    }

    private static func suffix(_ width: UInt64) -> String {
        precondition(1...Tiles.width ~= width, "a tile holds 1 to 256")
        return width == Tiles.width ? "" : ".p/\(width)"
    }

    /// One file of a tree: the position and how much of it is filled.
    public struct Position: Sendable, Hashable {
        public let level: Int
        public let index: UInt64
        public let width: UInt64

        /// The path of the hash tile.
        public var path: String { Tiles.path(level: level, index: index, width: width) }

        /// The leaves under it; for level 0 also the entries of the bundle of the same index.
        public var leaves: Range<UInt64> {
            let span: UInt64 = 1 << UInt64(8 * level)
            return index * Tiles.width * span..<(index * Tiles.width + width) * span
        }
    }

    /// Returns the hash tiles of `level` in a tree of `size` leaves; empty if the level does not exist.
    public static func positions(level: Int, size: UInt64) -> [Position] {
        let hashes = 8 * level < 64 ? size >> UInt64(8 * level) : 0
        return (0..<(hashes + width - 1) / width).map { index in
            Position(level: level, index: index, width: min(width, hashes - index * width))
        }
    }

    /// Returns all hash tiles of a tree of `size` leaves, lowest level first.
    public static func positions(size: UInt64) -> [Position] {
        var positions: [Position] = []
        var level = 0
        while case let tiles = Tiles.positions(level: level, size: size), !tiles.isEmpty {
            positions += tiles
            level += 1
        }
        return positions
    }

    /// Returns the hashes of a tile; `nil` unless they are whole.
    public static func hashes(in tile: [UInt8]) -> [Digest256]? {
        guard tile.count.isMultiple(of: Digest256.byteCount) else { return nil }
        let bytes = tile.span
        return stride(from: 0, to: tile.count, by: Digest256.byteCount).compactMap {
            Digest256(span: bytes.extracting($0..<$0 + Digest256.byteCount))
        }
    }

    /// Returns the tile of `hashes`.
    public static func tile(of hashes: [Digest256]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * Digest256.byteCount)
        for hash in hashes { hash.append(to: &bytes) }
        return bytes
    }
}
