import AccountRecovery
import ArgumentParser
import RecoveryAudit

struct AccountErase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Destroy the keys of a customer's data, for good. The log stays verifiable.",
        discussion: """
            Private values of the log, such as notes, are deleted with it, on your signature, which the log keeps with the \
            list of what is gone. A legal hold forbids it: recoveryctl account legal-hold.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var input: AccountInput
    @Argument(help: "The reference.") var account: String?
    @Option(help: "Why, in a word that the log keeps.") var basis = "art17"
    @Option(help: ArgumentHelp("The reference once more, where nobody can be asked.", valueName: "account"))
    var confirm: String?

    func run() async throws {
        let reference = try input.reference(account)
        try requireConfirmation(of: reference)
        let change = try await global.atDesk { session in
            let proposal = try await session.desk.erasureProposal(reference, basis: basis)
            guard !proposal.parts.isEmpty else { return try await session.desk.erase(reference) }
            tell(proposal, session.name)
            return try await session.desk.erase(reference, session.key.sign(proposal, as: session.name))
        }
        try global.tell(change)
        if !global.json, let certificate = change.shredding { try tell(certificate) }
    }

    /// The certificate in words, with the date until which it is still personal data.
    private func tell(_ certificate: ShreddingCertificate) throws {
        let rows = [
            ["subject", certificate.subject.text], ["tombstone", certificate.tombstone],
            ["record", "\(certificate.record) of \(certificate.log)"],
            ["erased", "\(Moment.dateAndTime(certificate.erasedAt)) UTC"],
            [
                "beyond recovery",
                "from \(Moment.dateAndTime(certificate.unrecoverableFrom)) UTC, when the last key file of before is "
                    + "destroyed, at \(certificate.keyFileDays) days",
            ],
        ]
        try Terminal.answer(lines: Table.lines(rows))
        Terminal.talk("  until then it is still personal data: key files made before now open older backups of it")
        Terminal.talk("  next: copy \(try global.folder.erasures) off this machine")
    }

    /// Says what is about to be signed.
    private func tell(_ proposal: ErasureProposal, _ name: StaffName) {
        Terminal.talk("\(name.text) signs that these are erased, as \(proposal.name.text), basis \(proposal.basis):")
        for field in proposal.parts.flatMap(\.fields) { Terminal.talk("  record \(field.seq)  \(field.name)") }
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

struct AccountLegalHold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "legal-hold",
        abstract: "Forbid that an account is erased, or allow it again. Both are on record.",
        discussion:
            "A hold has a reason, and each reason is lifted by itself. Whoever lifts one cannot erase the account."
    )

    enum Turn: String, ExpressibleByArgument, CaseIterable {
        case on, off
    }

    @OptionGroup var global: GlobalOptions
    @OptionGroup var input: AccountInput
    @Argument(help: "on or off.") var turn: Turn
    @Argument(help: "The reference.") var account: String?
    @Option(help: "Which matter, such as court-order.") var reason: String

    func run() async throws {
        let reference = try input.reference(account)
        let change = try await global.atDesk { session in
            switch turn {
            case .on: try await session.desk.placeLegalHold(reference, reason: reason)
            case .off: try await session.desk.liftLegalHold(reference, reason: reason)
            }
        }
        try global.tell(change)
    }
}
