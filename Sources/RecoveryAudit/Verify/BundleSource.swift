/// A bundle as the verifier sees it: names, kinds and bytes (§12). It may lie in a folder or in memory.
public protocol BundleSource {
    /// Returns what lies in `directory`, ascending by the bytes of the names, or `nil` if there is no such directory.
    /// The bundle itself is `""`; below it, names are joined by `/`.
    func items(in directory: String) -> [BundleItem]?

    /// Says what has that name; `nil` if nothing has. A link is ``BundleItem/Kind/other``, whatever it leads to.
    func kind(of path: String) -> BundleItem.Kind?

    /// Returns the bytes of a plain file, or `nil` if it cannot be read. Links are never followed.
    func contents(of path: String) -> [UInt8]?

    /// Returns `count` bytes of a plain file from `offset` on, fewer only at its end; `nil` if it cannot be read.
    func bytes(of path: String, from offset: UInt64, count: Int) -> [UInt8]?
}

extension BundleSource {
    public func kind(of path: String) -> BundleItem.Kind? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let name = parts[parts.count - 1]
        return items(in: parts.dropLast().joined(separator: "/"))?.first { $0.name == name }?.kind
    }

    public func bytes(of path: String, from offset: UInt64, count: Int) -> [UInt8]? {
        guard let bytes = contents(of: path) else { return nil }
        return Array(bytes.dropFirst(Int(clamping: offset)).prefix(count))
    }
}

/// One name in a directory of a bundle.
public struct BundleItem: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// A plain file of so many bytes.
        case file(byteCount: UInt64)
        case directory
        /// A link, a device, a socket: never part of a bundle.
        case other
    }

    public let name: String
    public let kind: Kind

    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// A bundle in memory: plain files by path.
public struct MemoryBundle: BundleSource, Sendable {
    public var files: [String: [UInt8]]

    public init(files: [String: [UInt8]]) {
        self.files = files
    }

    public func items(in directory: String) -> [BundleItem]? {
        let prefix = directory.isEmpty ? "" : directory + "/"
        var kinds: [String: BundleItem.Kind] = [:]
        for (path, bytes) in files where path.hasPrefix(prefix) {
            let rest = path.dropFirst(prefix.count)
            let name = rest.prefix { $0 != "/" }
            let isFile = name.endIndex == rest.endIndex
            kinds[String(name)] = isFile ? .file(byteCount: UInt64(bytes.count)) : .directory
        }
        guard !kinds.isEmpty || directory.isEmpty else { return nil }
        return kinds.map { BundleItem(name: $0.key, kind: $0.value) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    public func kind(of path: String) -> BundleItem.Kind? {
        if let bytes = files[path] { return .file(byteCount: UInt64(bytes.count)) }
        return files.keys.contains { $0.hasPrefix(path + "/") } ? .directory : nil
    }

    public func contents(of path: String) -> [UInt8]? {
        files[path]
    }
}
