import Glibc

/// Work of a library that answers when it likes, on a thread of its own, with a limit on how long we wait.
///
/// A thread cannot be ended from outside. One that is late goes on alone, keeps what it uses alive, and its answer is
/// wiped unread.
@safe
final class BoundedThread: @unchecked Sendable {
    private let work: @Sendable () -> SecretKey?
    private let done: Pipe
    // Written before the byte in the pipe, and read after it: the pipe is what orders the two.
    private var answer: SecretKey?

    private init(_ work: @escaping @Sendable () -> SecretKey?) throws(SecretFileError) {
        self.work = work
        done = try Pipe()
    }

    /// Returns what `work` does.
    ///
    /// - Throws: `unavailable` if that is nothing, `late` if it takes longer.
    static func answer(
        within limit: Duration,
        of work: @escaping @Sendable () -> SecretKey?
    ) throws(SecretSourceError) -> SecretKey {
        let deadline = ContinuousClock.now + limit
        let thread: BoundedThread
        do throws(SecretFileError) {
            thread = try BoundedThread(work)
        } catch {
            throw .unavailable
        }
        guard thread.start() else { throw .unavailable }
        while ContinuousClock.now < deadline {
            var watched = pollfd(fd: thread.done.readEnd.number, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&watched, 1, 20) > 0 else { continue }
            var byte: UInt8 = 0
            guard unsafe read(thread.done.readEnd.number, &byte, 1) == 1, let answer = thread.answer.take() else {
                throw .unavailable
            }
            return answer
        }
        throw .late
    }

    private func start() -> Bool {
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(self).toOpaque()
        let failure = unsafe pthread_create(&thread, nil, { unsafe BoundedThread.run($0) }, argument)
        guard failure == 0 else {
            unsafe Unmanaged<BoundedThread>.fromOpaque(argument).release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument = unsafe argument else { return nil }
        let thread = unsafe Unmanaged<BoundedThread>.fromOpaque(argument).takeRetainedValue()
        // A peer that hangs up sends SIGPIPE to whoever writes to it: here it ends with the thread.
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
        thread.answer = thread.work()
        var byte: UInt8 = 1
        _ = unsafe write(thread.done.writeEnd.number, &byte, 1)
        return nil
    }
}
