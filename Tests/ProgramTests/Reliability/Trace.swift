import Foundation

/// What programs changed below one folder, in true order and with its data, as `Tests/WriteRecorder` wrote it down.
struct Trace: Sendable {
    /// Paths are relative to the folder; its own is empty.
    enum Change: Sendable {
        /// A process begins, and with it everything that the one before had in memory is gone.
        case start
        case open(inode: UInt64, path: String, isNew: Bool, isEmptied: Bool)
        case write(inode: UInt64, path: String, offset: Int, Data)
        case truncate(inode: UInt64, path: String, size: Int)
        /// Grown with zeros, at least to this size.
        case allocate(inode: UInt64, path: String, size: Int)
        /// Of a file or of a folder: what was changed in it before is on the disk.
        case sync(inode: UInt64, path: String)
        case rename(from: String, to: String)
        case link(from: String, to: String)
        case unlink(path: String)
        case makeFolder(path: String)
        case mode(path: String)
        /// Something said on standard output: from now on somebody relies on it.
        case answer(Data)
    }

    var changes: [Change]

    /// The numbers of `WriteRecorder.h`.
    private enum Kind: UInt32 {
        case start = 1
        case open, write, truncate, allocate, sync, rename, link, unlink, makeFolder, mode, answer
    }

    enum Fault: Error {
        case cutRecord(at: Int)
    }

    init(changes: [Change]) {
        self.changes = changes
    }

    init(reading file: URL, ofFolder root: String) throws {
        let data = try Data(contentsOf: file)
        changes = []
        var place = 0
        func number<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
            // The recorder runs on this machine, in its byte order; Swift on Debian is little-endian everywhere.
            (0..<Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number(data[place + offset + $1]) }
        }
        func path(_ range: Range<Int>) -> String {
            let path = String(decoding: data[range], as: UTF8.self)
            return path.count > root.count ? String(path.dropFirst(root.count + 1)) : ""
        }
        while place < data.count {
            guard data.count - place >= 32 else { throw Fault.cutRecord(at: place) }
            let end = place + 4 + Int(number(UInt32.self, at: 0))
            let middle = place + 32 + Int(number(UInt32.self, at: 24))
            guard end <= data.count, middle <= end, let kind = Kind(rawValue: number(UInt32.self, at: 4)) else {
                throw Fault.cutRecord(at: place)
            }
            let inode = number(UInt64.self, at: 8)
            let size = Int(truncatingIfNeeded: number(UInt64.self, at: 16))
            let name = path(place + 32..<middle)
            let change: Change =
                switch kind {
                case .start: .start
                case .open: .open(inode: inode, path: name, isNew: size & 1 != 0, isEmptied: size & 2 != 0)
                case .write: .write(inode: inode, path: name, offset: size, data.subdata(in: middle..<end))
                case .truncate: .truncate(inode: inode, path: name, size: size)
                case .allocate: .allocate(inode: inode, path: name, size: size)
                case .sync: .sync(inode: inode, path: name)
                case .rename: .rename(from: name, to: path(middle..<end))
                case .link: .link(from: name, to: path(middle..<end))
                case .unlink: .unlink(path: name)
                case .makeFolder: .makeFolder(path: name)
                case .mode: .mode(path: name)
                case .answer: .answer(data.subdata(in: middle..<end))
                }
            changes.append(change)
            place = end
        }
    }

    /// The same work on a weaker system: one on which a sync of these files does nothing.
    func withoutSyncs(of isMeant: (String) -> Bool) -> Trace {
        Trace(
            changes: changes.filter { change in
                if case .sync(_, let path) = change { !isMeant(path) } else { true }
            }
        )
    }

    /// The work up to and including its first answers.
    func prefix(answers: Int) -> Trace {
        var left = answers
        let end = changes.firstIndex { change in
            if case .answer = change { left -= 1 }
            return left == 0
        }
        return Trace(changes: Array(changes[...(end ?? changes.endIndex - 1)]))
    }

    /// How often something was said.
    var answers: Int {
        changes.count { change in
            if case .answer = change { true } else { false }
        }
    }

    /// How often the programs asked for a sync of these files.
    func syncs(of isMeant: (String) -> Bool) -> Int {
        changes.count { change in
            if case .sync(_, let path) = change { isMeant(path) } else { false }
        }
    }
}
