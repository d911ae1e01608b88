import AccountRecovery
import ArgumentParser
import RecoveryPolicy

struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case",
        abstract: "Open cases, gather evidence, decide, restore.",
        subcommands: [
            CaseOpen.self, CaseList.self, CaseShow.self, CaseGuide.self, CaseCheck.self, CaseDecide.self,
            CaseRestore.self, CaseRevoke.self, CaseCancel.self, CaseNote.self,
        ]
    )
}

struct CaseOpen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Open a case for an account. Nothing changes on the account.",
        discussion: """
            Who does not know the reference gives an address or a number. What nobody has, and what several customers have, \
            opens a case as well, in which every check fails: the answer does not tell.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var input: ClaimInput
    @Argument(help: "The reference under which the customer is known.") var account: String?
    @Option(help: "What is asked for.") var purpose: Purpose
    @Option(help: "How the caller came.") var channel: Channel

    func run() async throws {
        let claim = try input.claim(account)
        let change = try await global.atDesk { session in
            try await session.desk.openCase(OpenCase(claim: claim, purpose: purpose, channel: channel))
        }
        try global.answer(change) {
            let text = CaseText(view: change.recoveryCase, global: global)
            try Terminal.answer(global.paint.bold(text.header))
            try Terminal.answer("  none → \(change.recoveryCase.state.rawValue), log position \(change.position)")
            for line in text.next { Terminal.talk("  next: \(line)") }
            let guided = "\(global.command(as: global.actor)) case work \(change.recoveryCase.name.text)"
            Terminal.talk("  or step by step: \(guided)")
        }
    }
}

struct CaseList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List cases, the newest first.")

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Those that are over, too.") var all = false

    func run() async throws {
        let cases = try await global.atDesk { try await $0.desk.cases(includingEnded: all) }
        try global.answer(["cases": cases]) {
            guard !cases.isEmpty else { return Terminal.talk("no case is open") }
            let rows = cases.map { CaseText(view: $0, global: global).row }
            try Terminal.answer(lines: Table.lines([CaseText.columns] + rows))
        }
    }
}

struct CaseShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show where a case stands.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Such as C-7F3KQ2M9XA.") var name: CaseID

    func run() async throws {
        let view = try await global.atDesk { try await $0.desk.recoveryCase(name) }
        try global.answer(view) {
            let text = CaseText(view: view, global: global)
            try Terminal.answer(lines: text.lines)
            for line in text.next { Terminal.talk("  next: \(line)") }
        }
    }
}

struct CaseRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take a recovery back: the account is locked again. Needs no approval."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The case.") var name: CaseID

    func run() async throws {
        let change = try await global.atDesk { try await $0.desk.revoke(name) }
        try global.answer(change) { try global.tell(change, with: ["the account is locked, its owner is told"]) }
    }
}

struct CaseCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a case before anything was changed."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The case.") var name: CaseID

    func run() async throws {
        let change = try await global.atDesk { try await $0.desk.cancel(name) }
        try global.answer(change) { try global.tell(change) }
    }
}
