import AccountRecovery
import RecoveryCrypto
import RecoveryPolicy
import RecoveryVault
import Synchronization

/// Follows orders at the desk, and counts.
actor Checks {
    private let desk: RecoveryService
    private let clock: SteadyClock
    private let letters: Letters
    private let phrases: String
    private let keeping: Bool
    private var cases: [Int: CaseID] = [:]
    private(set) var done = 0
    private(set) var passed = 0
    private(set) var unwrapped = 0
    /// What whoever looks must find, or they look in the wrong place.
    private(set) var marker = ""
    /// What a naive handler has of everything secret.
    private(set) var kept: [String] = []

    /// - Parameter phrases: a key file that opens with a passphrase.
    init(at desk: RecoveryService, _ clock: SteadyClock, _ letters: Letters, phrases: String, keeping: Bool) {
        self.desk = desk
        self.clock = clock
        self.letters = letters
        self.phrases = phrases
        self.keeping = keeping
    }

    func follow(_ order: Order) async throws {
        switch order.verb {
        case "marker": marker = text(order.value)
        case "tick": clock.move(seconds: 30)
        case "case":
            let account = OpenCase(account: order.value, purpose: .unlock, channel: .phone)
            cases[order.customer] = try await desk.openCase(account).recoveryCase.name
        case "note": keep(order.value)
        case "passphrase": try unwrap(order.value)
        case "totp": try await check(order) { try await $0.checkTOTP($1, code: order.value) }
        case "saved": try await check(order) { try await $0.checkSavedCode($1, code: order.value) }
        case "issued": try await check(order) { try await $0.checkIssuedCode($1, code: order.value) }
        case "letter":
            _ = try await desk.sendCode(try name(order), by: .email)
            guard let code = letters.takeCode() else { throw CheckingProcess.Fault.order("no letter") }
            keep(code)
            try await check(order) { try await $0.checkIssuedCode($1, code: code) }
        case "details":
            let claims = [("name", "Kim Park"), ("date_of_birth", "1990-04-12")].map { field, said in
                var bytes = Array(said.utf8)
                return ClaimedDetail(field: field, value: SecretText(wiping: &bytes))
            }
            let email = ClaimedDetail(field: "email", value: order.value)
            try await check(order) { try await $0.checkDetails($1, claims + [email]) }
        default: throw CheckingProcess.Fault.order(order.verb)
        }
    }

    /// Opens the key that a passphrase protects, as a service does at its start, and forgets both.
    private func unwrap(_ entered: SecretText) throws {
        keep(entered)
        let rules = KeyFileRules(databaseDirectory: nil)
        let file = try PassphraseFile.read(fileAt: phrases, rules: rules)
        let size = try entered.lend { entered in
            let phrase = try Passphrase(entered: SecretKey(copying: entered))
            return try file.key(expecting: .pii, version: 1, under: phrase).byteCount
        }
        guard size == 32 else { throw CheckingProcess.Fault.order("no key") }
        unwrapped += 1
    }

    private func check(
        _ order: Order,
        _ body: (RecoveryService, CaseID) async throws -> CheckAnswer
    ) async throws {
        if order.verb != "letter" { keep(order.value) }
        if try await body(desk, try name(order)).outcome == .pass { passed += 1 }
        done += 1
    }

    private func name(_ order: Order) throws -> CaseID {
        guard let name = cases[order.customer] else { throw CheckingProcess.Fault.order("no case") }
        return name
    }

    private func keep(_ secret: SecretText) {
        if keeping { kept.append(text(secret)) }
    }

    private func text(_ secret: SecretText) -> String {
        secret.lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
    }
}

/// Stands still until it is moved.
final class SteadyClock: RecoveryClock {
    private let time: Atomic<Int64>

    init(at seconds: Int64) {
        time = Atomic(seconds * 1_000_000)
    }

    func microseconds() -> Int64 { time.load(ordering: .sequentiallyConsistent) }

    func move(seconds: Int64) { time.add(seconds * 1_000_000, ordering: .sequentiallyConsistent) }
}
