import AccountRecovery
import ArgumentParser
import RecoveryStore

struct StoreMigrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database of an older program to the version of this one: all of it or nothing.",
        discussion: """
            Older programs then refuse the database, so have a backup. Nothing is written before the log, its head and \
            every key were found right.
            """
    )

    @OptionGroup var global: GlobalOptions

    private struct Answer: Encodable {
        let from: Int32
        let to: Int32
        let position: UInt64?
    }

    func run() async throws {
        let name = try global.actorName
        let done = try await global.open(acceptingOlderVersion: true) { open in
            let session = try await open.signIn(name)
            try await session.desk.requireKeyManagement()
            return try await open.store.migrate(by: name)
        }
        try global.answer(Answer(from: done.from, to: done.to, position: done.position)) {
            if let position = done.position {
                try Terminal.answer("database: version \(done.from) → \(done.to), log position \(position)")
            } else {
                try Terminal.answer("database: version \(done.to), which is this program's; nothing was done")
            }
        }
    }
}
