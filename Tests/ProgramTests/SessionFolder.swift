import Foundation

/// The folder of one session, and what scripts do to files in it.
struct SessionFolder {
    /// Where the programs run.
    let url: URL
    /// What the player keeps for itself, beside it.
    let outputs: URL

    init() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        url = root.appending(path: "work")
        outputs = root.appending(path: "outputs")
        for folder in [url, outputs] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
    }

    func discard() {
        try? FileManager.default.removeItem(at: url.deletingLastPathComponent())
    }

    /// The place of a file, which may be named from the folder or in full, and lies in it.
    func place(_ name: String) throws(ScriptError) -> URL {
        let place = URL(fileURLWithPath: name, relativeTo: url.appending(path: "/")).standardizedFileURL
        guard place.path.hasPrefix(url.standardizedFileURL.path + "/") else { throw .outsideFolder(name) }
        return place
    }

    func write(_ text: String, to name: String) throws {
        let file = try place(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
    }

    func bytes(of name: String) throws -> Data {
        try Data(contentsOf: place(name))
    }

    /// The text of a file. Of a folder it is that of its newest file, so that a script can read the mail.
    func text(ofNewestAt name: String) throws -> String {
        let place = try place(name)
        let kind = try FileManager.default.attributesOfItem(atPath: place.path)[.type] as? FileAttributeType
        guard kind == .typeDirectory else { return String(decoding: try Data(contentsOf: place), as: UTF8.self) }
        let files = try FileManager.default.contentsOfDirectory(atPath: place.path).map { file in
            let path = place.appending(path: file).path
            return (path, try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
        }
        let newest = files.max { ($0.1 ?? .distantPast) < ($1.1 ?? .distantPast) }
        guard let newest else { throw CocoaError(.fileNoSuchFile) }
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: newest.0)), as: UTF8.self)
    }

    /// Whether there is anything of this name; a link that leads nowhere is something.
    func holds(_ name: String) throws -> Bool {
        let path = try place(name).path
        return (try? FileManager.default.attributesOfItem(atPath: path)) != nil
    }

    func mode(of name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: place(name).path)[.posixPermissions] as? Int
    }

    func append(_ text: String, to name: String) throws {
        let file = try FileHandle(forWritingTo: place(name))
        try file.seekToEnd()
        try file.write(contentsOf: Data((text + "\n").utf8))
        try file.close()
    }

    func truncate(_ name: String, to count: UInt64) throws {
        let file = try FileHandle(forWritingTo: place(name))
        try file.truncate(atOffset: count)
        try file.close()
    }

    func flip(_ name: String, at offset: Int) throws {
        var bytes = try bytes(of: name)
        let index = offset < 0 ? bytes.endIndex + offset : offset
        guard bytes.indices.contains(index) else { throw CocoaError(.fileReadCorruptFile) }
        bytes[index] ^= 1
        // In place, so that mode and links stay as they are.
        let file = try FileHandle(forWritingTo: place(name))
        try file.write(contentsOf: bytes)
        try file.close()
    }

    /// Every plain file, except what is named or lies in what is named. Links are not followed.
    func files(except exempt: [String]) throws -> [String] {
        let exempt = try exempt.map { try place($0).path }
        return try FileManager.default.subpathsOfDirectory(atPath: url.path).sorted().filter { name in
            let path = try place(name).path
            let kind = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            return kind == .typeRegular && !exempt.contains { path == $0 || path.hasPrefix($0 + "/") }
        }
    }
}
