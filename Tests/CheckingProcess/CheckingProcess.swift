import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryStore

/// A process that checks what it is told on standard input, and then stands still so that its memory can be looked at.
///
///     checking-process DATA LETTERS START FORGET|KEEP
///
/// Letters are appended to the file `LETTERS`, `START` is the second at which its clock begins. With `KEEP` it is a
/// naive handler: everything secret that passes through it stays in a `String`. It says `paused` when it was told to,
/// and goes on with the next order; it says `ready`, with the number of checks, of those that passed and of the keys that it unwrapped, and
/// ends with its input.
@main
struct CheckingProcess {
    enum Fault: Error {
        case usage
        case order(String)
    }

    static func main() async throws {
        // First of all, as in every program of ours.
        let shortfalls = hardenProcess()
        let words = CommandLine.arguments
        guard words.count == 5, let start = Int64(words[3]), ["FORGET", "KEEP"].contains(words[4]) else {
            throw Fault.usage
        }
        guard shortfalls.isEmpty else {
            say("weakened: " + shortfalls.joined(separator: ", "))
            return
        }
        let letters = Letters(in: words[2])
        let clock = SteadyClock(at: start)
        let store = try open(DataFolder(words[1]), clock)
        let desk = try await desk(DataFolder(words[1]), store, clock, letters)
        let phrases = DataFolder(words[1]).root + "/keys/phrase.key"
        let checks = Checks(at: desk, clock, letters, phrases: phrases, keeping: words[4] == "KEEP")
        while let order = Order.next(), order.verb != "end" {
            if order.verb == "pause" { say("paused") } else { try await checks.follow(order) }
        }
        say("ready \(await checks.done) \(await checks.passed) \(await checks.unwrapped)")
        while Order.next() != nil {}
        say("marker \(await checks.marker.count), kept \(await checks.kept.count)")
        try await store.close()
    }

    private static func open(_ folder: DataFolder, _ clock: SteadyClock) throws -> SQLiteStore {
        let installation = try Installation(of: folder)
        let keys = try InstallationKeys(of: folder)
        var options = StoreOptions(tenant: installation.tenant, clock: clock, program: "checking-process")
        options.reserveSize = 4096
        // Moves with the wall clock, so that no step of it is seen.
        options.monotonicMicroseconds = { clock.microseconds() }
        return try SQLiteStore.open(
            at: folder.store,
            keys: LogKeys(
                origin: installation.origin,
                signingKey: keys.log,
                auditors: installation.auditors,
                epochKeyFile: folder.epochKey,
                headFile: folder.head
            ),
            options: options
        )
    }

    private static func desk(
        _ folder: DataFolder,
        _ store: SQLiteStore,
        _ clock: SteadyClock,
        _ letters: Letters
    ) async throws -> RecoveryService {
        let installation = try Installation(of: folder)
        let keys = try InstallationKeys(of: folder)
        let keyring = try await store.read { try $0.vault.keyring() }
        let parts = RecoveryService.Parts(
            store: store,
            directory: EmbeddedDirectory(in: store),
            courier: letters,
            clock: clock,
            vault: try SubjectVault(tenant: installation.tenant, keyring: keyring, source: keys.source),
            grantKey: keys.grants,
            origin: installation.origin.text
        )
        guard let mia = StaffName("mia"), let member = try await store.read({ try $0.record(StaffMember.self, "mia") })
        else { throw Fault.usage }
        return RecoveryService(parts, caller: try StaffKey(readingFrom: folder.key(of: mia)).signIn(as: member))
    }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
