/// The entries of a bundle in their order, one file of at most 256 in memory at a time (§10.2, §13.2).
struct EntryBundles<Source: BundleSource> {
    // 256 frames of a u16 length and as many bytes as that can say.
    private static var largestFile: UInt64 { 256 * (2 + 65_535) }

    private let folder: BundleFolder<Source>
    /// Paths and lengths of everything under `tile`.
    private let files: [String: UInt64]
    private var index: UInt64 = 0
    private var isDone = false

    init(_ folder: BundleFolder<Source>, files: [String: UInt64]) {
        self.folder = folder
        self.files = files
    }

    /// Returns the entries of the next file; `nil` after the last.
    mutating func next(_ findings: inout Findings) -> [[UInt8]]? {
        guard !isDone, let (path, width) = nextPath() else { return nil }
        isDone = width < Tiles.width
        index += 1
        guard files[path, default: 0] <= Self.largestFile, let bytes = folder.bytes(of: path, &findings) else {
            findings.add(.entriesFrame, path + " cannot be read as entries")
            isDone = true
            return []
        }
        // All that are complete, also beyond the width that the name claims: each is evidence.
        let entries = EntryBundle.read(bytes, count: .max).entries
        let rest = bytes.count - entries.reduce(0) { $0 + 2 + $1.count }
        if rest > 0 || entries.count != width {
            findings.add(.entriesFrame, "\(path) holds \(entries.count) entries and \(rest) bytes more")
            isDone = true
        }
        return entries
    }

    /// A full file, or else the widest partial one, which is then the last.
    private func nextPath() -> (path: String, width: UInt64)? {
        for width in (1...Tiles.width).reversed() {
            let path = Tiles.entryBundlePath(index: index, width: width)
            if files[path] != nil { return (path, width) }
        }
        return nil
    }
}
