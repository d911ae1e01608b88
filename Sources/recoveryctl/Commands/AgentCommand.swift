import AccountRecovery
import ArgumentParser
import Foundation

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Admit staff, revoke their keys, and list them.",
        subcommands: [AgentAdd.self, AgentRevoke.self, AgentList.self]
    )
}

struct AgentAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Admit somebody, on your signature. Makes their key unless they bring one.",
        discussion: "Without --public-key, the key is written to people/NAME.key: fit for a trial."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A name that nobody had before.") var name: StaffName
    @Option(help: "What they may do.") var role: StaffRole
    @Option(help: ArgumentHelp("Their own Ed25519 public key.", valueName: "64 hex digits")) var publicKey: String?

    func run() async throws {
        let view = try await global.atDesk { session in
            let path = session.installation.folder.key(of: name)
            let made = publicKey == nil ? path : nil
            if let made, try await isTaken(made, session) {
                throw Failure(
                    .conflict,
                    "exists",
                    "there is somebody of this name already; names are never given twice",
                    cure: "choose another name"
                )
            }
            let key = try publicKey ?? StaffKey.create(at: path).publicKey
            do {
                let admission = StaffAdmission(name: name, role: role, publicKey: key)
                let statement = try await session.desk.admissionStatement(admission)
                return try await session.desk.admit(statement, signature: session.key.sign(statement, as: session.name))
            } catch {
                // A key that nobody admitted is of no use to anybody.
                if let made { try? FileManager.default.removeItem(atPath: made) }
                throw error
            }
        }
        try global.answer(view) {
            try Terminal.answer(
                "\(view.name.text): none → \(view.role.rawValue), person \(view.person.text)" + view.place
            )
            if publicKey == nil { Terminal.talk("  key: \(try global.folder.key(of: name))") }
            Terminal.talk("  next: \(view.name.text) works with \(global.command(as: view.name.text)) …")
        }
    }
}

extension AgentAdd {
    /// Whether a key lies there because its owner was admitted. One that nobody owns is told of when it is written.
    private func isTaken(_ path: String, _ session: Session) async throws -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return false }
        return try await session.desk.staff().contains { $0.name == name }
    }
}

struct AgentRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a key, on your signature. It signs nothing from then on, and its name is never given again.",
        discussion:
            "Administrators revoke anybody's key, and everybody their own. What it signed before stays on record."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Whose.") var name: StaffName
    @Option(help: "Such as left, key-lost.") var why: String

    func run() async throws {
        let view = try await global.atDesk { session in
            let statement = try await session.desk.revocationStatement(StaffRevocation(name: name, why: why))
            return try await session.desk.revokeKey(statement, signature: session.key.sign(statement, as: session.name))
        }
        try global.answer(view) {
            try Terminal.answer("\(view.name.text): \(view.role.rawValue) → revoked, \(why)" + view.place)
            let list = "\(global.command(as: global.actor)) approval list"
            Terminal.talk("  next: what they approved before counts until it runs out; look at what waits: \(list)")
        }
    }
}

extension StaffView {
    /// Where the log stands after the change, in words.
    fileprivate var place: String { position.map { ", log position \($0)" } ?? "" }
}

struct AgentList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the staff.")

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let staff = try await global.atDesk { try await $0.desk.staff() }
        try global.answer(["staff": staff]) {
            let rows = staff.map {
                [$0.name.text, $0.role.rawValue, $0.isRevoked ? "revoked" : "active", "\($0.publicKey.prefix(16))…"]
            }
            try Terminal.answer(lines: Table.lines([["NAME", "ROLE", "KEY", "PUBLIC KEY"]] + rows))
        }
    }
}
