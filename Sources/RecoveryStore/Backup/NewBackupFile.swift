import AccountRecovery
import Foundation
import RecoveryCrypto

/// A backup file being written: a draft beside its place, 0600, that takes its name in one step once it is whole and on
/// the disk. A name that exists is never replaced.
///
/// A process that is killed leaves the draft: ``removeDrafts(in:)`` takes it away when the next backup is made.
final class NewBackupFile {
    let path: String
    private let draft: String
    private let file: FileHandle
    private let sealing: BackupSealing
    private(set) var byteCount = 0

    init(at path: String, _ sealing: BackupSealing) throws(StoreError) {
        guard (try? FileManager.default.attributesOfItem(atPath: path)) == nil else {
            throw .refused("\(path) exists already, and no backup is replaced; move it away")
        }
        let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
        let draft = path.dropLast(name.count) + ".\(name)\(Self.draftEnding)"
        guard try StoreFolder.makePrivate(file: String(draft)), let file = FileHandle(forWritingAtPath: String(draft))
        else { throw .refused("\(draft) cannot be made; look at its folder") }
        self.path = path
        self.draft = String(draft)
        self.file = file
        self.sealing = sealing
        try put(sealing.start)
    }

    private static let draftEnding = ".draft"

    /// Seals the next bytes of the message.
    func write(_ bytes: [UInt8]) throws(StoreError) {
        try put(sealing.seal(bytes))
    }

    /// Seals what is left, and puts the whole draft on the disk.
    func finish() throws(StoreError) {
        try put(sealing.finish())
        guard fsync(file.fileDescriptor) == 0 else { throw .inputOutput("\(draft) cannot be synced") }
    }

    /// Gives the file its name.
    func publish() throws(StoreError) {
        do {
            try FileManager.default.moveItem(atPath: draft, toPath: path)
        } catch {
            throw .inputOutput("\(path) cannot be given its name: is there one already?")
        }
        try StoreFolder.sync(folderOf: path)
    }

    /// Takes away what was begun.
    func discard() {
        try? FileManager.default.removeItem(atPath: draft)
    }

    /// Removes what backups that were killed left behind. A key file that was not finished must not outlive its time.
    static func removeDrafts(in folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            guard name.hasPrefix(".data-") || name.hasPrefix(".keys-"), name.hasSuffix(".rvb" + draftEnding) else {
                continue
            }
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
        }
    }

    private func put(_ bytes: [UInt8]) throws(StoreError) {
        do {
            try file.write(contentsOf: Data(bytes))
        } catch {
            throw (error as NSError).isFullDisk ? .full : .inputOutput("\(draft) cannot be written")
        }
        byteCount += bytes.count
    }
}

extension NSError {
    /// Whether a file could not grow.
    var isFullDisk: Bool {
        let cause = userInfo[NSUnderlyingErrorKey] as? NSError
        return code == CocoaError.fileWriteOutOfSpace.rawValue || domain == NSPOSIXErrorDomain && code == Int(ENOSPC)
            || cause?.domain == NSPOSIXErrorDomain && cause?.code == Int(ENOSPC)
    }
}
