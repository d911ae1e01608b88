import AccountRecovery
import Foundation

/// Room on the disk that is kept so that a full one still takes the last words of the log (`audit-log.md` §11.4).
struct Reserve {
    let path: String
    /// In bytes.
    let size: Int

    /// Claims the room. Costs nothing if it is claimed already.
    ///
    /// - Throws: ``StoreError/full`` if the disk has less.
    func claim() throws(StoreError) {
        if try !StoreFolder.requirePrivate(file: path) {
            try StoreFolder.makePrivate(file: path)
        }
        guard let file = FileHandle(forUpdatingAtPath: path) else { throw .inputOutput("\(path) cannot be opened") }
        // Not a sparse file: blocks that are only promised are of no use when there are none left.
        switch posix_fallocate(file.fileDescriptor, 0, size) {
        case 0: return
        case ENOSPC, EDQUOT, EFBIG: throw .full
        case let number: throw .inputOutput("\(path): error \(number) of the system")
        }
    }

    /// Gives the room back.
    func release() {
        guard let file = FileHandle(forUpdatingAtPath: path) else { return }
        _ = ftruncate(file.fileDescriptor, 0)
        _ = fsync(file.fileDescriptor)
    }

    /// Free bytes of the disk, for the record.
    var freeBytes: Int64 {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
    }
}
