import AccountRecovery
import ArgumentParser

struct KeyRenew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Give one customer, or all of them, new keys of their own, and seal everything of theirs again.",
        discussion: """
            After a theft of the database with a key of a role. The old keys stay as long as a backup of data needs them. \
            Goes on where an earlier attempt at all was cut short.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var input: AccountInput
    @Argument(help: "The reference.") var account: String?
    @Flag(help: "Every customer.") var all = false

    private struct Answer: Encodable {
        let renewed: UInt64
        let failed: Int
        let position: UInt64
    }

    func run() async throws {
        let answer = all ? try await renewAll() : try await renewOne()
        try global.answer(answer) {
            try Terminal.answer("\(answer.renewed) customers have new keys, log position \(answer.position)")
            guard answer.failed > 0 else { return }
            Terminal.talk("  \(answer.failed) keep the keys they have: something of theirs cannot be opened")
            Terminal.talk("  next: \(global.command()) audit show --event x.vault.quarantine")
        }
    }

    private func renewOne() async throws -> Answer {
        let reference = try input.reference(account)
        return try await global.atDesk { session in
            Answer(renewed: 1, failed: 0, position: try await session.desk.renewSubjectKeys(of: reference))
        }
    }

    private func renewAll() async throws -> Answer {
        try await global.atDesk { session in
            let renewal = try await session.desk.beginSubjectKeyRenewal()
            if renewal.isResumed { Terminal.talk("  going on where an attempt was cut short") }
            let progress = Progress(of: renewal.count, "customers")
            defer { progress.end() }
            var step = try await session.desk.renewSubjectKeys(renewal, isFirst: true)
            var failed = step.quarantined
            while !step.isFinished {
                step = try await session.desk.renewSubjectKeys(renewal, isFirst: false)
                failed += step.quarantined
                progress.show(Int(clamping: step.done))
            }
            return Answer(renewed: step.done, failed: failed, position: step.position)
        }
    }
}
