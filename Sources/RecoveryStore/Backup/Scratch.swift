public import AccountRecovery
import Foundation
import RecoveryCrypto

/// A private folder for copies of a database that must not stay: in memory where that is possible (`/dev/shm`).
///
/// What is in it is overwritten before it is removed. A process that is killed leaves it behind, readable by its user
/// alone, and with nothing in it that was not sealed; the next scratch of the same installation removes it.
public final class Scratch {
    /// From the root.
    public let folder: String

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
            Self.remove(parent + "/" + left)
        }
        folder = "\(parent)/\(name)-\(Random.bytes(8).hexadecimal)"
        try StoreFolder.make(folder)
    }

    deinit {
        Self.remove(folder)
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
