import AccountRecovery
import Glibc
import RecoveryCrypto
import Synchronization

/// A courier that writes its letters to a file, so that whoever looks for codes knows them, and that remembers the
/// last code until it is taken.
final class Letters: Courier {
    private let path: String
    private let last = Mutex<SecretText?>(nil)

    init(in path: String) {
        self.path = path
    }

    func deliver(_ message: borrowing Message) async -> DeliveryAnswer {
        message.lend { _, text in
            guard append(text) else { return .failed(code: "unwritten") }
            // The code is the one run of eight digits in a letter.
            var digits = 0
            for index in text.indices {
                digits = (0x30...0x39).contains(text[index]) ? digits + 1 : 0
                guard digits == 8 else { continue }
                var code = [UInt8](copying: text.extracting(index - 7..<index + 1))
                let secret = SecretText(wiping: &code)
                last.withLock { $0 = secret }
                return .accepted
            }
            return .failed(code: "no-code")
        }
    }

    func takeCode() -> SecretText? {
        last.withLock { last in
            defer { last = nil }
            return last
        }
    }

    private func append(_ text: Span<UInt8>) -> Bool {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(file) }
        return unsafe text.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) } == text.count
    }
}
