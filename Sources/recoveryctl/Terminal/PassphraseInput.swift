import AccountRecovery
import ArgumentParser
import Foundation

/// The ways to hand over a passphrase for a key.
struct PassphraseInput: ParsableArguments {
    @Flag(help: "Read the passphrase from standard input. One newline at its end is removed, nothing else.")
    var passphraseStdin = false

    @Option(help: ArgumentHelp("Read the passphrase from a file.", valueName: "file"))
    var passphraseFile: String?

    func validate() throws {
        guard !passphraseStdin || passphraseFile == nil else {
            throw ValidationError("--passphrase-stdin and --passphrase-file exclude each other.")
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

    /// The passphrase of something that exists.
    func existing(_ what: String, _ global: GlobalOptions) throws -> SecretText {
        if let given = try given(what, global) { return given }
        return try SecretInput.prompt("Passphrase for \(what): ")
    }

    private func given(_ what: String, _ global: GlobalOptions) throws -> SecretText? {
        if passphraseStdin { return try SecretInput.standardInput() }
        if let passphraseFile { return try SecretInput.file(passphraseFile) }
        guard global.mayAsk else {
            throw Failure(
                .usage,
                "no-passphrase",
                "a passphrase for \(what) is needed, and there is nobody to ask",
                cure: "hand it over with --passphrase-stdin or --passphrase-file FILE"
            )
        }
        return nil
    }
}
