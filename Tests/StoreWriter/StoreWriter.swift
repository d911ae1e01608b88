import AccountRecovery
import Foundation
import GRDB
import RecoveryAudit

@testable import RecoveryStore

/// One process that owns a store for long, as no command of `recoveryctl` does: changes alone and in groups, a new
/// epoch, a checkpoint of the log, rows that are erased. It says a line for everything that was acknowledged to it.
///
///     store-writer DATA FULL|NORMAL
///
/// With `NORMAL` it takes the product's setting back, behind its back: a commit returns before it is on the disk.
@main
struct StoreWriter {
    enum Fault: Error {
        case usage
    }

    private struct Note: StoredRecord {
        static let kind = RecordKind.notice
        let id: String
        var owner: String { "" }
    }

    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 3, ["FULL", "NORMAL"].contains(words[2]) else { throw Fault.usage }
        let store = try open(DataFolder(words[1]))
        try await store.writer.exclusively { database, _ in
            try database.execute(sql: "PRAGMA synchronous=\(words[2])")
            let answer = try Int.fetchOne(database, sql: "PRAGMA synchronous")
            guard answer == (words[2] == "FULL" ? 2 : 1) else { throw Fault.usage }
        }
        for number in 0..<8 { try await note(number, in: store) }
        try await store.rotateEpoch()
        say("epoch")
        for number in 8..<14 { try await note(number, in: store) }
        _ = try await store.checkpoint()
        say("checkpoint")
        try await together(14..<20, in: store)
        // Erasing empties the write-ahead log, so that the next change begins it anew over the old one.
        try await erase(in: store)
        for number in 20..<26 { try await note(number, in: store) }
        try await store.close()
        say("closed")
    }

    private static func open(_ folder: DataFolder) throws -> SQLiteStore {
        let installation = try Installation(of: folder)
        let keys = try InstallationKeys(of: folder)
        var options = StoreOptions(tenant: installation.tenant, clock: Wall(), program: "store-writer")
        options.reserveSize = 4096
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

    private static func note(_ number: Int, in store: SQLiteStore) async throws {
        try await store.commit { transaction in
            try transaction.put(Note(id: "\(number)"))
            return Recorded((), event(number))
        }
        say("note \(number)")
    }

    /// Many at once, which share commits.
    private static func together(_ numbers: Range<Int>, in store: SQLiteStore) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in numbers { group.addTask { try await note(number, in: store) } }
            try await group.waitForAll()
        }
    }

    private static func erase(in store: SQLiteStore) async throws {
        try await store.commit { transaction in
            try transaction.eraseSubject([UInt8](repeating: 7, count: 16))
            return Recorded((), event(100))
        }
        say("erased")
    }

    private static func event(_ number: Int) -> AuditEvent {
        AuditEvent(.event, ["event": "case.assign", "case": "C-1", "to_actor": .string("n-\(number)")])
    }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}

private struct Wall: RecoveryClock {
    func microseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }
}
