import AccountRecovery
import ArgumentParser

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Customers: import, enrol, lock, freeze, hold, reveal, erase.",
        subcommands: [
            AccountImport.self, AccountShow.self, AccountEnrol.self, AccountLock.self, AccountFreeze.self,
            AccountLegalHold.self, AccountReveal.self, AccountErase.self,
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
            rows += view.legalHolds.map {
                ["legal hold", "\($0.reason), since \(Moment.dateAndTime($0.since)) UTC, by \($0.by.text)"]
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

extension GlobalOptions {
    /// Tells of a change to an account: old → new, the log position, and what follows.
    func tell(_ change: AccountChange) throws {
        try answer(change) {
            try Terminal.answer("\(change.before) → \(change.after), log position \(change.position)")
            for remark in change.remarks { Terminal.talk("  next: \(remark)") }
        }
    }
}
