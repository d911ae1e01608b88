import ArgumentParser
import Foundation
import RecoveryAudit
import RecoveryCrypto

struct OpenKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the epoch keys that a bundle seals to you, into its epoch-keys.json.",
        discussion: """
            With that file anybody can check the MACs of these epochs, without your key. Who has an epoch's key can also \
            forge its MACs: give it away only when a head that others keep covers the end of the epoch.
            """
    )

    @Argument(help: ArgumentHelp("The exported bundle, a folder.", valueName: "dir")) var directory: String
    @Option(help: ArgumentHelp("Your X25519 private key: 64 hexadecimal digits on one line.", valueName: "file"))
    var auditorKey: String
    @Option(help: ArgumentHelp("The name under which epoch keys are sealed to you.", valueName: "kid"))
    var auditorKid: String
    @Option(help: ArgumentHelp("The trusted key of the log. Default: the bundle's.", valueName: "file"))
    var vkey: String?
    @Option(help: ArgumentHelp("The last epoch to open. Default: all.", valueName: "epoch")) var through: UInt32 = .max
    @Option(help: ArgumentHelp("A new file instead of the bundle's own.", valueName: "file")) var out: String?

    func run() throws {
        guard let bundle = BundleDirectory(directory) else {
            throw ValidationError("\(directory) is not a folder that can be read.")
        }
        let log = try OptionFile(vkey ?? directory + "/log.vkey").parsed(as: "a vkey line of a log") { VKey(file: $0) }
        let key = try OptionFile(auditorKey).parsed(as: "64 hexadecimal digits") { X25519.PrivateKey(file: $0) }
        let auditor = AuditorKey(kid: auditorKid, key: key)
        let disclosure = EpochKeyDisclosure(of: bundle, log: log, auditor: auditor, through: through)
        guard !disclosure.opened.isEmpty else {
            Terminal.say(
                "recovery-audit: nothing in \(directory) opens for \(auditorKid); look at the key and the name"
            )
            throw ProgramExit.unverifiable
        }
        let path = out ?? directory + "/epoch-keys.json"
        try NewSecretFile.write(disclosure.file, to: path)
        Terminal.answer("\(disclosure.opened.count) epochs opened: \(path)\n")
        if !disclosure.closed.isEmpty {
            Terminal.say("not sealed to \(auditorKid): epochs \(Self.list(disclosure.closed))")
        }
        guard disclosure.broken.isEmpty else {
            Terminal.say("sealed to \(auditorKid), and do not open: epochs \(Self.list(disclosure.broken))")
            throw ProgramExit.tampered
        }
    }

    private static func list(_ epochs: [UInt32]) -> String {
        epochs.prefix(20).map { "\($0)" }.joined(separator: ", ") + (epochs.count > 20 ? ", …" : "")
    }
}

/// A file for its owner alone that was not there before.
enum NewSecretFile {
    static func write(_ bytes: [UInt8], to path: String) throws {
        let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        do throws(SecretFileError) {
            try SecretDirectory(ofFileAt: whole).write(SecretKey(copying: bytes.span), replacing: false)
        } catch .exists {
            throw ValidationError("\(path) exists already.")
        } catch {
            Terminal.say("recovery-audit: \(path) cannot be written (\(error))")
            throw ProgramExit.inputOutput
        }
    }
}
