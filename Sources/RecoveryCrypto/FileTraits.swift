/// Why a file could not be opened, read or written. What may be *used* is the caller's policy, not decided here.
public enum SecretFileError: Error, Sendable, Hashable {
    /// The path is relative, holds a `..` component or a zero byte.
    case notAbsolute
    case notFound
    /// The last component is a symbolic link.
    case symlink
    /// A file of that name exists, and was not to be replaced.
    case exists
    /// Anything else, with the number of the system.
    case io(errno: Int32)
}

/// What the system says of a file or a directory, read from its open descriptor.
public struct FileTraits: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case regular
        case directory
        /// A pipe, a socket, a device.
        case other
    }

    public let kind: Kind
    public let owner: UInt32
    /// The twelve bits of `chmod`.
    public let mode: UInt32
    public let links: UInt64
    public let byteCount: Int64
    public let device: UInt64
    public let inode: UInt64

    public init(
        kind: Kind,
        owner: UInt32,
        mode: UInt32,
        links: UInt64,
        byteCount: Int64,
        device: UInt64,
        inode: UInt64
    ) {
        self.kind = kind
        self.owner = owner
        self.mode = mode
        self.links = links
        self.byteCount = byteCount
        self.device = device
        self.inode = inode
    }

    /// Whether both are one and the same file.
    public func isSameFile(as other: FileTraits) -> Bool {
        device == other.device && inode == other.inode
    }
}
