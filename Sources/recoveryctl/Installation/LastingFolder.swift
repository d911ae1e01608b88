import Foundation

/// A folder that is there after a crash as well: the name of a new one is synced in the folder that holds it.
enum LastingFolder {
    enum Fault: Error {
        /// The folder with this path could not be synced.
        case unsynced(String)
    }

    /// Makes a folder for its owner alone (0700), and whatever is missing above it.
    ///
    /// - Parameter path: From the root.
    static func make(_ path: String) throws {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        if !parent.isEmpty, !FileManager.default.fileExists(atPath: parent) { try make(parent) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // The mode of a new folder is cut by umask, and a folder that was there keeps its own.
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        // Also of a folder that was there: whoever made it may not have done this.
        try sync(parent.isEmpty ? "/" : parent)
    }

    /// Makes durable what was made, renamed or removed in a folder.
    static func sync(_ path: String) throws {
        guard let folder = FileHandle(forReadingAtPath: path), fsync(folder.fileDescriptor) == 0 else {
            throw Fault.unsynced(path)
        }
    }
}
