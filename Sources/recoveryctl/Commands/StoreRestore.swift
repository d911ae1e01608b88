import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryAudit
import RecoveryStore

struct StoreRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a new data directory of a data file, a key file, and the journal of erasures.",
        discussion: """
            The data directory named by --data gives the keys and the outside head, and stays as it is. Whoever the journal \
            says was erased stays erased.

            A backup that is older than the outside head is refused (exit 17). With --accept-restore an administrator \
            answers for what is lost: a new log begins, which names the old one; staff are admitted again on the \
            administrator's signature; open cases end.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: ArgumentHelp("data-N.rvb.", valueName: "file")) var dataFile: String
    @Option(help: ArgumentHelp("keys-N.rvb: of the same backup or newer, normally the newest.", valueName: "file"))
    var keysFile: String
    @Option(help: ArgumentHelp("The journal of erasures. Default: the one beside the outside head.", valueName: "file"))
    var journal: String?
    @Option(help: ArgumentHelp("The new data directory.", valueName: "dir")) var to: String?
    @Flag(help: "Try everything in memory, write nothing.") var check = false
    @Option(help: ArgumentHelp("Accept that records are lost. The word is kept.", valueName: "reason"))
    var acceptRestore: String?
    @Option(help: ArgumentHelp("The name of the new log. Default: the old one and /restore-N.", valueName: "name"))
    var origin: String?
    @Option(help: ArgumentHelp("Staff who are not admitted again. May be repeated.", valueName: "name"))
    var leaveOut: [StaffName] = []
    @Option(help: ArgumentHelp("A folder in memory to work in. Default: /dev/shm.", valueName: "dir"))
    var scratch: String?

    func validate() throws {
        guard check != (to != nil) else {
            throw ValidationError("Name a new data directory with --to, or try it with --check.")
        }
    }

    func run() async throws {
        let source = try RestoreSource(of: global.folder)
        let request = try acceptance(source)
        let target = to.map { DataFolder(absolutePath(of: $0)) }
        if let target { try NewDataFolder.requireRoom(for: target) }
        let scratch = try check ? Scratch(in: scratch.map(absolutePath), tenant: source.installation.tenant) : nil
        let draft = try target.map { try NewDataFolder(for: $0) }
        do {
            let outcome = try await restore(source, request, in: draft, scratch)
            try draft?.publish()
            try tell(outcome, target)
            if outcome.isRefused { throw Exit.rollback }
        } catch {
            draft?.discard()
            throw error
        }
    }

    /// Who answers for it, if anybody does.
    private func acceptance(_ source: RestoreSource) throws -> RestoreAcceptance? {
        guard let acceptRestore else {
            guard origin == nil, leaveOut.isEmpty else {
                throw Failure(.usage, "not-accepted", "--origin and --leave-out go with --accept-restore")
            }
            return nil
        }
        guard AcceptedRestore.isReason(acceptRestore) else {
            throw Failure(
                .usage,
                "not-a-reason",
                "a reason is small letters, digits and hyphens, such as disk-lost"
            )
        }
        let name = try global.actorName
        let key = try StaffKey(readingFrom: source.folder.key(of: name))
        return RestoreAcceptance(
            reason: acceptRestore,
            admin: name,
            key: key,
            origin: origin,
            leavingOut: Set(leaveOut)
        )
    }

    private func restore(
        _ source: RestoreSource,
        _ acceptance: RestoreAcceptance?,
        in draft: NewDataFolder?,
        _ scratch: Scratch?
    ) async throws -> RestoreOutcome {
        let keys = try BackupKeys(tenant: source.installation.tenant, source: source.keys.source)
        let erasures = try source.journal(journal.map(absolutePath))
        let backup = try AssembledBackup(
            BackupFile(absolutePath(of: dataFile), keys: keys),
            BackupFile(absolutePath(of: keysFile), keys: keys),
            without: erasures,
            in: draft?.folder.store ?? scratch?.folder ?? "",
            keys: keys,
            of: source.installation,
            source: source.keys.source
        )
        try source.require(erasures, toCover: backup)
        let opened = try backup.openSample(of: source.installation, source: source.keys.source)
        let lost = try source.whatIsLost(by: backup, erasures)
        var outcome = RestoreOutcome(backup, opened: opened, lost: lost)
        if let acceptance {
            try backup.store.read { try RestoredDesk.requireAdmin(acceptance.admin, key: acceptance.key, in: $0) }
        }
        guard let draft else {
            outcome.isRefused = !lost.isEmpty && acceptance == nil
            return outcome
        }
        guard lost.isEmpty || acceptance != nil else {
            throw Failure(
                .rollback,
                "rollback",
                "this backup is not where the log stood: \(lost.joined(separator: "; "))",
                cure: "take a newer backup, or have an administrator answer for it: --as NAME --accept-restore REASON"
            )
        }
        if let acceptance, !lost.isEmpty {
            try await draft.begin(backup, from: source, acceptance, erasures, &outcome)
        } else {
            try await draft.continue(backup, from: source, erasures)
        }
        return outcome
    }

    private func tell(_ outcome: RestoreOutcome, _ target: DataFolder?) throws {
        try global.answer(outcome) {
            let words = outcome.isRefused ? "would be refused without --accept-restore" : "can be restored"
            let head = target.map { "restored to \($0.root)" } ?? "nothing was written; this backup \(words)"
            try Terminal.answer(head)
            try Terminal.answer(lines: Table.lines(outcome.lines))
            for line in outcome.advice(target) { Terminal.talk("  \(line)") }
        }
    }
}
