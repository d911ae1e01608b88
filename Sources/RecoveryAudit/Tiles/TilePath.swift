extension Tiles {
    /// A file of a tree, by its path.
    public struct File: Sendable, Hashable {
        /// Whether it holds entries, and not hashes. Its level is then 0.
        public let isEntries: Bool
        public let position: Position
    }

    /// Returns the hash tile or entry bundle of that path in a tree of `size` leaves; `nil` if the tree has none.
    public static func file(at path: String, ofSize size: UInt64) -> File? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0] == "tile" else { return nil }
        let isEntries = parts[1] == "entries"
        guard let level = isEntries ? 0 : decimal(parts[1]), level < 8 else { return nil }
        // The index in groups of three digits. What else is wrong shows when the path is made again.
        let isPartial = parts[parts.count - 2].hasSuffix(".p")
        var index: UInt64 = 0
        for part in isPartial ? parts[2..<parts.count - 1] : parts[2...] {
            let digits = part.drop { $0 == "x" }.prefix { $0 != "." }
            guard let group = UInt64(digits), group < 1000, index < 1 << 50 else { return nil }
            index = index * 1000 + group
        }
        let hashes = size >> UInt64(8 * level)
        guard index * width < hashes else { return nil }
        let position = Position(level: Int(level), index: index, width: min(width, hashes - index * width))
        let expected = isEntries ? entryBundlePath(index: index, width: position.width) : position.path
        return path.hasSameBytes(as: expected) ? File(isEntries: isEntries, position: position) : nil
    }
}
