import AccountRecovery
import ArgumentParser

struct CaseNote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note",
        abstract:
            "Write a note on a case: sealed with the customer's key, and on record. The desk cannot read it back.",
        discussion: """
            The text comes from standard input or a file, never from an argument. What is written cannot be changed; it is \
            opened for auditors (audit disclose), and goes with the customer's data (account erase).
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The case.") var name: CaseID
    @Option(help: ArgumentHelp("Read the text from a file. - is standard input, and the default.", valueName: "file"))
    var textFile: String?

    func run() async throws {
        let text = try read()
        let change = try await global.atDesk { try await $0.desk.addNote(name, text) }
        try global.answer(change) { try global.tell(change, with: ["the note is sealed"]) }
    }

    private func read() throws -> SecretText {
        if let textFile, textFile != "-" { return try SecretInput.file(textFile) }
        if textFile == nil, global.mayAsk { Terminal.talk("Type the note, and end it with Ctrl-D:") }
        return try SecretInput.standardInput()
    }
}
