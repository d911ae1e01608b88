import AccountRecovery
import ArgumentParser

/// The customer's own side: the right to it is the ticket, and nobody is signed in.
struct EnrolmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrolment",
        abstract: "The customer's side after a reset: make a new second factor with a ticket, and confirm it.",
        subcommands: [EnrolmentRedeem.self, EnrolmentConfirm.self]
    )
}

struct EnrolmentRedeem: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redeem",
        abstract: "Make a new authenticator. Asked again, it makes another and forgets the first."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var place: FactorOutput
    @Option(help: ArgumentHelp("The ticket.", valueName: "file")) var ticketFile: String

    func run() async throws {
        try place.requirePlace(global)
        let ticket = try SecretInput.file(ticketFile)
        let factor = try await global.open { open in
            try await EnrolmentService(open.parts).redeem(ticket)
        }
        // A cut in between does no harm: asked again, it makes another.
        try place.hand(over: factor.uri, MadeFiles())
        try global.answer(NewFactorAnswer(factor: "totp", count: 1, position: factor.position)) {
            try Terminal.answer("second factor: none → unconfirmed, log position \(factor.position)")
            let command = "\(global.command()) enrolment confirm --ticket-file \(quoted(ticketFile)) --code-stdin"
            Terminal.talk("  next: confirm it with a code from it: \(command)")
        }
    }
}

struct EnrolmentConfirm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Bind the new authenticator with a right code from it. That spends the ticket."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var code: CodeInput
    @Option(help: ArgumentHelp("The ticket.", valueName: "file")) var ticketFile: String

    func run() async throws {
        let ticket = try SecretInput.file(ticketFile)
        let typed = try code.read("Code from the new authenticator: ", global)
        let change = try await global.open { open in
            try await EnrolmentService(open.parts).confirm(ticket, code: typed)
        }
        try global.answer(change) { try global.tell(change, with: ["the new second factor counts from now on"]) }
    }
}
