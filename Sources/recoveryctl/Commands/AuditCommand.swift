import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryAudit
import RecoveryStore

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "The log: show, tell, verify, prove, export, disclose, and have it witnessed.",
        subcommands: [
            AuditShow.self, AuditStory.self, AuditVerify.self, AuditProve.self, AuditExport.self, AuditHead.self,
            AuditAnchor.self, AuditDisclose.self,
        ]
    )
}

struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify the log where it lies, as an auditor would, against its outside head.",
        discussion:
            "Exits 0 if it is intact, 1 if it was tampered with, 2 if it is incomplete, 3 if that cannot be found out."
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: ArgumentHelp("An auditor's private key: then the MACs are checked, too.", valueName: "file"))
    var auditorKey: String?
    @Option(help: ArgumentHelp("The auditor's name.", valueName: "kid")) var auditorKid: String?

    func validate() throws {
        guard (auditorKey == nil) == (auditorKid == nil) else {
            throw ValidationError("--auditor-key and --auditor-kid go together.")
        }
    }

    func run() async throws {
        let verdict = try await global.atLog { open, _ in
            var options = VerificationOptions(now: open.parts.clock.now())
            options.heads = FileManager.default.contents(atPath: open.folder.head).map { [[UInt8]($0)] } ?? []
            if let auditorKey, let auditorKid {
                options.auditor = try AuditorKey(kid: auditorKid, readingFrom: absolutePath(of: auditorKey))
            }
            return try await open.store.verifyLog(options)
        }
        let text = global.json ? String(decoding: verdict.json, as: UTF8.self) : verdict.text
        try Terminal.answer(text.trimmingCharacters(in: .newlines))
        guard let exit = Exit(rawValue: verdict.outcome.exitCode) else { throw Exit.fault }
        if exit != .done { throw exit }
    }
}

struct AuditExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Export the log for auditors, into a new folder. The export is recorded.",
        discussion: "The folder also holds verify.py, a second verifier that needs nothing but Python and openssl."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A folder that does not exist.") var directory: String
    @Flag(help: "Open every private value, such as notes, into private.jsonl. For administrators and auditors.")
    var withPrivate = false

    private struct Answer: Encodable {
        let bundle: String
        let records: UInt64
    }

    func run() async throws {
        let path = absolutePath(of: directory)
        let count = try await global.atLog { open, name in
            var opening: (@Sendable ([SealedPrivateRow], any StoreReader) throws -> [PrivateRow])?
            if withPrivate {
                let opener = try await open.signIn(global.actorName).desk.privateOpener()
                opening = { try opener.open($0, in: $1) }
            }
            return try await open.store.exportBundle(
                to: path,
                actor: name?.text ?? "operator",
                beside: ["verify.py": PackageResources.verify_py],
                opening: opening
            )
        }
        try global.answer(Answer(bundle: path, records: count)) {
            try Terminal.answer("exported \(count) records to \(path)")
            let keys = "--auditor-key FILE --auditor-kid NAME"
            Terminal.talk("  next: an auditor: recovery-audit verify \(quoted(path)) \(keys)")
            Terminal.talk("  or, with Python and openssl alone: python3 \(quoted(path + "/verify.py")) \(keys)")
        }
    }
}
