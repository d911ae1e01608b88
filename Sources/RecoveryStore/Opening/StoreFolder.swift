import AccountRecovery
import Foundation
import RecoveryCrypto

/// The folder of a store, and what may lie in it: nothing that anybody else could have put there or could read.
///
///     recovery.db  recovery.db-wal    business tables and the log
///     lock                            who owns the store
///     reserve                         room for the last words of a full disk
///     epoch.key                       where ``LogKeys`` says; usually here
///
/// Foundation, because SQLite's library brings it anyway, and because its calls are memory safe: the folder is ours
/// alone (0700), so there is nobody who could exchange a file between the look at it and its use.
struct StoreFolder: Sendable {
    let path: String

    var database: String { path + "/recovery.db" }
    var lock: String { path + "/lock" }
    var reserve: String { path + "/reserve" }

    /// Makes the folder if it is missing, so that a crash does not take it again. An existing one must be fit for use.
    static func make(_ path: String) throws(StoreError) {
        if !FileManager.default.fileExists(atPath: path) {
            do {
                try FileManager.default.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700]
                )
                // Once more, because the mode of the call above is cut by umask and may have been cut too far.
                try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
            } catch {
                throw .refused("cannot make the folder \(path); make its parent writable, or choose another place")
            }
            do {
                try SecretDirectory(ofFileAt: path).syncNames()
            } catch {
                throw StoreError(error, at: path)
            }
        }
        try requirePrivate(folder: path)
    }

    /// Refuses a folder that is a link, belongs to somebody else, or lets others in.
    static func requirePrivate(folder path: String) throws(StoreError) {
        guard path.utf8.first == UInt8(ascii: "/") else {
            throw .refused("\(path) is not an absolute path; give the whole path")
        }
        let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        guard let kind else { throw .refused("there is no folder \(path); run recoveryctl init, or correct the path") }
        guard kind != .typeSymbolicLink else {
            throw .refused("\(path) is a symbolic link; name the folder it points to")
        }
        let traits: FileTraits?
        do {
            traits = try SecretDirectory.traits(ofDirectoryAt: path)
        } catch {
            throw .refused("\(path) cannot be opened as a folder; correct the path or its owner")
        }
        guard let traits, traits.kind == .directory else {
            throw .refused("\(path) is not a folder; correct the path")
        }
        try requireOwn(traits, path)
        guard traits.mode & 0o077 == 0 else {
            throw .refused("\(path) lets others in (mode \(octal(traits.mode))); run chmod 700 \(path)")
        }
    }

    /// Refuses a file that is a link, a device, somebody else's, or open to others. A missing one is `false`.
    @discardableResult
    static func requirePrivate(file path: String) throws(StoreError) -> Bool {
        let traits: FileTraits
        do throws(SecretFileError) {
            traits = try SecretDirectory(ofFileAt: path).open().traits()
        } catch .notFound {
            return false
        } catch .symlink {
            throw .refused("\(path) is a symbolic link; put the file itself there")
        } catch {
            throw .refused("\(path) cannot be opened (\(error)); correct its owner, mode and place")
        }
        guard traits.kind == .regular else { throw .refused("\(path) is not a plain file; move it away") }
        try requireOwn(traits, path)
        guard traits.mode & 0o177 == 0 else {
            throw .refused("\(path) is open to others (mode \(octal(traits.mode))); run chmod 600 \(path)")
        }
        guard traits.links == 1 else {
            throw .refused("\(path) has a second name somewhere; remove the other hard link")
        }
        return true
    }

    /// Makes an empty file that only its owner can read, whatever umask says. Says whether it was missing.
    @discardableResult
    static func makePrivate(file path: String) throws(StoreError) -> Bool {
        do throws(SecretFileError) {
            try SecretDirectory(ofFileAt: path).write(SecretKey(copying: [UInt8]().span), replacing: false)
            return true
        } catch .exists {
            return false
        } catch {
            throw StoreError(error, at: path)
        }
    }

    /// Throws ``StoreError/full`` if there is no room for another file beside this one.
    static func requireRoom(beside file: String) throws(StoreError) {
        let trial = file + "-room"
        do throws(StoreError) {
            try makePrivate(file: trial)
        } catch .full {
            throw .full
        } catch {
            return
        }
        try? FileManager.default.removeItem(atPath: trial)
    }

    /// Makes durable which files the folder holds.
    static func sync(folderOf file: String) throws(StoreError) {
        let folder = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
        guard let handle = FileHandle(forReadingAtPath: folder), fsync(handle.fileDescriptor) == 0 else {
            throw .inputOutput("\(folder) cannot be synced")
        }
    }

    private static func requireOwn(_ traits: FileTraits, _ path: String) throws(StoreError) {
        guard traits.owner == effectiveUser else {
            throw .refused(
                "\(path) belongs to user \(traits.owner), not to \(effectiveUser); run as its owner, or chown it"
            )
        }
    }

    private static func octal(_ mode: UInt32) -> String {
        String(mode, radix: 8)
    }
}

extension StoreError {
    init(_ error: SecretFileError, at path: String) {
        switch error {
        case .notAbsolute: self = .refused("\(path) is not an absolute path; give the whole path")
        case .notFound: self = .refused("the folder of \(path) is missing; make it, with mode 700")
        case .symlink: self = .refused("\(path) is a symbolic link; put the file itself there")
        case .exists: self = .refused("\(path) exists already; move it away")
        case .io(let number): self = number == ENOSPC ? .full : .inputOutput("\(path): error \(number) of the system")
        }
    }
}
