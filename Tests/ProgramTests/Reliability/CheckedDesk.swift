import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryVault
import Testing

/// A data directory whose secrets are all known, and what a process is told to check in it.
struct CheckedDesk {
    let desk: Desk
    /// What the process reads.
    private(set) var orders: [String] = []
    /// Where its clock begins.
    let start: Int64
    let marker = "marker-\(UUID().uuidString)"
    /// The key under the passphrase.
    let wrapped = Random.bytes(32)
    private(set) var seeds: [[UInt8]] = []
    /// The same in letters, as a telephone is told them.
    private(set) var seedLetters: [String] = []
    /// Of six digits.
    private(set) var totpCodes: [String] = []
    /// Wrong and much too long, and compared all the same.
    private(set) var longCodes: [String] = []
    private(set) var savedCodes: [String] = []
    private(set) var issuedCodes: [String] = []
    /// Right ones and wrong ones.
    private(set) var details: [String] = []
    let passphrase = "horse \(UUID().uuidString)"
    /// How many of the checks pass.
    private(set) var passes = 0
    /// How often the passphrase is typed.
    private(set) var unwraps = 0

    private static let customers = 8
    private static let rounds = 30
    private static let policy = """
        policy: small
        version: 1
        description: One purpose
        totp_window: rfc
        tiers:
          - tier: only
        purposes:
          unlock:
            only:
              evidence: {all: [totp, saved-code]}
              approvals: {role: supervisor, count: 1}
              hold: none
              actions: [unlock]
        signals: none
        notify: [granted]
        limits:
          attempts_per_check: 10
          failures_before_cool_off: 100
          details_failures_per_subject_day: 100
          details_failures_per_subject_month: 1000
          details_failures_per_agent_day: 1000
          cases_per_account_day: 100

        """

