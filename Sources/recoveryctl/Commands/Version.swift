import ArgumentParser

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")
    static let number = "0.1.0"

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try global.answer(["version": Self.number, "log_format": "rva/v1"]) {
            try Terminal.answer("recoveryctl \(Self.number), log format rva/v1")
        }
    }
}

/// Prints `Docs/ExitCodes.md`, which a test holds to what this prints.
struct HelpExitCodes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "help-exit-codes",
        abstract: "Print the document of exit codes.",
        shouldDisplay: false
    )

    func run() throws {
        try Terminal.answer(Exit.document)
    }
}
