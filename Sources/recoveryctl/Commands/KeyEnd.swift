import AccountRecovery
import ArgumentParser
import Foundation

struct KeyRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Load a version no more that drains and wraps nothing. A rotation does this by itself."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Which key.") var key: ManagedKey
    @Argument(help: "Which version.") var version: UInt32

    func run() async throws {
        let change = try await global.atDesk { try await $0.desk.retireKey(key, version: version) }
        try global.answer(change) {
            try Terminal.answer(
                "key \(key.rawValue) \(version): \(change.from) → \(change.to), log position \(change.position)"
            )
        }
    }
}

struct KeyDestroy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Delete a retired version for good. What only it opens is gone.",
        discussion: """
            Refused while a backup of subject keys may need it. --void-backups destroys it nevertheless: every such \
            backup then opens nobody, which is what one wants after a theft.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Which key.") var key: ManagedKey
    @Argument(help: "Which version.") var version: UInt32
    @Flag(help: "Let backups that need it become useless.") var voidBackups = false
    @Option(help: ArgumentHelp("Key and version once more, where nobody can be asked.", valueName: "key version"))
    var confirm: String?

    func run() async throws {
        try requireConfirmation()
        let change = try await global.atDesk { session in
            try await session.desk.destroyKey(key, version: version, voidingBackups: voidBackups) { uri in
                try DiscardedKey.remove(uri)
            }
        }
        try global.answer(change) {
            try Terminal.answer(
                "key \(key.rawValue) \(version): \(change.from) → \(change.to), log position \(change.position)"
            )
            Terminal.talk("  copies in safes are still there: destroy them too, or they open what was stolen")
        }
    }

    private func requireConfirmation() throws {
        let name = "\(key.rawValue) \(version)"
        guard confirm != nil || global.mayAsk else {
            throw Failure(
                .usage,
                "not-confirmed",
                "this cannot be taken back",
                cure: "name the key once more: --confirm \(quoted(name))"
            )
        }
        guard try (confirm ?? Terminal.ask("This cannot be taken back. Type \(name): ")) == name else {
            throw Failure(.usage, "not-confirmed", "that is another name; nothing was changed")
        }
    }
}

/// The file of a key that is none any more: overwritten, and unlinked.
enum DiscardedKey {
    static func remove(_ uri: String) throws {
        guard let path = ["file:", "passphrase:"].lazy.compactMap({ path(of: uri, after: $0) }).first else {
            Terminal.talk("  its provider keeps it: destroy it there (\(uri))")
            return
        }
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            // A file system that copies on writing keeps the old bytes: Docs/Specs/vault.md §19 says so.
            let size = try file.seekToEnd()
            try file.seek(toOffset: 0)
            try file.write(contentsOf: Data(count: Int(size)))
            try file.synchronize()
            try FileManager.default.removeItem(atPath: path)
            try LastingFolder.sync(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        } catch {
            throw Failure(
                .inputOutput,
                "not-removed",
                "the log says that the key is destroyed, and \(path) could not be removed",
                cure: "mend the folder, and give the command again"
            )
        }
    }

    private static func path(of uri: String, after scheme: String) -> String? {
        uri.hasPrefix(scheme) ? String(uri.dropFirst(scheme.count)) : nil
    }
}
