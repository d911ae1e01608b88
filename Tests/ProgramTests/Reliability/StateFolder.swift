import Foundation

/// A folder in which one state after the other is laid out for the next start.
struct StateFolder {
    let root: String
    private let manager = FileManager.default

    var database: String { root + "/D/store/recovery.db" }

    /// In memory where the machine has such a place: what is proven is not whether this disk keeps anything.
    init() throws {
        let memory = "/dev/shm"
        let parent = manager.isWritableFile(atPath: memory) ? memory : manager.temporaryDirectory.path
        root = parent + "/power-" + UUID().uuidString
        try manager.createDirectory(atPath: root, withIntermediateDirectories: false, attributes: Self.folderMode)
    }

    func discard() {
        try? manager.removeItem(atPath: root)
    }

    private static var folderMode: [FileAttributeKey: Any] { [.posixPermissions: 0o700] }
    private static var fileMode: [FileAttributeKey: Any] { [.posixPermissions: 0o600] }

    /// What a start of the store looks at. The other files are compared with what was promised of them instead.
    private static func isRead(_ path: String) -> Bool {
        path.hasPrefix("D/store/") || path.hasPrefix("D.head/") || path.hasPrefix("D/keys/epoch.key")
            || path.hasPrefix("D/keys/.epoch.key")
    }

    /// Lays out a state in place of the one before.
    func lay(_ state: CrashState) throws {
        try? manager.removeItem(atPath: root + "/D")
        try? manager.removeItem(atPath: root + "/D.head")
        var places: [Int: String] = [:]
        for (path, file) in state.files.sorted(by: { $0.key < $1.key }) where Self.isRead(path) {
            let place = root + "/" + path
            if let other = places[file] {
                try makeFolder(of: place)
                try manager.linkItem(atPath: other, toPath: place)
            } else {
                places[file] = place
                try write(state.contents(of: file), to: place)
            }
        }
    }

    private func makeFolder(of place: String) throws {
        let folder = String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
        guard !manager.fileExists(atPath: folder) else { return }
        try manager.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: Self.folderMode
        )
    }

    private func write(_ data: Data, to place: String) throws {
        try makeFolder(of: place)
        guard manager.createFile(atPath: place, contents: data, attributes: Self.fileMode) else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    func bytes(of path: String) -> [UInt8] {
        manager.contents(atPath: root + "/" + path).map { [UInt8]($0) } ?? []
    }
}
