import AccountRecovery
import ArgumentParser
import Foundation

/// The ways to hand over the passphrase of a key or copy that is being made. That of keys which exist is a flag that
/// every command has.
struct NewPassphrase: ParsableArguments {
    @Flag(help: "Read the new passphrase from standard input. One newline at its end is removed, nothing else.")
    var newPassphraseStdin = false

    @Option(help: ArgumentHelp("Read the new passphrase from a file.", valueName: "file"))
    var newPassphraseFile: String?

    func validate() throws {
        guard !newPassphraseStdin || newPassphraseFile == nil else {
            throw ValidationError("--new-passphrase-stdin and --new-passphrase-file exclude each other.")
        }
    }

    /// A new passphrase: asked for twice on the terminal, since nobody sees what they type.
    func new(_ what: String, _ global: GlobalOptions) throws -> SecretText {
        if let given = try given(what, global) { return given }
        let first = try SecretInput.prompt("Passphrase for \(what) (15 characters or more): ")
        let second = try SecretInput.prompt("The same again: ")
        guard first.isSame(as: second) else {
            throw Failure(.usage, "not-the-same", "the two were not the same", cure: "give the command again")
        }
        return first
    }

    private func given(_ what: String, _ global: GlobalOptions) throws -> SecretText? {
        if newPassphraseStdin { return try SecretInput.standardInput() }
        if let newPassphraseFile { return try SecretInput.file(newPassphraseFile) }
        guard global.mayAsk else {
            throw Failure(
                .usage,
                "no-passphrase",
                "a passphrase for \(what) is needed, and there is nobody to ask",
                cure: "hand it over with --new-passphrase-stdin or --new-passphrase-file FILE"
            )
        }
        return nil
    }
}
