import AccountRecovery
import ArgumentParser

struct ConnectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connector",
        abstract: "The systems outside: directory and couriers.",
        subcommands: [ConnectorReconcile.self, ConnectorDeliver.self]
    )
}

struct ConnectorReconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract:
            "Compare every change in the directory with what was ordered. Exits 1 if somebody went round the policy."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let found = try await global.atDesk { try await $0.desk.reconcile() }
        try global.answer(found) {
            try Terminal.answer(
                "compared \(found.changes) changes, orphans \(found.orphans.count), log position \(found.position)"
            )
            let rows = found.orphans.map { ["ORPHAN", "change \($0.number)", $0.action, "subject \($0.subject.text)"] }
            try Terminal.answer(lines: Table.lines(rows))
            guard !found.orphans.isEmpty else { return }
            Terminal.talk("  next: nobody ordered these; lock the accounts, and ask who can write to the directory")
        }
        if !found.orphans.isEmpty { throw Exit.failed }
    }
}

struct ConnectorDeliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver",
        abstract: "Deliver the notices that wait in the outbox."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let count = try await global.atDesk { try await $0.desk.deliverNotices() }
        try global.answer(["delivered": count]) { try Terminal.answer("delivered \(count)") }
    }
}
