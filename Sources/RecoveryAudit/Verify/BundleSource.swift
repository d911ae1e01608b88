/// A bundle as the verifier sees it: names, kinds and bytes (§12). It may lie in a folder or in memory.
public protocol BundleSource {
    /// Returns what lies in `directory`, ascending by the bytes of the names, or `nil` if there is no such directory.
    /// The bundle itself is `""`; below it, names are joined by `/`.
    func items(in directory: String) -> [BundleItem]?

    /// Returns the bytes of a plain file, or `nil` if it cannot be read. Links are never followed.
    func contents(of path: String) -> [UInt8]?
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

    public func contents(of path: String) -> [UInt8]? {
        files[path]
    }
}
