import AccountRecovery
import ArgumentParser

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Customers: import, enrol, lock, freeze, erase.",
        subcommands: [
            AccountImport.self, AccountShow.self, AccountEnrol.self, AccountLock.self, AccountFreeze.self,
            AccountErase.self,
        ]
    )
}

struct AccountShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what is locked and held. Nothing personal is shown."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var input: AccountInput
    @Argument(help: "The reference.") var account: String?

    func run() async throws {
        let reference = try input.reference(account)
        let view = try await global.atDesk { try await $0.desk.account(reference) }
        try global.answer(view) {
            var rows = [
                ["subject", view.subject.text],
                ["state", (view.lockReason.map { "locked: \($0)" } ?? "open") + (view.isFrozen ? ", frozen" : "")],
                ["factors", view.factors.isEmpty ? "none" : view.factors.joined(separator: ", ")],
                ["saved codes", "\(view.savedCodesLeft) left"],
                ["open cases", view.openCases.isEmpty ? "none" : view.openCases.map(\.text).joined(separator: ", ")],
            ]
            rows += view.holds.map {
                ["hold", "\($0.scopes.joined(separator: ", ")) until \(Moment.dateAndTime($0.until)) UTC"]
            }
            try Terminal.answer(lines: Table.lines(rows))
        }
    }
}

struct AccountLock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "lock", abstract: "Lock an account, with the reason.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var input: AccountInput
    @Argument(help: "The reference.") var account: String?
    @Option(help: "Such as failed-attempts, inactivity, fraud, compliance.") var reason: String

    func run() async throws {
        let reference = try input.reference(account)
        let change = try await global.atDesk { try await $0.desk.lock(reference, reason: reason) }
        try global.tell(change)
    }
}

struct AccountFreeze: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze",
        abstract: "Freeze an account at once, on one right code from its owner's authenticator."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var input: AccountInput
    @OptionGroup var code: CodeInput
    @Argument(help: "The reference.") var account: String?

    func validate() throws {
        guard !code.codeStdin || !input.accountStdin else {
            throw ValidationError("Standard input holds one secret: use --code-file beside --account-stdin.")
        }
    }

    func run() async throws {
        let reference = try input.reference(account)
        let typed = try code.read("Code as the caller says it: ", global)
        let change = try await global.atDesk { try await $0.desk.freeze(reference, totp: typed) }
        try global.tell(change)
    }
}

struct AccountErase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Destroy the keys of a customer's data, for good. The log stays verifiable."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var input: AccountInput
    @Argument(help: "The reference.") var account: String?
    @Option(help: ArgumentHelp("The reference once more, where nobody can be asked.", valueName: "account"))
    var confirm: String?

    func run() async throws {
        let reference = try input.reference(account)
        try requireConfirmation(of: reference)
        let change = try await global.atDesk { try await $0.desk.erase(reference) }
        try global.tell(change)
    }

    private func requireConfirmation(of reference: SecretText) throws {
        guard confirm != nil || global.mayAsk else {
            throw Failure(
                .usage,
                "not-confirmed",
                "this cannot be taken back",
                cure: "name the account once more: --confirm ACCOUNT"
            )
        }
        let typed = Array(try (confirm ?? Terminal.ask("This cannot be taken back. Type the account: ")).utf8)
        guard reference.lend(to: { span in span.indices.map { span[$0] } }) == typed else {
            throw Failure(.usage, "not-confirmed", "that is another name; nothing was changed")
        }
    }
}

extension GlobalOptions {
    /// Tells of a change to an account: old → new, the log position, and what follows.
    func tell(_ change: AccountChange) throws {
        try answer(change) {
            try Terminal.answer("\(change.before) → \(change.after), log position \(change.position)")
            for remark in change.remarks { Terminal.talk("  next: \(remark)") }
        }
    }
}
