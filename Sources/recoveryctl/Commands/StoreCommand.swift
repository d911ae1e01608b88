import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryStore

struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Back the store up, verify backups, restore one; bring a database to this version.",
        discussion: """
            A backup is two files: data without any customer's key, which may be kept for years, and the keys, which are kept \
            for a month and never beside the data. Whoever is erased is gone from both when the last older key file is.
            """,
        subcommands: [StoreBackup.self, StoreVerify.self, StoreRestore.self, StoreMigrate.self]
    )
}

struct StoreBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write data-N.rvb and keys-N.rvb, sealed, into two folders. It is recorded.",
        discussion: """
            Copy the journal of erasures, NAME.head/erasures beside the data directory, off the machine as well: a restore \
            wants it. Keys of the roles are in no backup.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: ArgumentHelp("A folder for the data file.", valueName: "dir")) var dataTo: String
    @Option(help: ArgumentHelp("Another folder, on another machine, for the key file.", valueName: "dir"))
    var keysTo: String
    @Option(help: ArgumentHelp("A folder in memory to work in. Default: /dev/shm.", valueName: "dir"))
    var scratch: String?

    private struct Answer: Encodable {
        let dataFile: String
        let keysFile: String
        let generation: UInt64
        let bytes: Int
        let rows: [String: Int]
        let keys: Int
        let erasures: Int
        /// Unix seconds: the key file is to be destroyed then.
        let keysExpire: Int64
    }

    func run() async throws {
        let progress = BackupProgress(isTalking: !global.json)
        let (report, days) = try await global.atLog { open, name in
            let keyring = try await open.store.read { try $0.vault.keyring() }
            let report = try await open.store.backUp(
                dataFolder: absolutePath(of: dataTo),
                keysFolder: absolutePath(of: keysTo),
                scratch: Scratch(in: scratch.map(absolutePath), tenant: open.installation.tenant),
                keys: BackupKeys(tenant: open.installation.tenant, keyring: keyring, source: open.keys.source),
                restores: open.installation.restores,
                actor: name?.text ?? "operator",
                progress: { progress.tell($0, of: $1) }
            )
            return (report, open.installation.keyFileDays)
        }
        let answer = Answer(
            dataFile: report.dataFile,
            keysFile: report.keysFile,
            generation: report.generation.rawValue,
            bytes: report.byteCount,
            rows: report.manifest.rows,
            keys: report.keys,
            erasures: report.manifest.tombstones.count,
            keysExpire: report.created + days * 86_400
        )
        try global.answer(answer) {
            try Terminal.answer("backup of generation \(report.generation), \(report.byteCount) bytes")
            try Terminal.answer("  data \(report.dataFile)")
            try Terminal.answer("  keys \(report.keysFile), \(report.keys) keys; destroy it after \(days) days")
            let files = "\(quoted(report.dataFile)) \(quoted(report.keysFile))"
            Terminal.talk("  next: move the key file to another machine, and copy \(try global.folder.erasures)")
            Terminal.talk("  try them: \(global.command()) store verify \(files)")
        }
    }
}

/// Says on standard error how far it is: at most a hundred times, and nothing for what is done at once.
final class BackupProgress {
    private let isTalking: Bool
    private let start = ContinuousClock.now
    private var last = ContinuousClock.now

    init(isTalking: Bool) {
        self.isTalking = isTalking
    }

    func tell(_ done: Int, of total: Int?) {
        let now = ContinuousClock.now
        guard isTalking, now - last >= (Terminal.isTalkOnTerminal ? .seconds(1) : .seconds(10)) else { return }
        last = now
        let seconds = max(1, Int((now - start).components.seconds))
        let speed = done / seconds >> 20
        guard let total, total > 0 else { return Terminal.talk("  \(done >> 20) MiB, \(speed) MiB/s") }
        let left = (total - done) * seconds / max(1, done)
        Terminal.talk("  \(done >> 20) of \(total >> 20) MiB, \(speed) MiB/s, \(left) s left")
    }
}
