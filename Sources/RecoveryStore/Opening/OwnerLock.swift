import AccountRecovery
import Foundation

/// The lock on a store, held as long as this object lives and released by the system if the process dies.
///
/// SQLite's own exclusive lock would refuse a second opener too, but could not tell it whom to ask.
final class OwnerLock: Sendable {
    private let file: FileHandle

    /// Takes the lock, waiting at most `wait` for another owner to let go.
    ///
    /// - Throws: ``StoreError/owned(by:)`` with the words that the owner left in the file.
    init(path: String, program: String, wait: Duration) throws(StoreError) {
        if try !StoreFolder.requirePrivate(file: path) {
            try StoreFolder.makePrivate(file: path)
        }
        guard let file = FileHandle(forUpdatingAtPath: path) else {
            throw .refused("\(path) cannot be opened for writing; correct its owner and mode")
        }
        // A child process would keep the lock alive beyond its parent.
        _ = fcntl(file.fileDescriptor, F_SETFD, FD_CLOEXEC)
        // There is no waiting with a limit in flock(2). This runs once, at start, before there is any work.
        let deadline = ContinuousClock.now + wait
        while flock(file.fileDescriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw .inputOutput("\(path) cannot be locked: error \(errno) of the system")
            }
            guard ContinuousClock.now < deadline else { throw .owned(by: Self.owner(in: file)) }
            usleep(Self.pause)
        }
        self.file = file
        // Words for a person: no decision rests on them, so they need not survive a crash.
        _ = ftruncate(file.fileDescriptor, 0)
        try? file.seek(toOffset: 0)
        try? file.write(contentsOf: Data("\(program), process \(getpid())\n".utf8))
    }

    deinit {
        // Closing is not enough: a child between fork and exec has a copy of the descriptor, but not of this call.
        release()
    }

    /// Lets go, so that the next owner need not wait for this object to end.
    func release() {
        _ = ftruncate(file.fileDescriptor, 0)
        _ = flock(file.fileDescriptor, LOCK_UN)
    }

    /// Between two attempts, in microseconds.
    private static let pause: useconds_t = 10_000

    private static func owner(in file: FileHandle) -> String {
        let text = (try? file.read(upToCount: 200)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        // The file is ours, but whatever is printed to a terminal is stripped of control characters first.
        let words = String(text.unicodeScalars.filter { (0x20...0x7e).contains($0.value) })
        return words.isEmpty ? "a process that has not said its name" : words
    }
}
