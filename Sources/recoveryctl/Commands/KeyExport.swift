import AccountRecovery
import ArgumentParser
import Foundation

struct KeyExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Copy a role's key for the safe: a new file under a passphrase. On record.",
        discussion: """
            The copy takes a gibibyte of memory and some seconds to make and to open. Keep it on two media in two places, \
            apart from the passphrase; open it once on the spare machine: recoveryctl key check FILE --kcv KCV.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "pii, match, auth or sys.") var role: String
    @Option(help: "Which version. Default: the active one.") var version: UInt32?
    @Option(help: ArgumentHelp("A new file.", valueName: "file")) var to: String
    @Option(
        name: .customLong("log2-n"),
        help: ArgumentHelp("What a guess costs, and every opening: 17 to 21. 18 is about a second.", valueName: "n")
    )
    var log2N: UInt8 = 20
    @OptionGroup var passphrase: NewPassphrase

    func run() async throws {
        let place = try NewFile(to)
        let phrase = try passphrase.new("this copy", global)
        let export = try await global.atDesk { session in
            try await session.desk.exportKey(role, version: version, under: phrase, to: place.path, log2N: log2N)
        }
        try global.answer(export) {
            try Terminal.answer(
                "\(export.role) \(export.version): copied to \(export.file), KCV \(export.checkValue), log position "
                    + "\(export.position)"
            )
            let check = "recoveryctl key check \(quoted(to)) --kcv \(export.checkValue)"
            Terminal.talk("  next: on the spare machine: \(check)")
        }
    }
}

struct KeyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Open a copy of a key and compare its check value. Needs no data directory.",
        discussion: "Takes key files and copies under a passphrase. Exits 1 if the check value is another."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The copy.") var file: String
    @Option(help: ArgumentHelp("The check value that was written down.", valueName: "16 hex digits"))
    var kcv: String?
    @Flag(help: "Read the passphrase from standard input. One newline at its end is removed, nothing else.")
    var passphraseStdin = false

    func validate() throws {
        guard kcv.map({ $0.wholeMatch(of: /[0-9a-f]{16}/) != nil }) ?? true else {
            throw ValidationError("--kcv takes 16 digits, 0 to 9 and a to f.")
        }
    }

    /// The passphrase of the copy.
    private func existing() throws -> SecretText {
        if passphraseStdin { return try SecretInput.standardInput() }
        if let file = global.passphraseFile { return try SecretInput.file(file) }
        guard global.mayAsk else {
            throw Failure(
                .usage,
                "no-passphrase",
                "the passphrase of this copy is needed, and there is nobody to ask",
                cure: "hand it over with --passphrase-stdin or --passphrase-file FILE"
            )
        }
        return try SecretInput.prompt("Passphrase for this copy: ")
    }

    func run() throws {
        let copy = try CheckedCopy(of: absolutePath(of: file)) { () throws(ServiceError) in
            do {
                return try existing()
            } catch let error as ServiceError {
                throw error
            } catch let failure as Failure {
                throw .invalidInput([failure.what, failure.cure].compactMap(\.self).joined(separator: "; "))
            } catch {
                throw .invalidInput("no passphrase was typed")
            }
        }
        try global.answer(copy) {
            let name = copy.role.flatMap { role in copy.version.map { "\(role) \($0)" } } ?? "a key without a name"
            try Terminal.answer("\(name): opened, KCV \(copy.checkValue)")
            if kcv == nil { Terminal.talk("  compare it with the one that was written down") }
        }
        guard let kcv, kcv != copy.checkValue else { return }
        throw Failure(
            .failed,
            "wrong-key",
            "\(file) holds another key: KCV \(copy.checkValue), not \(kcv)",
            cure: "make another copy; this one is of no use"
        )
    }
}
