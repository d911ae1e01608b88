import AccountRecovery
import ArgumentParser

struct AccountReveal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reveal",
        abstract: "Show one field of a customer to whoever has the role privacy. On record before it is shown.",
        discussion: """
            Shown is a mask, unless --unmasked is given: the last two digits of a number, the first letters of an address. \
            The reason is kept sealed beside the log, and the purpose in it. The value goes to a terminal or a new file.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var input: AccountInput
    @OptionGroup var reason: ReasonInput
    @Argument(help: "The reference.") var account: String?
    @Option(help: "account, name, date_of_birth, email, phone, national_id or address.") var field: String
    @Option(help: "Why, in a word that the log keeps, such as subject-access.") var purpose: String
    @Option(name: .customLong("case"), help: "The case in which it is needed, of this account.")
    var recoveryCase: CaseID
    @Flag(help: "Show all of it. The record says so.") var unmasked = false
    @Option(help: ArgumentHelp("A new file for the value, 0600.", valueName: "file")) var out: String?

    func validate() throws {
        guard !reason.reasonStdin || !input.accountStdin else {
            throw ValidationError("Standard input holds one text: use --reason-file beside --account-stdin.")
        }
    }

    /// What came of it, without the value.
    private struct Answer: Encodable {
        let field: String
        let isMasked: Bool
        let isPresent: Bool
        let left: Int
        let position: UInt64
    }

    func run() async throws {
        let file = try out.map(NewFile.init)
        guard file != nil || (Terminal.isTalkOnTerminal && !global.json) else {
            throw Failure(
                .usage,
                "no-place-for-value",
                "a value is shown on a terminal only, and there is none",
                cure: "name a new file for it: --out FILE"
            )
        }
        let request = RevealRequest(
            account: try input.reference(account),
            field: field,
            purpose: purpose,
            recoveryCase: recoveryCase,
            reason: try reason.read(global),
            isUnmasked: unmasked
        )
        let revealed = try await global.atDesk { try await $0.desk.reveal(request) }
        if let value = revealed.value {
            if let file { try value.withNewline.write(toNewFileAt: file.path) } else { Terminal.talk(value.shown) }
        }
        let answer = Answer(
            field: revealed.field,
            isMasked: revealed.isMasked,
            isPresent: revealed.value != nil,
            left: revealed.left,
            position: revealed.position
        )
        try global.answer(answer) {
            let what = revealed.value == nil ? "nothing stored" : revealed.isMasked ? "masked" : "unmasked"
            try Terminal.answer("revealed \(revealed.field): \(what), log position \(revealed.position)")
            Terminal.talk("  \(revealed.left) left today")
        }
    }
}

/// A reason in words. Personal data may stand in it, so it comes by no argument.
struct ReasonInput: ParsableArguments {
    @Flag(help: "Read the reason from standard input.") var reasonStdin = false
    @Option(help: ArgumentHelp("Read the reason from a file.", valueName: "file")) var reasonFile: String?

    func validate() throws {
        guard !reasonStdin || reasonFile == nil else {
            throw ValidationError("--reason-stdin and --reason-file exclude each other.")
        }
    }

    func read(_ global: GlobalOptions) throws -> SecretText {
        if let reasonFile { return try SecretInput.file(reasonFile) }
        guard reasonStdin else {
            throw Failure(
                .usage,
                "no-reason",
                "a reason is needed",
                cure: "hand it over with --reason-stdin or --reason-file FILE"
            )
        }
        if global.mayAsk { Terminal.talk("Type the reason, and end it with Ctrl-D:") }
        return try SecretInput.standardInput()
    }
}
