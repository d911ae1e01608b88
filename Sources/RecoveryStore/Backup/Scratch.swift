public import AccountRecovery
import Foundation
import RecoveryCrypto

/// A private folder for copies of a database that must not stay: in memory where that is possible (`/dev/shm`).
///
/// What is in it is overwritten before it is removed. A process that is killed leaves it behind, readable by its user
/// alone, and with nothing in it that was not sealed; the next scratch of the same installation removes it. One that is
/// in use holds a lock, and stays.
public final class Scratch {
    /// From the root.
    public let folder: String
    private let lock: FileHandle

    /// - Parameters:
    ///   - parent: A folder of this user, or one with a sticky bit. `nil` for `/dev/shm`.
    ///   - tenant: Of the installation, whose earlier scratch folders are removed.
    public init(in parent: String?, tenant: [UInt8]) throws(StoreError) {
        let parent = parent ?? "/dev/shm"
        guard FileManager.default.isWritableFile(atPath: parent) else {
            throw .refused("\(parent) is no folder to work in; name one in memory or on an encrypted disk: --scratch")
        }
        // A part of the hash: a name that everybody can read does not tell whose it is.
        let name = "account-recovery-\(SHA256.digest(of: tenant).hexadecimal.prefix(16))"
        for left in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where left.hasPrefix(name) {
            if !Self.isInUse(parent + "/" + left) { Self.remove(parent + "/" + left) }
        }
        let place = "\(parent)/\(name)-\(Random.bytes(8).hexadecimal)"
        // The lock lies beside the folder, so that who takes the folder into use finds it empty, and is there first.
        let path = place + Self.lockEnding
        guard try StoreFolder.makePrivate(file: path), let lock = FileHandle(forUpdatingAtPath: path),
            flock(lock.fileDescriptor, LOCK_EX | LOCK_NB) == 0
        else { throw .inputOutput("\(path) cannot be locked") }
        self.lock = lock
        folder = place
        try StoreFolder.make(folder)
    }

    private static let lockEnding = ".lock"

    /// Whether somebody works in a folder, or holds a lock that is about to have one.
    private static func isInUse(_ path: String) -> Bool {
        let place = path.hasSuffix(lockEnding) ? path : path + lockEnding
        guard (try? StoreFolder.requirePrivate(file: place)) == true, let lock = FileHandle(forUpdatingAtPath: place)
        else { return false }
        defer { try? lock.close() }
        return flock(lock.fileDescriptor, LOCK_EX | LOCK_NB) != 0
    }

    deinit {
        Self.remove(folder)
        try? FileManager.default.removeItem(atPath: folder + Self.lockEnding)
    }

    /// Overwrites every file of a folder of ours, and removes it. Another user's stays: there the system refuses.
    private static func remove(_ folder: String) {
        for name in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [] {
            overwrite(folder + "/" + name)
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Writes zeros over a file.
    static func overwrite(_ path: String) {
        guard (try? StoreFolder.requirePrivate(file: path)) == true, let file = FileHandle(forUpdatingAtPath: path),
            var left = try? file.seekToEnd()
        else { return }
        try? file.seek(toOffset: 0)
        let zeros = Data(count: 1 << 16)
        while left > 0 {
            let count = min(left, UInt64(zeros.count))
            guard (try? file.write(contentsOf: zeros.prefix(Int(count)))) != nil else { return }
            left -= count
        }
        _ = fsync(file.fileDescriptor)
    }
}
