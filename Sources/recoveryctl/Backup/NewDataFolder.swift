import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryStore

/// A data directory being made under another name, `DIR.draft`, with its head beside it. It takes its name in one step
/// when everything in it is whole and on the disk: until then there is nothing, and what it was made from stays.
struct NewDataFolder {
    let folder: DataFolder
    private let target: DataFolder

    /// Lies in the folder of the head until the data directory has its name.
    private static let mark = "/restoring"

    init(for target: DataFolder) throws {
        self.target = target
        folder = DataFolder(target.root + ".draft")
        discard()
        for path in [folder.root, folder.keys, folder.people, folder.outbox, folder.headFolder, folder.store] {
            try LastingFolder.make(path)
        }
        guard FileManager.default.createFile(atPath: folder.headFolder + Self.mark, contents: nil) else {
            throw Failure(.inputOutput, "no-folder", "\(folder.headFolder) cannot be written")
        }
    }

    /// Refuses a place where something is. The head of a restore that was killed is of no data directory.
    static func requireRoom(for target: DataFolder) throws {
        let files = FileManager.default
        let isLeft = !exists(target.root) && exists(target.headFolder + mark)
        if isLeft { try files.removeItem(atPath: target.headFolder) }
        for path in [target.root, target.headFolder] where exists(path) {
            throw Failure(
                .conflict,
                "exists",
                "\(path) exists already, and nothing is overwritten",
                cure: "choose another place with --to DIR"
            )
        }
    }

    private static func exists(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path)) != nil
    }

    func discard() {
        for path in [folder.root, folder.headFolder] { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Gives both folders their names, the data directory last.
    func publish() throws {
        try Self.requireRoom(for: target)
        let parent = String(target.root[..<(target.root.lastIndex(of: "/") ?? target.root.startIndex)])
        do {
            try FileManager.default.moveItem(atPath: folder.headFolder, toPath: target.headFolder)
            try FileManager.default.moveItem(atPath: folder.root, toPath: target.root)
            try LastingFolder.sync(parent.isEmpty ? "/" : parent)
        } catch {
            throw Failure(
                .inputOutput,
                "no-folder",
                "\(target.root) cannot be given its name",
                cure: "look at its parent"
            )
        }
        try? FileManager.default.removeItem(atPath: target.headFolder + Self.mark)
    }

    private func options(_ installation: Installation) -> StoreOptions {
        StoreOptions(tenant: installation.tenant, clock: SystemClock(), program: "recoveryctl")
    }

    /// Goes on with the log, which lost nothing.
    func `continue`(_ backup: AssembledBackup, from source: RestoreSource, _ journal: [Tombstone]) async throws {
        try backup.store.close()
        try copyKeys(from: source, and: ["epoch.key", "log.vkey", "grant.pub"])
        try DataFolder.copySecret(source.folder.head, to: folder.head)
        try ErasureJournal(path: folder.erasures).create(journal)
        try source.installation.create(in: folder)
        let store = try SQLiteStore.open(
            at: folder.store,
            keys: LogKeys(source.installation, source.keys, folder),
            options: options(source.installation)
        )
        do {
            try await RestoredDesk.noteContinuation(in: store, backup.dataFile.facts.generation)
        } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
    }

    /// Begins a new log, which names the one that ended.
    func begin(
        _ backup: AssembledBackup,
        from source: RestoreSource,
        _ acceptance: RestoreAcceptance,
        _ journal: [Tombstone],
        _ outcome: inout RestoreOutcome
    ) async throws {
        let generations = [backup.dataFile, backup.keysFile].map(\.facts.generation.restores)
        let restores = max(source.installation.restores, generations.max() ?? 0) + 1
        let name = acceptance.origin.map { Origin($0) } ?? source.installation.nextOrigin(restores: restores)
        guard let origin = name, origin != source.installation.origin else {
            throw Failure(
                .usage,
                "not-an-origin",
                "a new log has a name of its own",
                cure: "name it with --origin NAME"
            )
        }
        let prior = try source.lastHead(of: backup)
        guard let priorOrigin = RestoreSource.origin(of: prior) else {
            throw StoreError.corrupt("the last checkpoint names no log")
        }
        try backup.store.exportLog(to: folder.priorLog, of: source.logKeys(of: backup), at: SystemClock().now())
        // Those that the database knows; the others follow with the records of their erasure.
        let stored = Set(try backup.store.tombstones())
        try ErasureJournal(path: folder.erasures).create(journal.filter { stored.contains($0) })
        try backup.store.close()
        try copyKeys(from: source, and: [])
        let installation = source.installation.restored(as: origin, restores: restores)
        try installation.create(in: folder)
        try source.keys.writeVerifiers(of: installation, to: folder)
        let store = try SQLiteStore.begin(
            newOriginAt: folder.store,
            keys: LogKeys(installation, source.keys, folder),
            options: options(installation),
            prior: (priorOrigin, String(decoding: prior, as: UTF8.self))
        )
        do {
            let keyring = try await store.read { try $0.vault.keyring() }
            let desk = RestoredDesk(
                store: store,
                vault: try SubjectVault(
                    tenant: installation.tenant,
                    keyring: keyring,
                    source: source.keys.source,
                    restores: restores
                ),
                clock: SystemClock(),
                origin: origin.text,
                admin: acceptance.admin,
                key: acceptance.key
            )
            let accepted = AcceptedRestore(
                reason: acceptance.reason,
                generation: backup.dataFile.facts.generation,
                restores: restores,
                priorOrigin: priorOrigin.text
            )
            let resumed = try await desk.resume(accepted, journal: journal, leavingOut: acceptance.leavingOut)
            outcome.origin = origin.text
            outcome.restores = restores
            outcome.staff = resumed.staff.map(\.text)
            outcome.leftOut = resumed.leftOut.map(\.text)
            outcome.endedCases = resumed.endedCases.map(\.text)
            outcome.unknownCases = resumed.unknownCases.map(\.text)
        } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
    }

    /// Copies the installation's keys, and in a trial those of its people.
    private func copyKeys(from source: RestoreSource, and others: Set<String>) throws {
        let derived: Set = ["epoch.key", "log.vkey", "grant.pub"]
        for (from, to) in [(source.folder.keys, folder.keys), (source.folder.people, folder.people)] {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: from)) ?? [] {
                guard !name.hasPrefix("."), !derived.contains(name) || others.contains(name) else { continue }
                try DataFolder.copySecret("\(from)/\(name)", to: "\(to)/\(name)")
            }
        }
    }
}
