import AccountRecovery
import ArgumentParser
import Foundation

/// The flags that every command has.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The data directory. Default: account-recovery below the XDG data directory.",
            valueName: "dir"
        )
    )
    var data: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Who acts: the name of a key in people/ of the data directory.", valueName: "name")
    )
    var actor: String?

    @Flag(help: "Print the result as JSON, one object.")
    var json = false

    @Flag(help: "Never ask. Implied where standard input is no terminal.")
    var noInput = false

    @Option(
        help: ArgumentHelp(
            "Read the passphrase of keys that have one from a file; /dev/fd/N is a descriptor.",
            valueName: "file"
        )
    )
    var passphraseFile: String?

    @Option(help: ArgumentHelp("auto, always or never.", valueName: "when"))
    var color: ColorChoice = .auto

    enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
        case auto, always, never
    }
}

extension GlobalOptions {
    /// The folder that the command works on.
    var folder: DataFolder {
        get throws {
            let environment = ProcessInfo.processInfo.environment
            if let data { return DataFolder(absolutePath(of: data)) }
            if let home = environment["XDG_DATA_HOME"], home.hasPrefix("/") {
                return DataFolder(home + "/account-recovery")
            }
            if let home = environment["HOME"], home.hasPrefix("/") {
                return DataFolder(home + "/.local/share/account-recovery")
            }
            throw Failure(.usage, "no-data-directory", "no data directory", cure: "name it with --data DIR")
        }
    }

    /// Whether a question may be asked.
    var mayAsk: Bool { !noInput && isatty(STDIN_FILENO) == 1 }

    var paint: Paint { Paint(color) }

    /// The person that `--as` names.
    var actorName: StaffName {
        get throws {
            guard let actor else {
                throw Failure(
                    .notSignedIn,
                    "no-actor",
                    "this is recorded with a name, and nobody is signed in",
                    cure: "say who acts: --as NAME, whose key is people/NAME.key of the data directory"
                )
            }
            guard let name = StaffName(actor) else {
                throw Failure(.usage, "not-a-name", "--as takes a name: a letter, then letters, digits and . _ -")
            }
            return name
        }
    }

    /// How a next command begins, for the same data directory: `recoveryctl --data D --as NAME`.
    func command(as name: String? = nil) -> String {
        var words = ["recoveryctl"]
        if let data { words += ["--data", quoted(data)] }
        if let name { words += ["--as", name] }
        return words.joined(separator: " ")
    }

    /// Moves these flags behind the command they stand in front of: `recoveryctl --data D case list` reads as well as
    /// `recoveryctl case list --data D`, and the parser knows the second form only.
    static func movedToEnd(_ arguments: [String]) -> [String] {
        let withValue: Set = ["--data", "--as", "--color", "--passphrase-file"]
        let alone: Set = ["--json", "--no-input"]
        var leading: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            let name = first.split(separator: "=", maxSplits: 1).first.map(String.init) ?? first
            if alone.contains(first) || (withValue.contains(name) && first.contains("=")) {
                leading.append(rest.removeFirst())
            } else if withValue.contains(first), rest.count >= 2 {
                leading += [rest.removeFirst(), rest.removeFirst()]
            } else {
                break
            }
        }
        // Behind what is no command, they would be told to be unknown, and the true mistake would not.
        guard let word = rest.first, !word.hasPrefix("-"), Recoveryctl.commands.contains(word) else {
            return Array(rest)
        }
        // Behind `--` everything is an operand.
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<end]) + leading + Array(rest[end...])
    }
}

/// The path from the root, without resolving links: a link in it is for the store to refuse.
func absolutePath(of path: String) -> String {
    let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    // Key files are refused under a path with `..`, and a person may well type one.
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
        if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
}

/// The word as a shell takes it.
func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || "/._-+@:,".utf8.contains(byte)
    }
    return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
}
