import AccountRecovery
import ArgumentParser
import Foundation

struct KeyCeremonyDrop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Give up a key that a ceremony prepared. Its version is never given again.",
        discussion: "Wants the key's name typed, or --confirm, such as 'pii 2'. Nothing was ever sealed under it."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "pii, match, auth or sys.") var role: String
    @Argument(help: "Which version.") var version: UInt32
    @Option(help: ArgumentHelp("Key and version once more, where nobody can be asked.", valueName: "key version"))
    var confirm: String?

    func run() async throws {
        let name = "\(role) \(version)"
        let typed: String
        if let confirm {
            typed = confirm
        } else if global.mayAsk {
            typed = try Terminal.ask("Drop \(name)? Type its name: ")
        } else {
            throw Failure(
                .usage,
                "not-confirmed",
                "dropping a key wants its name typed, and there is nobody to ask",
                cure: "give --confirm \(quoted(name))"
            )
        }
        guard typed == name else {
            throw Failure(.usage, "not-confirmed", "that is not \(name); nothing was changed")
        }
        let dropped = try await global.atDesk { session in
            try await session.desk.dropPreparedKey(role, version: version)
        }
        // Behind the record: a key that lies there and that nobody may use is better than a row whose key is gone.
        if let file = dropped.file { try DiscardedKey.remove("file:\(file)") }
        try global.answer(dropped) {
            try Terminal.answer("\(role) \(version): prepared → destroyed, log position \(dropped.position)")
            if let file = dropped.file {
                Terminal.talk("  removed \(file)")
            } else {
                Terminal.talk("  its file is not where the service looks: remove it where the ceremony put it")
            }
            Terminal.talk("  next: call its shares in, and destroy them")
        }
    }
}
