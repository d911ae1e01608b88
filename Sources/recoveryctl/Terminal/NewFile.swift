import Foundation

/// A place for a file that must not exist yet, looked at before anything is done that cannot be shown twice.
struct NewFile {
    /// From the root.
    let path: String

    init(_ path: String) throws {
        self.path = absolutePath(of: path)
        // The attributes are those of a link itself, never of what it points to.
        if (try? FileManager.default.attributesOfItem(atPath: self.path)) != nil {
            throw Failure(.usage, "exists", "\(path) exists already", cure: "name a file that does not")
        }
        let folder = String(self.path[..<(self.path.lastIndex(of: "/") ?? self.path.startIndex)])
        guard FileManager.default.isWritableFile(atPath: folder.isEmpty ? "/" : folder) else {
            throw Failure(.usage, "no-folder", "nothing can be written beside \(path)", cure: "name another folder")
        }
    }
}
