import AccountRecovery
import ArgumentParser

struct ApprovalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approval",
        abstract: "See what waits for an approval, and sign or deny it with your own key.",
        subcommands: [ApprovalList.self, ApprovalGrant.self, ApprovalDeny.self]
    )
}

struct ApprovalList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the cases that wait.")

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let cases = try await global.atDesk { try await $0.desk.approvals() }
        try global.answer(["cases": cases]) {
            guard !cases.isEmpty else { return Terminal.talk("nothing waits for an approval") }
            let rows = cases.map { CaseText(view: $0, global: global).row }
            try Terminal.answer(lines: Table.lines([CaseText.columns] + rows))
        }
    }
}

struct ApprovalGrant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Sign that a case may be granted as it stands. Whoever worked on it cannot."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The case.") var name: CaseID

    func run() async throws {
        try await global.sign(name, approving: true)
    }
}

struct ApprovalDeny: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny",
        abstract: "Sign that a case shall not be granted. That ends it."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The case.") var name: CaseID

    func run() async throws {
        try await global.sign(name, approving: false)
    }
}

extension GlobalOptions {
    /// Has the case shown, signs what was shown, and hands the statement in.
    fileprivate func sign(_ name: CaseID, approving: Bool) async throws {
        let (request, change) = try await atDesk { session in
            let request = try await session.desk.approvalRequest(name)
            let statement = session.key.sign(request, approving: approving, as: session.name)
            return (request, try await session.desk.approve(statement))
        }
        try answer(change) {
            let signed = approving ? paint.green("APPROVED") : paint.red("DENIED")
            try tell(
                change,
                with: [
                    "\(signed) by \(actor ?? ""), signed with their own key",
                    "signed: \(request.actions.joined(separator: ", ")); case version "
                        + "\(request.recoveryCase.version), digest \(request.digest.prefix(16))…",
                ]
            )
        }
    }
}
