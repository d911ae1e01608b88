import AccountRecovery
import ArgumentParser
import Foundation

/// Where a secret comes from: never from an argument or the environment.
enum SecretInput {
    /// Bytes. Longer than any code, short enough to be refused before it is looked at.
    static let longest = 4096

    /// Reads all of standard input and removes one trailing newline, nothing else.
    static func standardInput() throws -> SecretText {
        try read(FileHandle.standardInput, from: "standard input")
    }

    /// Reads a file in the same way.
    static func file(_ path: String) throws -> SecretText {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Failure(.usage, "no-file", "\(path) cannot be read")
        }
        return try read(handle, from: path)
    }

    /// Asks on the terminal, without echo.
    static func prompt(_ text: String) throws -> SecretText {
        guard let answer = try SecretText.asking(text) else {
            Terminal.talk("recoveryctl: left; nothing was changed")
            throw Exit.interrupted
        }
        return answer
    }

    private static func read(_ handle: FileHandle, from place: String) throws -> SecretText {
        let secret: SecretText?
        do {
            // Not through Foundation, whose buffers nobody wipes.
            secret = try SecretText.reading(handle.fileDescriptor, atMost: longest)
        } catch {
            throw Failure(.inputOutput, "unreadable", "\(place) cannot be read")
        }
        guard let secret else {
            throw Failure(.usage, "too-long", "\(place) holds more than a code: \(longest) bytes at most")
        }
        guard !secret.isEmpty else { throw Failure(.usage, "empty", "\(place) is empty") }
        return secret
    }
}

/// The ways to hand over a code.
struct CodeInput: ParsableArguments {
    @Flag(help: "Read the code from standard input. One newline at its end is removed, nothing else.")
    var codeStdin = false

    @Option(help: ArgumentHelp("Read the code from a file.", valueName: "file"))
    var codeFile: String?

    var isGiven: Bool { codeStdin || codeFile != nil }

    func validate() throws {
        guard !codeStdin || codeFile == nil else {
            throw ValidationError("--code-stdin and --code-file exclude each other.")
        }
    }

    /// The code, asked for on the terminal if no flag says where it is.
    func read(_ prompt: String, _ global: GlobalOptions) throws -> SecretText {
        if codeStdin { return try SecretInput.standardInput() }
        if let codeFile { return try SecretInput.file(codeFile) }
        guard global.mayAsk else {
            throw Failure(
                .usage,
                "no-code",
                "a code is needed, and there is nobody to ask",
                cure: "hand it over with --code-stdin or --code-file FILE"
            )
        }
        return try SecretInput.prompt(prompt)
    }
}

/// An account, by the reference under which the customer is known.
struct AccountInput: ParsableArguments {
    @Flag(help: "Read the account from standard input, so that it does not stand in the list of processes.")
    var accountStdin = false

    func reference(_ operand: String?) throws -> SecretText {
        if accountStdin {
            guard operand == nil else {
                throw ValidationError("--account-stdin and an account in the arguments exclude each other.")
            }
            return try SecretInput.standardInput()
        }
        guard let operand, !operand.isEmpty else { throw ValidationError("Name an account, or use --account-stdin.") }
        return SecretText(of: operand)
    }
}

/// Whom a case is opened for: a reference, or an address or a number that the caller gives instead. Those are personal and
/// stand in no argument.
struct ClaimInput: ParsableArguments {
    @OptionGroup var account: AccountInput
    @Flag(help: "Find the account by the e-mail address on standard input.") var emailStdin = false
    @Flag(help: "Find the account by the telephone number on standard input.") var phoneStdin = false
    @Option(help: "Where a number without country code is dialled, such as GB. Goes with --phone-stdin.")
    var country: String?

    func validate() throws {
        guard [account.accountStdin, emailStdin, phoneStdin].count(where: \.self) <= 1 else {
            throw ValidationError("--account-stdin, --email-stdin and --phone-stdin exclude each other.")
        }
        guard country == nil || phoneStdin else { throw ValidationError("--country goes with --phone-stdin.") }
    }

    func claim(_ operand: String?) throws -> AccountClaim {
        guard emailStdin || phoneStdin else { return .reference(try account.reference(operand)) }
        guard operand == nil else {
            throw ValidationError("An account in the arguments and one on standard input exclude each other.")
        }
        let text = try SecretInput.standardInput()
        return emailStdin ? .email(text) : .phone(text, country: country)
    }
}

extension SecretText {
    convenience init(of text: String) {
        var bytes = Array(text.utf8)
        self.init(wiping: &bytes)
    }

    convenience init(joining parts: [String], with newline: Bool = true) {
        self.init(of: parts.joined(separator: "\n") + (newline ? "\n" : ""))
    }
}
