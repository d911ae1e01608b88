import AccountRecovery
import ArgumentParser
import Foundation

struct KeyShareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share",
        abstract: "What holders of shares do: make their key, and pass a share on. Needs no data directory.",
        subcommands: [KeyShareNewKey.self, KeySharePass.self]
    )
}

struct KeyShareNewKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new-key",
        abstract: "Make a private key to which shares can be sealed, and print its public half."
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: ArgumentHelp("A new file, for its owner alone.", valueName: "file")) var to: String

    func run() throws {
        let place = try NewFile(to)
        let publicKey = try ShareFiles.makeKey(at: place.path)
        try global.answer(["public_key": publicKey]) {
            try Terminal.answer(publicKey)
            Terminal.talk("  the file never leaves you; the line above is for whoever seals to you")
        }
    }
}

struct KeySharePass: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pass",
        abstract: "Open a share with your key and seal it to the machine that puts the key together.",
        discussion: """
            Your private key and the open share stay in this process. Have the other machine's public key read to you by \
            somebody you know: whoever gets k shares has the key.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Your share.") var share: String
    @Option(help: ArgumentHelp("Your private key.", valueName: "file")) var key: String
    @Option(help: ArgumentHelp("The public key of the other machine.", valueName: "64 hex digits"))
    var toKey: String
    @Option(help: ArgumentHelp("A new file.", valueName: "file")) var to: String

    func run() throws {
        let place = try NewFile(to)
        let passed = try ShareFiles.pass(
            absolutePath(of: share),
            key: absolutePath(of: key),
            to: toKey,
            out: place.path
        )
        try global.answer(passed) {
            try Terminal.answer(
                "\(passed.role) \(passed.version), share \(passed.index) of \(passed.count): sealed to \(passed.recipient)"
            )
        }
    }
}

struct KeyCombine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "combine",
        abstract: "Put a key together of shares that were passed to this machine, and prove it by its check value.",
        discussion: """
            Needs no data directory. Remove the private key afterwards: it was for this once.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The shares, as many as are needed or more.") var shares: [String]
    @Option(help: ArgumentHelp("The private key that they were passed to.", valueName: "file")) var key: String
    @Option(help: ArgumentHelp("A new key file.", valueName: "file")) var to: String

    func run() throws {
        let place = try NewFile(to)
        let whole = try ShareFiles.combine(
            shares.map(absolutePath(of:)),
            key: absolutePath(of: key),
            out: place.path
        )
        struct Answer: Encodable {
            let role: String
            let version: UInt32
            let kcv: String
            let file: String
        }
        let answer = Answer(role: whole.role, version: whole.version, kcv: whole.checkValue, file: place.path)
        try global.answer(answer) {
            try Terminal.answer("\(whole.role) \(whole.version): none → \(place.path), KCV \(whole.checkValue)")
            Terminal.talk("  next: remove \(key): it was for this once")
        }
    }
}
