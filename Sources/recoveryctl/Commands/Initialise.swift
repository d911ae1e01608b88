import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryAudit
import RecoveryStore

struct Initialise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a data directory: keys, an empty store, the log's first record, its outside head.",
        discussion: "Refused where one exists. Signing keys of the first administrator and the auditors go to people/."
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: ArgumentHelp("The log's name in the world, such as recovery.example/demo.", valueName: "name"))
    var origin: String
    @Option(help: "The first administrator.") var admin: StaffName
    @Option(help: "Somebody who can check the log. May be repeated.") var auditor: [StaffName]
    @Option(help: ArgumentHelp("The policy to put in force. Default: the standard one.", valueName: "file"))
    var policy: String?

    private struct Answer: Encodable {
        let data: String
        let origin: String
        let admin: StaffName
        let auditors: [StaffName]
    }

    func run() async throws {
        let folder = try global.folder
        let text = try policy.map(PolicyFile.text(of:)) ?? PolicyFile.standard
        try Self.requireNothing(at: folder)
        do {
            try await make(folder, policy: text)
        } catch {
            // Nothing was recorded yet, so what was begun is of no use, and in the way of the next attempt.
            try? FileManager.default.removeItem(atPath: folder.root)
            try? FileManager.default.removeItem(atPath: folder.headFolder)
            throw error
        }
        try global.answer(Answer(data: folder.root, origin: origin, admin: admin, auditors: auditor)) {
            try Terminal.answer("none → an installation in \(folder.root), log \(origin)")
            Terminal.talk("  keys of people: \(folder.people)  (0600; in earnest, move each to its owner)")
            Terminal.talk("  outside head:   \(folder.head)  (back it up apart from the data)")
            let command = "\(global.command(as: admin.text)) agent add NAME --role agent"
            Terminal.talk("  next: \(admin.text): \(command)")
        }
    }

    private func make(_ folder: DataFolder, policy text: String) async throws {
        try Self.makeFolders(of: folder)
        let clock = SystemClock()
        let new = try NewInstallation(
            in: folder,
            origin: origin,
            admin: admin,
            auditors: auditor,
            policy: text,
            at: clock.now()
        )
        let store = try SQLiteStore.create(
            at: folder.store,
            keys: LogKeys(new.installation, new.keys, folder),
            options: StoreOptions(tenant: new.installation.tenant, clock: clock, program: "recoveryctl")
        )
        do {
            try await new.furnish(store)
            try new.keys.writeVerifiers(of: new.installation, to: folder)
        } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
    }

    /// An empty folder is nothing: it may have been made to hold the installation.
    private static func requireNothing(at folder: DataFolder) throws {
        for path in [folder.root, folder.headFolder] {
            guard (try? FileManager.default.attributesOfItem(atPath: path)) != nil else { continue }
            guard let items = try? FileManager.default.contentsOfDirectory(atPath: path), items.isEmpty else {
                throw Failure(
                    .conflict,
                    "exists",
                    "\(path) exists already, and nothing is overwritten",
                    cure: "choose another place with --data DIR"
                )
            }
        }
    }

    private static func makeFolders(of folder: DataFolder) throws {
        for path in [folder.root, folder.keys, folder.people, folder.outbox, folder.headFolder] {
            do {
                try LastingFolder.make(path)
            } catch {
                throw Failure(.inputOutput, "no-folder", "\(path) cannot be made", cure: "make its parent writable")
            }
        }
    }
}
