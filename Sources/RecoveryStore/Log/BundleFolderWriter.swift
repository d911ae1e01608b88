import AccountRecovery
import Foundation
import RecoveryAudit

/// Fills a folder that did not exist with the files of a bundle, durably and for its owner only.
///
/// Pieces of one file may come apart, so files are opened for appending and are synced at the end, all of them before
/// the checkpoint: a folder without one is no bundle.
final class BundleFolderWriter {
    private let folder: String
    private var written: [String] = []
    private var folders: Set<String> = []

    /// - Throws: ``StoreError/refused(_:)`` if anything has that name.
    init(_ folder: String) throws(StoreError) {
        guard (try? FileManager.default.attributesOfItem(atPath: folder)) == nil else {
            throw .refused("\(folder) exists already; name a folder that does not")
        }
        self.folder = folder
        try make("")
    }

    func write(_ file: BundleFile) throws(StoreError) {
        try write(file.bytes, to: file.path)
    }

    func write(_ bytes: [UInt8], to file: String) throws(StoreError) {
        let parts = file.split(separator: "/").dropLast()
        for count in parts.indices.map({ $0 + 1 }) { try make("/" + parts.prefix(count).joined(separator: "/")) }
        let path = folder + "/" + file
        if file == "checkpoint" { try sync() }
        if !written.contains(file) {
            guard try StoreFolder.makePrivate(file: path) else { throw .refused("\(path) exists already") }
            written.append(file)
        }
        guard let handle = FileHandle(forUpdatingAtPath: path) else {
            throw .refused("\(path) cannot be opened; look at its folder")
        }
        do {
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw .refused("\(path) cannot be written; look for room on the disk")
        }
        if file == "checkpoint" { try sync() }
    }

    private func sync() throws(StoreError) {
        for path in written.map({ "/" + $0 }) + folders {
            guard let handle = FileHandle(forReadingAtPath: folder + path), fsync(handle.fileDescriptor) == 0 else {
                throw .refused("\(folder)\(path) cannot be synced; look at the disk")
            }
        }
    }

    private func make(_ path: String) throws(StoreError) {
        guard folders.insert(path).inserted else { return }
        try StoreFolder.make(folder + path)
    }
}
