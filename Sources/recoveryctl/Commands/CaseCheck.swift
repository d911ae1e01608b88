import AccountRecovery
import ArgumentParser
import Foundation

struct CaseCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check what the caller says or shows. A wrong code, a used code and an unknown account look alike.",
        discussion: """
            An attempt is spent before anything is compared. Exits 0 if the check passed and 1 if it did not.

            details      what the caller says, compared without being shown: --input FILE, a JSON object of
                         name, date_of_birth, email, phone, national_id. It proves nothing towards a grant.
            totp         the code of the caller's authenticator
            saved-code   one of the codes that the customer was given to keep
            issued-code  a code sent to a validated address: first --send email or sms, then the code
            """
    )

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case details, totp
        case savedCode = "saved-code"
        case issuedCode = "issued-code"
    }

    enum Method: String, ExpressibleByArgument, CaseIterable {
        case email, sms

        var channel: MessageChannel { self == .email ? .email : .sms }
    }

    @OptionGroup var global: GlobalOptions
    @OptionGroup var code: CodeInput
    @Argument(help: "The case.") var name: CaseID
    @Argument(help: "Which check.") var kind: Kind
    @Option(help: ArgumentHelp("For details: what the caller said. - is standard input.", valueName: "file"))
    var input: String?
    @Option(help: "For issued-code: send a code by this way, instead of checking one.") var send: Method?

    func validate() throws {
        guard input == nil || kind == .details else { throw ValidationError("--input goes with details.") }
        guard send == nil || kind == .issuedCode else { throw ValidationError("--send goes with issued-code.") }
        guard !code.isGiven || (kind != .details && send == nil) else {
            throw ValidationError("There is no code to hand over here.")
        }
    }

    func run() async throws {
        if let send { return try await sendCode(by: send.channel) }
        let answer: CheckAnswer
        switch kind {
        case .details:
            let details = try input.map(ClaimedDetails.init(readingFrom:)) ?? ClaimedDetails.asking(global)
            answer = try await global.atDesk { try await $0.desk.checkDetails(name, details.values) }
        case .totp, .savedCode, .issuedCode:
            let typed = try code.read("Code as the caller says it: ", global)
            answer = try await global.atDesk { try await $0.desk.check(name, kind, typed) }
        }
        try global.answer(answer) { try global.tell(answer, of: kind) }
        if answer.outcome != .pass { throw Exit.failed }
    }

    private func sendCode(by method: MessageChannel) async throws {
        let sent = try await global.atDesk { try await $0.desk.sendCode(name, by: method) }
        try global.answer(sent) {
            try global.tell(
                sent.change,
                with: [
                    "a code is on its way by \(sent.method), if there is such an address; it counts until "
                        + Moment.time(sent.validUntil) + " UTC, and \(sent.sendsLeft) more can be sent"
                ],
                next: { !$0.contains(" --send ") }
            )
        }
    }
}

extension RecoveryService {
    /// The check of a code, by its name on the command line.
    func check(_ name: CaseID, _ kind: CaseCheck.Kind, _ code: SecretText) async throws(ServiceError) -> CheckAnswer {
        switch kind {
        case .totp: try await checkTOTP(name, code: code)
        case .savedCode: try await checkSavedCode(name, code: code)
        case .issuedCode: try await checkIssuedCode(name, code: code)
        case .details: throw .invalidInput("details are no code")
        }
    }
}

extension GlobalOptions {
    /// Tells what came of a check.
    func tell(_ answer: CheckAnswer, of kind: CaseCheck.Kind) throws {
        let word =
            switch answer.outcome {
            case .pass: paint.green("PASS")
            case .fail: paint.red("FAIL")
            case .indeterminate: paint.yellow("INDETERMINATE")
            }
        let worth = kind == .details ? "; details count nothing towards a grant" : ""
        try tell(answer.change, with: ["\(kind.rawValue): \(word), attempts left \(answer.attemptsLeft)\(worth)"])
    }
}

/// What the caller says about themselves.
struct ClaimedDetails {
    let values: [ClaimedDetail]

    /// Fields a caller can be asked for.
    static let fields = ["name", "date_of_birth", "email", "phone", "national_id"]

    /// Reads one JSON object of texts, from a file or standard input.
    init(readingFrom path: String) throws {
        let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
        guard let data = try? handle?.read(upToCount: 65_536) else {
            throw Failure(.usage, "no-file", "\(path) cannot be read")
        }
        guard let object = try? JSONDecoder().decode([String: String].self, from: data), !object.isEmpty else {
            throw Failure(
                .usage,
                "not-an-object",
                "\(path) holds no JSON object of texts",
                cure: #"write what the caller said, such as {"name": "…", "date_of_birth": "1991-08-25"}"#
            )
        }
        values = object.sorted { $0.key < $1.key }.map { ClaimedDetail(field: $0.key, value: SecretText(of: $0.value)) }
    }

    private init(_ values: [ClaimedDetail]) {
        self.values = values
    }

    /// Asks for each field. An empty answer leaves it out.
    static func asking(_ global: GlobalOptions) throws -> ClaimedDetails {
        guard global.mayAsk else {
            throw Failure(
                .usage,
                "no-details",
                "the caller's words are needed, and there is nobody to ask",
                cure: "hand them over with --input FILE"
            )
        }
        return try asking()
    }

    static func asking() throws -> ClaimedDetails {
        Terminal.talk("Type what the caller says; leave a line empty if they do not say it.")
        return ClaimedDetails(
            try fields.compactMap { field in
                let answer = try Terminal.ask("  \(field): ")
                return answer.isEmpty ? nil : ClaimedDetail(field: field, value: SecretText(of: answer))
            }
        )
    }
}
