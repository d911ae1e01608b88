import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryAudit

struct AuditorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auditor",
        abstract: "Those to whom the log is sealed: list, add, and retire them.",
        subcommands: [AuditorList.self, AuditorAdd.self, AuditorRetire.self]
    )
}

struct AuditorList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the auditors.")

    @OptionGroup var global: GlobalOptions

    private struct Answer: Encodable {
        let auditors: [[String: String]]
        let retired: [String]
    }

    func run() throws {
        let installation = try Installation(of: global.folder)
        let auditors = installation.auditorKeys.map { ["name": $0.name, "public_key": $0.publicKey] }
        try global.answer(Answer(auditors: auditors, retired: installation.retired)) {
            var rows = [["NAME", "STATE", "PUBLIC KEY"]]
            rows += installation.auditorKeys.map { [$0.name, "active", "\($0.publicKey.prefix(16))…"] }
            rows += installation.retired.map { [$0, "retired", ""] }
            try Terminal.answer(lines: Table.lines(rows))
        }
    }
}

struct AuditorAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Seal the log to one auditor more, from the next command on. Makes their key unless they bring one.",
        discussion: """
            Without --public-key, the key is written to people/NAME.auditor-key: fit for a trial. What was logged before \
            stays closed to them until an auditor who was there opens it: recovery-audit open-keys.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A name that no auditor had before.") var name: StaffName
    @Option(help: ArgumentHelp("Their own X25519 public key.", valueName: "64 hex digits")) var publicKey: String?

    func run() async throws {
        let answer = try await global.atDesk { session in
            let folder = session.installation.folder
            // Before a key is made that nobody could use.
            try session.installation.installation.requireRoom(for: name)
            let made = publicKey == nil ? folder.auditorKey(of: name) : nil
            let key = try publicKey ?? Installation.makeAuditorKey(at: folder.auditorKey(of: name))
            do {
                let changed = try session.installation.installation.adding(name, publicKey: key)
                return try await AuditorChange(to: changed, session)
            } catch {
                // A key to which nothing is sealed is of no use to anybody.
                if let made { try? FileManager.default.removeItem(atPath: made) }
                throw error
            }
        }
        try global.answer(answer) {
            try Terminal.answer("\(name.text): none → auditor, log position \(answer.position)")
            if publicKey == nil { Terminal.talk("  key: \(try global.folder.auditorKey(of: name))") }
            Terminal.talk("  next: what was logged before: an auditor who was there: recovery-audit open-keys BUNDLE")
        }
    }
}

struct AuditorRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Seal the log to an auditor no more, from the next command on.",
        discussion:
            "They keep what they could open before. The last auditor cannot be retired; a name is never given again."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Whom.") var name: StaffName

    func run() async throws {
        let answer = try await global.atDesk { session in
            let changed = try session.installation.installation.retiring(name)
            return try await AuditorChange(to: changed, session)
        }
        try global.answer(answer) {
            try Terminal.answer("\(name.text): auditor → retired, log position \(answer.position)")
        }
    }
}

/// The auditors from now on, recorded and then written to the file.
private struct AuditorChange: Encodable {
    let auditors: [String]
    let position: UInt64

    init(to changed: Installation, _ session: Session) async throws {
        position = try await session.desk.recordAuditors(of: changed)
        do {
            try changed.replace(in: session.installation.folder)
        } catch {
            throw Failure(
                .inputOutput,
                "not-applied",
                "the log has the change, and the installation's file has not: \(error)",
                cure: "make room or mend the folder, and give the command again"
            )
        }
        auditors = changed.auditors.map(\.kid)
    }
}
