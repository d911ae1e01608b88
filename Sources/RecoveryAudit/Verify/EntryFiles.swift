import RecoveryCrypto

/// Where the entries of a bundle lie: files of 256, one after the other, and the widest partial one as the last
/// (§10.2, §13.2).
struct EntryFiles<Source: BundleSource> {
    private var folder: BundleFolder<Source>
    private var index: UInt64
    private var isDone = false

    init(_ folder: BundleFolder<Source>, from index: UInt64 = 0) {
        self.folder = folder
        self.index = index
    }

    /// Returns the next file; `nil` after the last.
    mutating func next() -> EntryFile? {
        guard !isDone, let file = fullFile() ?? partialFile() else { return nil }
        isDone = file.width < Tiles.width
        index += 1
        return file
    }

    private mutating func fullFile() -> EntryFile? {
        let path = Tiles.entryBundlePath(index: index)
        guard case .file(let byteCount) = folder.kind(of: path) else { return nil }
        return EntryFile(index: index, width: Tiles.width, path: path, byteCount: byteCount)
    }

    private mutating func partialFile() -> EntryFile? {
        let directory = Tiles.entryBundlePath(index: index) + ".p"
        guard folder.kind(of: directory) == .directory else { return nil }
        var widest: EntryFile?
        for item in folder.source.items(in: directory) ?? [] {
            guard case .file(let byteCount) = item.kind, let width = decimal(item.name),
                width < Tiles.width, width > widest?.width ?? 0
            else { continue }
            let path = directory + "/" + item.name
            widest = EntryFile(index: index, width: width, path: path, byteCount: byteCount)
        }
        return widest
    }
}

/// A file of entries, by its name.
struct EntryFile: Sendable {
    // In bytes: 256 frames of a u16 length and as many bytes as that can say.
    private static let largest: UInt64 = 256 * (2 + 65_535)

    let index: UInt64
    let width: UInt64
    let path: String
    let byteCount: UInt64

    /// The position of its first record: all files before hold 256.
    var first: UInt64 { index * Tiles.width }

    /// What the file holds: all entries that are complete, also beyond the width that the name claims, since each is
    /// evidence; and what is wrong with it.
    func entries(from source: some BundleSource) -> (entries: [[UInt8]], fault: Fault?) {
        guard byteCount <= Self.largest else { return ([], .tooLong) }
        guard let bytes = source.contents(of: path) else { return ([], .unreadable) }
        let entries = EntryBundle.read(bytes, count: .max).entries
        let rest = bytes.count - entries.reduce(0) { $0 + 2 + $1.count }
        let isExact = rest == 0 && entries.count == width
        return (entries, isExact ? nil : .frame(entries: entries.count, rest: rest))
    }

    enum Fault: Sendable {
        case tooLong, unreadable
        case frame(entries: Int, rest: Int)
    }
}

/// The records of a file, with all that can be said of each without knowing the others.
struct PreparedFile: Sendable {
    let file: EntryFile
    let records: [PreparedRecord]
    private let fault: EntryFile.Fault?

    init(reading file: EntryFile, from source: some BundleSource) {
        let (entries, fault) = file.entries(from: source)
        self.file = file
        self.fault = fault
        records = zip(file.first..., entries).map { PreparedRecord($1, at: $0) }
    }

    /// Reports what is wrong with the file as such. Whether another may follow it.
    func check(_ findings: inout Findings) -> Bool {
        switch fault {
        case nil: return true
        case .tooLong: findings.add(.entriesFrame, file.path + " cannot be read as entries")
        case .unreadable:
            findings.add(.internalError, file.path + " cannot be read")
            findings.add(.entriesFrame, file.path + " cannot be read as entries")
        case .frame(let entries, let rest):
            findings.add(.entriesFrame, "\(file.path) holds \(entries) entries and \(rest) bytes more")
        }
        return false
    }
}
