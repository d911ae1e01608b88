import AccountRecovery
import Foundation
import RecoveryStore
import Testing

/// Starts a store on a database, a key file and a head of any ages, and tells what came of it.
struct RollbackTable {
    /// Ages in commands; 0 is the present.
    struct Row: Sendable, Hashable {
        let database: Int
        let key: Int
        let head: Int
    }

    enum Start: Sendable, Hashable {
        case starts
        case refused(StoreError)
    }

    /// Whether a start asks the outside head.
    enum Care: Sendable {
        case readsHead
        /// The seeded bug.
        case ignoresHead
    }

    let old: OldCopies
    let place: Workshop

    init(_ old: OldCopies) throws {
        self.old = old
        place = try old.workshop.snapshot()
    }

    /// What the specification asks for (audit-log.md §5.4, §11.6), from the contents of the three files alone.
    func expected(_ row: Row) -> Start {
        let (database, key, head) = (old.copies[row.database], old.copies[row.key], old.copies[row.head])
        guard head.headSize <= database.size else {
            return .refused(
                .rolledBack("truncated-or-rolled-back: the head covers \(head.headSize) records, the log has fewer")
            )
        }
        // Between the commit of an opening and the new key file a process may have died: then the old one is right.
        guard key.keyEpoch == database.epoch + 1 || (key.keyEpoch == database.epoch && database.isFresh) else {
            return .refused(
                .rolledBack("the log's newest epoch is \(database.epoch), the key file is for \(key.keyEpoch)")
            )
        }
        return .starts
    }

    /// All rows of these ages with what came of them.
    func run(ages: [Int], heads: [Int], _ care: Care) async throws -> [Row: Start] {
        var found: [Row: Start] = [:]
        for database in ages {
            try put(old.copies[database].database, at: place.database)
            for key in ages {
                try put(old.copies[key].key, at: place.epochKey)
                for head in heads {
                    switch care {
                    case .readsHead: try put(old.copies[head].head, at: place.head)
                    case .ignoresHead: try? FileManager.default.removeItem(atPath: place.head)
                    }
                    found[Row(database: database, key: key, head: head)] = try await start(care)
                }
            }
        }
        return found
    }

    private func start(_ care: Care) async throws -> Start {
        do {
            let store = try place.open { $0.acceptsMissingHead = care == .ignoresHead }
            try await store.close()
            return .starts
        } catch let error as StoreError {
            return .refused(error)
        }
    }

    private func put(_ bytes: [UInt8], at path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
