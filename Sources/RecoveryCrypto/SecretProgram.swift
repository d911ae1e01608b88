import COpenSSL
import Glibc

/// Why a source of a secret outside of this process gave none. What it said is kept from everybody: it may be half a
/// secret.
public enum SecretSourceError: Error, Sendable, Hashable {
    /// It could not be asked, refused, or answered with something else.
    case unavailable
    /// It did not answer in its time.
    case late
}

/// A program that is started for one secret, which it writes to its standard output.
///
/// There is no shell. The environment is empty, the working directory is `/`, and of descriptors it gets the first
/// three alone. It leads a process group, which is killed when it has answered or its time is over, so that nothing
/// stays behind but what left the group on purpose.
public struct SecretProgram: Sendable, Hashable {
    /// Bytes of standard input.
    public static let largestInput = 65_536
    /// Bytes that are read of its standard error, and dropped. A program that has more to say is told by EPIPE.
    static let largestComplaint = 4_096

    /// An absolute path. Whether the file may be trusted is for the caller to find out first.
    public let path: String
    /// Without the name of the program. Everybody on the machine can read them.
    public let arguments: [String]

    public init(path: String, arguments: [String]) {
        self.path = path
        self.arguments = arguments
    }

    /// Runs the program and returns what it printed: exactly `byteCount` bytes, its output closed, status 0.
    ///
    /// - Parameter limit: From the start to the end of the program. The thread waits as long.
    public func output(
        byteCount: Int,
        input: borrowing SecretKey,
        within limit: Duration
    ) throws(SecretSourceError) -> SecretKey {
        guard input.byteCount <= Self.largestInput, path.utf8.first == UInt8(ascii: "/"),
            !path.utf8.contains(0), !arguments.contains(where: { $0.utf8.contains(0) })
        else { throw .unavailable }
        let deadline = ContinuousClock.now + limit
        var child: Child
        do throws(SecretFileError) {
            child = try Child(self, input: Self.memoryFile(of: input))
        } catch {
            throw .unavailable
        }
        return try child.answer(byteCount: byteCount, before: deadline)
    }

    /// The bytes as a file without a name. Nobody has to feed a program that does not read it.
    private static func memoryFile(of bytes: borrowing SecretKey) throws(SecretFileError) -> Descriptor {
        let file = try Descriptor(adopting: unsafe memfd_create("input", closeOnExec))
        try file.write(bytes)
        guard lseek(file.number, 0, SEEK_SET) == 0 else { throw .io(errno: errno) }
        return file
    }
}

/// `MFD_CLOEXEC`.
private let closeOnExec: UInt32 = 1

/// A program that runs. It is gone when this value is, and its group with it.
private struct Child: ~Copyable {
    private let number: pid_t
    private let output: Descriptor
    private var complaints: Descriptor?

    init(_ program: SecretProgram, input: consuming Descriptor) throws(SecretFileError) {
        let output = try Pipe()
        let complaints = try Pipe()
        var words: [UnsafeMutablePointer<CChar>?] =
            unsafe ([program.path] + program.arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var number: pid_t = 0
        let failure = unsafe shim_spawn(
            program.path,
            &words,
            input.number,
            output.writeEnd.number,
            complaints.writeEnd.number,
            &number
        )
        guard failure == 0 else { throw .io(errno: failure) }
        self.number = number
        self.output = output.closingWriteEnd()
        self.complaints = complaints.closingWriteEnd()
    }

    deinit {
        // Before it is waited for: until then nobody else can have the number of the process or of its group.
        kill(-number, SIGKILL)
        kill(number, SIGKILL)
        while waitpid(number, nil, 0) < 0, errno == EINTR {}
    }

    /// Reads until the output is closed and the program has ended, in whichever order.
    mutating func answer(
        byteCount: Int,
        before deadline: ContinuousClock.Instant
    ) throws(SecretSourceError) -> SecretKey {
        var complained = 0
        var count = 0
        var isClosed = false
        var failure: SecretSourceError?
        // One byte more than wanted, so that too much is noticed without reading all of it.
        let bytes = unsafe SecretKey(byteCount: byteCount + 1) { storage in
            while failure == nil {
                if isClosed {
                    switch shim_child_state(number) {
                    case 0: break
                    case 1: return
                    default: failure = .unavailable
                    }
                }
                guard ContinuousClock.now < deadline else {
                    failure = failure ?? .late
                    return
                }
                // A negative descriptor is passed over, and the wait is then a pause.
                var watched = [
                    pollfd(fd: isClosed ? -1 : output.number, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: complaints?.number ?? -1, events: Int16(POLLIN), revents: 0),
                ]
                guard unsafe poll(&watched, 2, 5) > 0 else { continue }
                if watched[0].revents != 0 {
                    let part = unsafe read(
                        output.number,
                        storage.baseAddress?.advanced(by: count),
                        storage.count - count
                    )
                    count += max(part, 0)
                    isClosed = part == 0
                    if count > byteCount || part < 0 && errno != EINTR { failure = .unavailable }
                }
                if watched[1].revents != 0, let number = complaints?.number {
                    complained += Self.drop(from: number, atMost: SecretProgram.largestComplaint - complained)
                    if complained >= SecretProgram.largestComplaint { complaints = nil }
                }
            }
        }
        if let failure { throw failure }
        guard count == byteCount else { throw .unavailable }
        return bytes.part(0..<count)
    }

    /// Reads without looking, and returns how many bytes there were; the limit where there will be no more.
    private static func drop(from descriptor: Int32, atMost limit: Int) -> Int {
        var part = 0
        _ = unsafe SecretKey(byteCount: limit) { storage in
            part = unsafe read(descriptor, storage.baseAddress, storage.count)
        }
        return part > 0 ? part : part < 0 && errno == EINTR ? 0 : limit
    }
}

/// A pipe that no program inherits by accident.
struct Pipe: ~Copyable {
    let readEnd: Descriptor
    let writeEnd: Descriptor

    init() throws(SecretFileError) {
        var numbers: [Int32] = [-1, -1]
        guard unsafe pipe2(&numbers, O_CLOEXEC) == 0 else { throw .io(errno: errno) }
        let readEnd = try Descriptor(adopting: numbers[0])
        writeEnd = try Descriptor(adopting: numbers[1])
        self.readEnd = readEnd
    }

    consuming func closingWriteEnd() -> Descriptor {
        readEnd
    }
}

extension Descriptor {
    /// Takes over a descriptor that a call of the system returned, and moves it out of the way of the first three: a
    /// process that was started without them gets their numbers.
    init(adopting number: Int32) throws(SecretFileError) {
        guard number >= 0 else { throw .io(errno: errno) }
        guard number < 3 else {
            self.init(number: number)
            return
        }
        let moved = fcntl(number, F_DUPFD_CLOEXEC, 3)
        let failure = errno
        close(number)
        guard moved >= 0 else { throw .io(errno: failure) }
        self.init(number: moved)
    }
}
