import Foundation
import RecoveryCrypto

/// What the power may have left of everything that was not synced.
struct CrashChoice: Sendable {
    /// By pending change of data: whether it arrived.
    var data: [Bool]
    /// By pending change of names.
    var names: [Bool]
    /// Whether files have the size that was asked for, also where the data did not arrive.
    var keepsSizes = false
    /// Of one write that arrived, the bytes that did, counted within it.
    var torn: (index: Int, part: Range<Int>)?

    /// Everything, or nothing, of both kinds.
    init(_ disk: DiskModel, data: Bool, names: Bool) {
        self.data = Array(repeating: data, count: disk.pendingData.count)
        self.names = Array(repeating: names, count: disk.pendingNames.count)
    }
}

/// The files that are found after a crash.
struct CrashState: Sendable {
    /// Every file that can be reached, with its number on the disk: two names of one number are one file.
    let files: [String: Int]
    private let disk: DiskModel
    private let choice: CrashChoice

    init(of disk: DiskModel, _ choice: CrashChoice) {
        self.disk = disk
        self.choice = choice
        var names = disk.durableNames
        for (change, isKept) in zip(disk.pendingNames, choice.names) where isKept {
            for (path, entry) in change.effects { names[path] = entry }
        }
        // What lies in a folder whose own name was lost cannot be reached.
        var files: [String: Int] = [:]
        for case (let path, .file(let number)) in names where Self.isReachable(path, names) { files[path] = number }
        self.files = files
    }

    private static func isReachable(_ path: String, _ names: [String: DiskModel.Entry]) -> Bool {
        var parent = path[...]
        while let slash = parent.lastIndex(of: "/") {
            parent = parent[..<slash]
            guard names[String(parent)] == .folder else { return false }
        }
        return true
    }

    func contents(of file: Int) -> Data {
        var data = disk.durable[file] ?? Data()
        for (index, change) in disk.pendingData.enumerated() where change.file == file && choice.data[index] {
            guard let torn = choice.torn, torn.index == index, case .write(let offset, let bytes) = change.what else {
                change.what.apply(to: &data)
                continue
            }
            let part = bytes.subdata(in: torn.part)
            DiskModel.DataChange.What.write(offset: offset + torn.part.lowerBound, part).apply(to: &data)
        }
        guard choice.keepsSizes else { return data }
        var size = disk.durable[file]?.count ?? 0
        for change in disk.pendingData where change.file == file {
            switch change.what {
            case .write(let offset, let bytes): size = max(size, offset + bytes.count)
            case .resize(let wanted): size = wanted
            case .grow(let wanted): size = max(size, wanted)
            }
        }
        if size > data.count { data.append(Data(count: size - data.count)) }
        return data
    }

    /// Whether the choice says anything about the bytes of this file.
    private func isOpen(_ file: Int) -> Bool {
        disk.pendingData.contains { $0.file == file }
    }

    /// Tells states apart by what can be found in them.
    func digest(_ known: inout [Int: Digest256]) -> Digest256 {
        var text: [UInt8] = []
        for (path, file) in files.sorted(by: { $0.key < $1.key }) {
            let names = files.values.count { $0 == file }
            text += Array("\(path)\0\(names)\0".utf8)
            text += digest(of: file, &known).bytes
        }
        return SHA256.digest(of: text)
    }

    /// - Parameter known: digests of files all of whose bytes are on the disk. Valid until the next sync.
    func digest(of file: Int, _ known: inout [Int: Digest256]) -> Digest256 {
        let isOpen = isOpen(file)
        if !isOpen, let digest = known[file] { return digest }
        let digest = SHA256.digest(of: [UInt8](contents(of: file)))
        if !isOpen { known[file] = digest }
        return digest
    }
}