    init(in folder: SessionFolder) throws {
        desk = Desk(emptyIn: folder, data: "D")
        try folder.write(Self.policy, to: "policy.yaml")
        try desk.done(
            "init",
            "--origin",
            "recovery.example/demo",
            "--admin",
            "ada",
            "--auditor",
            "vera",
            "--policy",
            "policy.yaml"
        )
        try desk.done("--as", "ada", "agent", "add", "mia", "--role", "agent")
        let emails = (0..<Self.customers).map { "kim.\($0)-\(UUID().uuidString.prefix(8).lowercased())@example.org" }
        let lines = emails.enumerated().map { number, email in
            """
            {"account":"u-100\(number)","name":"Kim Park","date_of_birth":"1990-04-12","email":"\(email)","stake":500}
            """
        }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "customers.jsonl")
        try desk.done("--as", "ada", "account", "import", "customers.jsonl")
        // A minute on, and at the beginning of a step: no start is refused because of the time.
        start = (Int64(Date().timeIntervalSince1970) / 30 + 3) * 30
        var authenticators: [Authenticator] = []
        for number in 0..<Self.customers {
            try desk.done("--as", "ada", "account", "enrol", "u-100\(number)", "totp", "--uri-file", "\(number).uri")
            authenticators.append(try Authenticator(folder.bytes(of: "\(number).uri")))
        }
        var saved: [[String]] = []
        for number in 0..<2 {
            try desk.done("--as", "ada", "account", "enrol", "u-100\(number)", "codes", "--out", "\(number).codes")
            saved.append(try folder.text(ofNewestAt: "\(number).codes").split(separator: "\n").map(String.init))
        }
        let phrase = try Passphrase(entered: SecretKey(copying: Array(passphrase.utf8).span))
        let file = try PassphraseFile(
            wrapping: SecretKey(copying: wrapped.span),
            role: .pii,
            version: 1,
            under: phrase,
            cost: Scrypt(log2N: 14, r: 8, p: 1),
            testOnlySalt: Random.bytes(32),
            testOnlyEnvelopeSalt: Random.bytes(24)
        )
        let rules = KeyFileRules(databaseDirectory: nil)
        try file.write(toFileAt: folder.url.path + "/D/keys/phrase.key", rules: rules, replacing: false)
        for (number, authenticator) in authenticators.enumerated() {
            seeds.append(authenticator.seed)
            seedLetters.append(authenticator.letters)
            order("note \(number) \(authenticator.letters)")
        }
        for round in 0..<Self.rounds {
            order("tick")
            for (number, authenticator) in authenticators.enumerated() {
                if round % 5 == 0 {
                    order("passphrase \(number) \(passphrase)")
                    unwraps += 1
                    order("case \(number) u-100\(number)")
                    try addCodes(of: number, saved.indices.contains(number) ? saved[number][round / 5] : nil)
                }
                let step = UnixTime(seconds: start + Int64(round + 1) * 30)
                try addChecks(of: number, authenticator.code(at: step), emails[number])
            }
        }
    }

    /// How many checks are ordered.
    var checks: Int {
        orders.count { line in ["totp", "saved", "issued", "letter", "details"].contains { line.hasPrefix($0 + " ") } }
    }

    /// Takes the codes out of the letters that the process wrote.
    mutating func read(letters: String) throws {
        issuedCodes += letters.matches(of: /\b[0-9]{8}\b/).map { String($0.output) }
        try #require(issuedCodes.count == 2 * orders.count { $0.hasPrefix("letter ") })
    }

    private mutating func order(_ line: String) { orders.append(line) }

    private mutating func addCodes(of number: Int, _ saved: String?) throws {
        let wrong = Self.digits(8)
        issuedCodes.append(wrong)
        order("letter \(number) -")
        order("issued \(number) \(wrong)")
        passes += 1
        guard let saved else { return }
        let letters = (0..<26).map { _ in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".randomElement() ?? "A" }
        let other = saved.prefix(1) + "-" + String(letters)
        savedCodes += [saved, String(other)]
        order("saved \(number) \(saved)")
        order("saved \(number) \(other)")
        passes += 1
    }

    private mutating func addChecks(of number: Int, _ right: String, _ email: String) throws {
        totpCodes.append(right)
        order("totp \(number) \(right)")
        // Of six digits, and as often so many that no chance has them.
        if longCodes.count * 3 >= totpCodes.count {
            var wrong = Self.digits(6)
            while totpCodes.contains(wrong) { wrong = Self.digits(6) }
            totpCodes.append(wrong)
            order("totp \(number) \(wrong)")
        } else {
            longCodes.append(Self.digits(24))
            order("totp \(number) \(longCodes.last ?? "")")
        }
        let other = "kim.\(UUID().uuidString.prefix(13).lowercased())@example.org"
        details += [email, other]
        order("details \(number) \(email)")
        order("details \(number) \(other)")
        passes += 2
    }

    static func digits(_ count: Int) -> String {
        String((0..<count).map { _ in "0123456789".randomElement() ?? "0" })
    }

    /// What a customer's telephone has.
    private struct Authenticator {
        let seed: [UInt8]
        let letters: String
        private let key: Held

        private final class Held: Sendable {
            let uri: EnrolmentURI

            init(_ uri: consuming EnrolmentURI) { self.uri = uri }
        }

        init(_ file: Data) throws {
            let text = String(decoding: file, as: UTF8.self).trimmingCharacters(in: .newlines)
            letters = String(try #require(text.firstMatch(of: /secret=([A-Z2-7]+)/)?.1))
            key = Held(try EnrolmentURI(parsing: SecretKey(copying: Array(text.utf8).span)))
            seed = key.uri.seed().lend { [UInt8](copying: $0) }
        }

        func code(at time: UnixTime) throws -> String {
            guard let code = key.uri.totp.code(at: time) else { throw CocoaError(.fileReadCorruptFile) }
            return code.lend { String(decoding: [UInt8](copying: $0), as: UTF8.self) }
        }
    }
}
