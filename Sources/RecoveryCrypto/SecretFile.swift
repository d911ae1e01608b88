import COpenSSL

#if canImport(Glibc)
    import Glibc
#endif

/// The directory that holds a file of secrets. It stays open, so that what was checked is what is used: another
/// directory moved to its path in between changes nothing.
public struct SecretDirectory: ~Copyable {
    public let traits: FileTraits
    /// The last component of the path, `.` if it ends in a slash.
    public let fileName: String

    private let descriptor: Descriptor

    /// Opens the parent directory of an absolute path. Symbolic links on the way are followed.
    public init(ofFileAt path: String) throws(SecretFileError) {
        // Bytes, not characters: a slash with a combining mark is still a slash to the system.
        let bytes = Array(path.utf8)
        let slash = UInt8(ascii: "/")
        guard bytes.first == slash, !bytes.contains(0), let last = bytes.lastIndex(of: slash),
            !bytes.split(separator: slash).contains(where: { $0.elementsEqual("..".utf8) })
        else { throw .notAbsolute }
        let name = String(decoding: bytes[(last + 1)...], as: UTF8.self)
        let descriptor = try Descriptor(
            at: nil,
            String(decoding: bytes[...last], as: UTF8.self),
            pathOnly | O_DIRECTORY
        )
        let traits = try descriptor.traits()
        self.init(traits: traits, fileName: name.isEmpty ? "." : name, descriptor: descriptor)
    }

    private init(traits: FileTraits, fileName: String, descriptor: consuming Descriptor) {
        self.traits = traits
        self.fileName = fileName
        self.descriptor = descriptor
    }

    /// Opens the directory at `path` itself, or returns `nil` if there is none.
    public static func traits(ofDirectoryAt path: String) throws(SecretFileError) -> FileTraits? {
        do throws(SecretFileError) {
            return try SecretDirectory(ofFileAt: path + "/").traits
        } catch .notFound {
            return nil
        }
    }

    /// Opens the file for reading, without following a link and without waiting for the other end of a pipe.
    public borrowing func open() throws(SecretFileError) -> SecretFile {
        SecretFile(try Descriptor(at: descriptor.number, fileName, O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
    }

    /// Writes `contents` so that after a crash there is the whole file or none, readable by its owner alone (0600).
    ///
    /// The bytes go to a new file beside it, are synced, and take the name in one step; then the directory is synced.
    ///
    /// - Parameter replacing: Whether an existing file may be replaced. If not, it is ``SecretFileError/exists``.
    public borrowing func write(_ contents: borrowing SecretKey, replacing: Bool) throws(SecretFileError) {
        // Sixteen random digits: nobody else's file, and nobody can have put one there beforehand.
        let draft = draftPrefix + Random.bytes(8).hexadecimal
        let file = try Descriptor(at: descriptor.number, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        do throws(SecretFileError) {
            try file.write(contents)
            try file.sync()
            if replacing {
                guard unsafe renameat(descriptor.number, draft, descriptor.number, fileName) == 0 else {
                    throw .io(errno: errno)
                }
            } else {
                // In one step: a link, and the draft's name removed after it, would be two names after a crash, and a
                // file with two names is refused.
                guard unsafe shim_rename_unless_existing(descriptor.number, draft, fileName) == 0 else {
                    throw errno == EEXIST ? .exists : .io(errno: errno)
                }
            }
        } catch {
            _ = unsafe unlinkat(descriptor.number, draft, 0)
            throw error
        }
        try syncNames()
    }

    /// Removes what a crash left of a ``write(_:replacing:)`` of this file, for its one writer: another's would be lost.
    public borrowing func removeDrafts() throws(SecretFileError) {
        for name in try Descriptor(at: descriptor.number, ".", O_RDONLY | O_DIRECTORY).names() {
            guard name.hasPrefix(draftPrefix), name.utf8.count == draftPrefix.utf8.count + 16 else { continue }
            guard unsafe unlinkat(descriptor.number, name, 0) == 0 || errno == ENOENT else { throw .io(errno: errno) }
        }
    }

    private var draftPrefix: String { ".\(fileName)." }

    /// Makes durable what was made, renamed or removed in the directory. Without it a crash may take a new name, with
    /// everything below it, though every file there was synced (fsync(2)).
    public borrowing func syncNames() throws(SecretFileError) {
        try Descriptor(at: descriptor.number, ".", O_RDONLY | O_DIRECTORY).sync()
    }
}

/// A file of secrets, open for reading.
public struct SecretFile: ~Copyable {
    private let descriptor: Descriptor

    fileprivate init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// What lies behind the descriptor, whatever happens to the path meanwhile.
    public borrowing func traits() throws(SecretFileError) -> FileTraits {
        try descriptor.traits()
    }

    /// Reads the file from where it stands, or returns `nil` if it has fewer or more than `byteCount` bytes left.
    public borrowing func read(exactly byteCount: Int) throws(SecretFileError) -> SecretKey? {
        let bytes = try SecretStream.read(descriptor.number, atMost: byteCount)
        guard let bytes, bytes.byteCount == byteCount else { return nil }
        return bytes
    }
}

/// The user that the process acts as.
public var effectiveUser: UInt32 { geteuid() }

/// `O_PATH` of Linux, which Glibc's module leaves out: a handle on a directory that need not be readable to us, only
/// passable.
private let pathOnly: Int32 = 0o10_000_000

/// A descriptor and the four calls that are made on it. Closed when its owner lets go.
struct Descriptor: ~Copyable {
    let number: Int32

    init(number: Int32) {
        self.number = number
    }

    init(at directory: Int32?, _ path: String, _ flags: Int32) throws(SecretFileError) {
        let number = unsafe openat(directory ?? AT_FDCWD, path, flags | O_CLOEXEC, mode_t(0o600))
        guard number >= 0 else {
            switch errno {
            case ENOENT: throw .notFound
            case ELOOP: throw .symlink
            case EEXIST: throw .exists
            default: throw .io(errno: errno)
            }
        }
        self.number = number
    }

    deinit {
        close(number)
    }

    borrowing func traits() throws(SecretFileError) -> FileTraits {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .io(errno: errno) }
        let kind: FileTraits.Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            default: .other
            }
        return FileTraits(
            kind: kind,
            owner: status.st_uid,
            mode: status.st_mode & 0o7777,
            links: UInt64(status.st_nlink),
            byteCount: Int64(status.st_size),
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino)
        )
    }

    /// The names in a directory, in no order.
    borrowing func names() throws(SecretFileError) -> [String] {
        // A stream closes its descriptor, and this one is ours.
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0, let stream = unsafe fdopendir(copy) else { throw .io(errno: errno) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                names.append(unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
            }
        }
        return names
    }

    borrowing func write(_ bytes: borrowing SecretKey) throws(SecretFileError) {
        // Whatever umask says: the file must be readable by its owner, and by nobody else.
        guard fchmod(number, 0o600) == 0 else { throw .io(errno: errno) }
        var written = 0
        while written < bytes.byteCount {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.write(number, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            }
            guard count >= 0 || errno == EINTR else { throw .io(errno: errno) }
            written += max(count, 0)
        }
    }

    borrowing func sync() throws(SecretFileError) {
        guard fsync(number) == 0 else { throw .io(errno: errno) }
    }
}
