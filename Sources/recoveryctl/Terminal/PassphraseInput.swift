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

    private let answer: Mutex<Answer>
    private let mayAsk: Bool

    init(_ global: GlobalOptions) throws {
        let given = try global.passphraseFile.map { try SecretInput.file($0) }
        answer = Mutex(given.map(Answer.given) ?? .unasked)
        mayAsk = global.mayAsk
    }

    func passphrase() -> SecretText? {
        answer.withLock { answer in
            if case .unasked = answer {
                // Whoever leaves gave none, and is told so once the file was not opened.
                let typed = mayAsk ? try? SecretInput.prompt("Passphrase of the keys: ") : nil
                answer = typed.map(Answer.given) ?? .none
            }
            guard case .given(let text) = answer else { return nil }
            return text
        }
    }
}
