import Glibc

/// Why nothing was read from the terminal.
public enum SecretPromptError: Error, Sendable, Hashable {
    /// The process has no terminal, or it does not let its echo be switched off.
    case noTerminal
    /// Ctrl-C, Ctrl-D, or the terminal went away.
    case cancelled
    case io(errno: Int32)
}

/// Asks for a secret on the terminal.
public enum SecretPrompt {
    /// Bytes of an answer: more than any code or passphrase has. What is typed beyond is not taken.
    public static let longest = 4096

    /// Shows `prompt`, reads one line without echo, and returns it without the end of the line.
    ///
    /// Reads `/dev/tty`, not standard input: a pipe is no person. Signals from the keyboard are off meanwhile (ISIG),
    /// since one that ended the process would leave the terminal without echo; Ctrl-C is read as a byte instead. A
    /// backspace removes a whole character.
    public static func read(prompt: String) throws(SecretPromptError) -> SecretKey {
        let terminal = try Silence()
        terminal.write(prompt)
        defer { terminal.write("\n") }
        var count = 0
        var failure: SecretPromptError?
        let line = unsafe SecretKey(byteCount: longest) { storage in
            while failure == nil {
                switch terminal.nextByte() {
                case .success(3), .success(4): failure = .cancelled
                case .success(10), .success(13): return
                case .success(8), .success(127):
                    while count > 0 {
                        count -= 1
                        // The first byte of a character of UTF-8 is none of 10xxxxxx.
                        guard unsafe storage[count] & 0xc0 == 0x80 else { break }
                    }
                case .success(let byte) where count < longest:
                    unsafe storage[count] = byte
                    count += 1
                case .success: break
                case .failure(let error): failure = error
                }
            }
        }
        if let failure { throw failure }
        return line.part(0..<count)
    }
}

/// The terminal with its echo off, for as long as this value lives.
private struct Silence: ~Copyable {
    private let descriptor: Int32
    private var before = termios()

    init() throws(SecretPromptError) {
        descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0, unsafe tcgetattr(descriptor, &before) == 0 else {
            if descriptor >= 0 { close(descriptor) }
            throw .noTerminal
        }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG | ICANON)
        // VTIME and VMIN of Linux: wait without limit for one byte.
        silent.c_cc.5 = 0
        silent.c_cc.6 = 1
        // What was typed before the question is dropped: it was meant for something else.
        guard unsafe tcsetattr(descriptor, TCSAFLUSH, &silent) == 0 else {
            close(descriptor)
            throw .noTerminal
        }
    }

    deinit {
        var before = before
        _ = unsafe tcsetattr(descriptor, TCSAFLUSH, &before)
        close(descriptor)
    }

    borrowing func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(count, 0))
        }
    }

    borrowing func nextByte() -> Result<UInt8, SecretPromptError> {
        var byte: UInt8 = 0
        while true {
            switch unsafe Glibc.read(descriptor, &byte, 1) {
            case 1: return .success(byte)
            case 0: return .failure(.cancelled)
            default: if errno != EINTR { return .failure(.io(errno: errno)) }
            }
        }
    }
}
