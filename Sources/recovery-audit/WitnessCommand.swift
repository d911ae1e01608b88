import ArgumentParser
import Foundation
import RecoveryAudit
import RecoveryCrypto

struct WitnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness",
        abstract: "Watch logs for others: remember their newest checkpoints, and cosign what extends them.",
        subcommands: [WitnessSign.self, WitnessKeygen.self]
    )
}

struct WitnessSign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Answer one request of a log, as C2SP tlog-witness has it.",
        discussion: """
            Prints signature lines and exits 0, or says why not and exits 1. The statuses are those of HTTP: 400 no \
            request, 403 not signed by the log, 404 not a log of yours, 409 not the tree that was seen last, whose size \
            is printed, 422 does not extend it. What was seen is on the disk before a signature is given.
            """
    )

    @Argument(help: ArgumentHelp("The request: recoveryctl audit head --old SIZE.", valueName: "file")) var request:
        String
    @Option(help: "The name of the witness.") var name: String
    @Option(help: ArgumentHelp("The witness's private key: 64 hexadecimal digits on one line.", valueName: "file"))
    var key: String
    @Option(help: ArgumentHelp("The key of a log that is watched: one vkey line. May be repeated.", valueName: "file"))
    var log: [String]
    @Option(help: ArgumentHelp("What was seen so far. May not exist yet.", valueName: "file")) var state: String

    func run() throws {
        let key = try OptionFile(key).parsed(as: "64 hexadecimal digits") { Ed25519.PrivateKey(file: $0) }
        let logs = try log.map { try OptionFile($0).parsed(as: "a vkey line of a log") { VKey(file: $0) } }
        guard let witness = Witness(name: name, key: key, logs: logs) else {
            throw ValidationError("--name takes a name without spaces and +, and --log keys of logs.")
        }
        let request = try OptionFile(request).bytes
        let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
        let answer = try WitnessedHeads(at: state).judging { witness.answer(to: request, at: now, state: $0) }
        Terminal.answer(answer.body)
        guard case .cosigned = answer else {
            Terminal.say("recovery-audit: not signed: \(answer.status) \(answer.reason)")
            throw ProgramExit.tampered
        }
    }
}

struct WitnessKeygen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a key for a witness, and print what others know it by."
    )

    @Option(help: "The name of the witness, such as witness.example.net/w1.") var name: String
    @Option(help: ArgumentHelp("A new file for the private key, 0600.", valueName: "file")) var out: String

    func run() throws {
        let seed = SecretKey(randomByteCount: 32)
        var line = Array(seed.lend { seed in seed.indices.map { seed[$0] } }.hexadecimal.utf8) + [0x0a]
        guard let key = VKey(name: name, kind: .witness, publicKey: Ed25519.PrivateKey(seed: seed).publicKey) else {
            throw ValidationError("--name takes a name without spaces and +.")
        }
        try NewSecretFile.write(line, to: out)
        line.wipe()
        Terminal.answer(key.text + "\n")
    }
}

extension Witness.Answer {
    fileprivate var reason: String {
        switch self {
        case .cosigned: "cosigned"
        case .malformed: "this is no request"
        case .unsigned: "the log has not signed this"
        case .unknownLog: "this log is not watched here"
        case .conflict(let size): "a tree of \(size) records was seen last"
        case .inconsistent: "the tree does not extend the one that was seen last"
        }
    }
}
