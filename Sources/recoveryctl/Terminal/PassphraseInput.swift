import AccountRecovery
import Synchronization

/// The passphrase of the key files that have one: asked for when the first of them is used, and kept until the process
/// ends. Where nothing needs one, nobody is asked.
final class PassphraseInput: Sendable {
    private enum Answer {
        case unasked
        case none
        case given(SecretText)
    }

    private let answer = Mutex(Answer.unasked)
    private let ask: @Sendable () -> SecretText?

    init(_ global: GlobalOptions) {
        let (file, mayAsk) = (global.passphraseFile, global.mayAsk)
        ask = {
            if let file { return try? SecretInput.file(file) }
            return mayAsk ? try? SecretInput.prompt("Passphrase of the keys: ") : nil
        }
    }

    func passphrase() -> SecretText? {
        answer.withLock { answer in
            if case .unasked = answer { answer = ask().map(Answer.given) ?? .none }
            guard case .given(let text) = answer else { return nil }
            return text
        }
    }
}
