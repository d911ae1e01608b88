import Foundation

/// A disk that keeps no promise but the ones that are written down here, in the middle of recorded work.
///
/// What it keeps, after SQLite's page "Atomic Commit in SQLite" (§2, hardware assumptions) and POSIX:
/// - What was written to a file before its last `fsync` or `fdatasync` is there, with the size that belongs to it.
/// - What happened to names in a folder before the last `fsync` of *that folder* is there.
/// - A write that was not synced arrives whole, not at all, or torn at a multiple of 512 bytes of the file, either part
///   of it. Bytes beside it are not damaged ("powersafe overwrite").
/// - A rename happens or does not: never is a file without either name. A name leads to a file or not, never to half
///   of a folder.
///
/// What it does *not* keep, though ext4 with its defaults would (`data=ordered`, one journal for all):
/// - Order. Of what was not synced, every part may be lost alone, in data and names, of one file and across files.
/// - A file's name with its bytes: syncing a file makes no name of it durable, syncing a folder makes no bytes durable.
///   A new or renamed file may be empty, or cut, or all zeros.
/// - Size with data: a file may have grown without what was written there; then there are zeros.
///
/// Not modelled: damage to what was synced, disks that lie about a flush, and modes and owners, which are taken to be
/// those that a file ends up with. Bytes of ``unjudged`` files are left out, since no decision rests on them.
struct DiskModel: Sendable {
    enum Entry: Hashable, Sendable {
        case folder
        case file(Int)
    }

    struct DataChange: Sendable {
        enum What: Sendable {
            case write(offset: Int, Data)
            case resize(Int)
            case grow(Int)
        }

        let file: Int
        let what: What
    }

    /// Names that appear, or lead nowhere any more, in one step.
    struct NameChange: Sendable {
        /// The folder whose sync makes it durable. A rename between folders waits for that of the new name.
        let folder: String
        let effects: [(path: String, entry: Entry?)]
    }

    /// The words of the owner in `lock`, for people, and the room in `reserve`, which is claimed anew.
    static let unjudged: Set<String> = ["D/store/lock", "D/store/reserve"]

    /// By file: what is there whatever happens.
    private(set) var durable: [Int: Data] = [:]
    private(set) var durableNames: [String: Entry] = [:]
    private(set) var pendingData: [DataChange] = []
    private(set) var pendingNames: [NameChange] = []
    /// What programs see: everything, lost or not.
    private(set) var names: [String: Entry] = [:]
    private var fileOfInode: [UInt64: Int] = [:]
    private var fileCount = 0

    /// A disk with everything on it that lies in a folder now.
    init(holding root: URL) throws {
        let manager = FileManager.default
        for path in try manager.subpathsOfDirectory(atPath: root.path) {
            let place = root.appending(path: path).path
            let traits = try manager.attributesOfItem(atPath: place)
            guard traits[.type] as? FileAttributeType == .typeRegular else {
                durableNames[path] = .folder
                continue
            }
            let inode = (traits[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0
            let file = newFile(inode)
            durableNames[path] = .file(file)
            durable[file] = Self.unjudged.contains(path) ? Data() : manager.contents(atPath: place)
        }
        names = durableNames
    }

    mutating func apply(_ change: Trace.Change) {
        switch change {
        case .start, .mode, .answer: break
        case .open(let inode, let path, let isNew, let isEmptied):
            if isNew {
                let file = newFile(inode)
                durable[file] = Data()
                rename([(path, .file(file))], in: path)
            } else if isEmptied {
                write(.resize(0), inode, path)
            }
        case .write(let inode, let path, let offset, let data): write(.write(offset: offset, data), inode, path)
        case .truncate(let inode, let path, let size): write(.resize(size), inode, path)
        case .allocate(let inode, let path, let size): write(.grow(size), inode, path)
        case .sync(let inode, let path):
            if path.isEmpty || names[path] == .folder {
                syncNames(of: path)
            } else if let file = fileOfInode[inode] {
                syncData(of: file)
            }
        case .rename(let from, let to): rename([(from, nil), (to, names[from])], in: to)
        case .link(let from, let to): rename([(to, names[from])], in: to)
        case .unlink(let path): rename([(path, nil)], in: path)
        case .makeFolder(let path): rename([(path, .folder)], in: path)
        }
    }

    /// Exchanges the bytes of a file, as no crash would, with all names on the disk: for controls of whoever judges.
    mutating func exchange(_ path: String, for data: Data) {
        guard case .file(let file)? = names[path] else { return }
        for folder in Set(pendingNames.map(\.folder)) { syncNames(of: folder) }
        pendingData.removeAll { $0.file == file }
        durable[file] = data
    }

    private mutating func newFile(_ inode: UInt64) -> Int {
        fileCount += 1
        fileOfInode[inode] = fileCount
        return fileCount
    }

    private mutating func write(_ what: DataChange.What, _ inode: UInt64, _ path: String) {
        guard let file = fileOfInode[inode], !Self.unjudged.contains(path) else { return }
        pendingData.append(DataChange(file: file, what: what))
    }

    private mutating func rename(_ effects: [(path: String, entry: Entry?)], in path: String) {
        for (path, entry) in effects { names[path] = entry }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        pendingNames.append(NameChange(folder: folder, effects: effects))
    }

    private mutating func syncData(of file: Int) {
        for change in pendingData where change.file == file { change.what.apply(to: &durable[file, default: Data()]) }
        pendingData.removeAll { $0.file == file }
    }

    private mutating func syncNames(of folder: String) {
        for change in pendingNames where change.folder == folder {
            for (path, entry) in change.effects { durableNames[path] = entry }
        }
        pendingNames.removeAll { $0.folder == folder }
    }
}

extension DiskModel.DataChange.What {
    func apply(to data: inout Data) {
        switch self {
        case .write(let offset, let bytes):
            if data.count < offset + bytes.count { data.append(Data(count: offset + bytes.count - data.count)) }
            data.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        case .resize(let size):
            data = data.count > size ? data.prefix(size) : data + Data(count: size - data.count)
        case .grow(let size):
            if data.count < size { data.append(Data(count: size - data.count)) }
        }
    }
}
