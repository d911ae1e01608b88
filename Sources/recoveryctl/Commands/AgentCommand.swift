import AccountRecovery
import ArgumentParser
import Foundation

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Admit staff, and list them.",
        subcommands: [AgentAdd.self, AgentList.self]
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
            try Terminal.answer("\(view.name.text): none → \(view.role.rawValue), person \(view.person.text)")
            if publicKey == nil { Terminal.talk("  key: \(try global.folder.key(of: name))") }
            Terminal.talk("  next: \(view.name.text) works with \(global.command(as: view.name.text)) …")
        }
    }
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
