import AccountRecovery
import ArgumentParser

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "The keys of the vault: list, make, rotate, retire, destroy, copy and divide them.",
        discussion: """
            pii opens values, match compares claims, auth holds second factors, sys holds the keys of indexes and backups; \
            tsk, bik, bkk, ahk and psk are wrapped under auth and sys. Docs/Specs/vault.md §3 says what each is for.
            """,
        subcommands: [
            KeyList.self, KeyCeremonyCommand.self, KeyRotate.self, KeyRenew.self, KeyRetire.self, KeyDestroy.self,
            KeyExportCommand.self, KeyCheck.self, KeyShareCommand.self, KeyCombine.self,
        ]
    )
}

struct KeyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List every version of every key, with its check value and what hangs on it."
    )

    @OptionGroup var global: GlobalOptions

    private struct Answer: Encodable {
        let keys: [KeyView]
    }

    func run() async throws {
        let keys = try await global.atDesk { try await $0.desk.keys() }
        try global.answer(Answer(keys: keys)) {
            var rows = [["KEY", "VERSION", "STATE", "CHECK VALUE", "MADE", "WRAPS", "FROM"]]
            rows += keys.map { key in
                var wraps = key.wraps.map { "\($0) keys" } ?? ""
                if key.quarantined > 0 { wraps += ", \(key.quarantined) in quarantine" }
                return [
                    key.key, "\(key.version)", key.state, key.kcv, Moment.dateAndTime(key.created), wraps,
                    key.provider ?? "",
                ]
            }
            try Terminal.answer(lines: Table.lines(rows))
        }
    }
}

struct KeyRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Let a new version of a key take over, and wrap anew whatever the old one wraps.",
        discussion: """
            Takes the version that a ceremony prepared, or makes one. Goes on where an earlier attempt was cut short. No \
            value changes: keys of customers are wrapped anew, and the desk works on meanwhile.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Which key.") var key: ManagedKey
    @Option(help: ArgumentHelp("Keys in one transaction: fewer let other work go first more often.", valueName: "n"))
    var batch = KeyRotation.usualBatch

    private struct Answer: Encodable {
        let key: String
        let from: UInt32
        let to: UInt32
        let rewrapped: UInt64
        let quarantined: Int
        let retired: Bool
        let position: UInt64
    }

    func validate() throws {
        guard (1...10_000).contains(batch) else { throw ValidationError("--batch is a number from 1 to 10000") }
    }

    func run() async throws {
        let answer = try await global.atDesk { session in
            let rotation = try await session.desk.beginRotation(of: key, inBatchesOf: batch)
            if rotation.isResumed { Terminal.talk("  going on with a rotation that was cut short") }
            let progress = Progress(of: rotation.count, "keys")
            defer { progress.end() }
            var step = try await session.desk.rotateBatch(rotation, isFirst: true)
            let before = step.done
            while !step.isFinished {
                step = try await session.desk.rotateBatch(rotation, isFirst: false)
                progress.show(Int(clamping: step.done - before))
            }
            return Answer(
                key: key.rawValue,
                from: rotation.from,
                to: rotation.to,
                rewrapped: step.done,
                quarantined: step.quarantined,
                retired: step.isRetired,
                position: step.position
            )
        }
        try global.answer(answer) { try tell(answer) }
    }

    private func tell(_ answer: Answer) throws {
        try Terminal.answer(
            "key \(answer.key): version \(answer.from) → \(answer.to), \(answer.rewrapped) keys wrapped anew, "
                + "log position \(answer.position)"
        )
        if answer.quarantined > 0 {
            Terminal.talk("  \(answer.quarantined) keys could not be unwrapped and lie in quarantine")
            Terminal.talk("  → version \(answer.from) stays until they are restored from a backup, or erased")
        } else if answer.retired {
            Terminal.talk("  version \(answer.from) is retired; once no backup needs it:")
            Terminal.talk("  next: \(global.command(as: global.actor)) key destroy \(answer.key) \(answer.from)")
        }
    }
}
