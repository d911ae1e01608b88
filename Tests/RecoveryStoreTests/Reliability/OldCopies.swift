import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryStore
import Testing

/// What lay on the disk after each of fifty commands: the database, the key file and the head, each by its age.
struct OldCopies {
    /// One moment, counted in commands from the newest.
    struct Copy {
        let database: [UInt8]
        let key: [UInt8]
        let head: [UInt8]
        /// How many records the database has.
        let size: UInt64
        /// The newest epoch, and whether the database holds its opening and nothing else of it.
        let epoch: UInt32
        let isFresh: Bool

        /// The first four bytes of the file (audit-log.md §5.2).
        var keyEpoch: UInt32 { key.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }
        /// The second line of the checkpoint.
        var headSize: UInt64 {
            let lines = String(decoding: head, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            return lines.count > 1 ? UInt64(lines[1]) ?? 0 : 0
        }
    }

    /// How a command ends.
    private enum End {
        case closed
        /// After a change, without a seal and without a new head.
        case killed
        /// After the opening of an epoch, before any change.
        case killedAtOpening
    }

    static let oldest = 50

    let workshop: Workshop
    /// The newest first.
    let copies: [Copy]

    static func made() async throws -> OldCopies {
        let workshop = try Workshop()
        try await workshop.settled(changes: 1)
        var copies = [try await copy(of: workshop)]
        for command in 1...oldest {
            // The newest ends well: its head covers everything.
            let end: End = command % 7 == 3 ? .killed : command % 11 == 5 ? .killedAtOpening : .closed
            try await run(command, end, in: workshop)
            copies.append(try await copy(of: workshop))
        }
        return OldCopies(workshop: workshop, copies: copies.reversed())
    }

    private static func run(_ command: Int, _ end: End, in workshop: Workshop) async throws {
        let store = try await whenLetGo { try workshop.open() }
        switch end {
        case .killedAtOpening:
            await #expect(throws: StoreError.refused("on purpose")) {
                try await store.commit { _ -> Recorded<Void> in throw StoreError.refused("on purpose") }
            }
        case .killed: try await store.write(command)
        case .closed:
            for number in 0...command % 3 { try await store.write(100 * command + number) }
            try await store.close()
        }
    }

    private static func copy(of workshop: Workshop) async throws -> Copy {
        // A look at what is there, which writes nothing; who was killed has let it go by then.
        let store = try await whenLetGo { try workshop.open() }
        let records = try await store.everything()
        try await store.close()
        let last = try #require(records.last)
        return Copy(
            database: try workshop.bytes(\.database),
            key: try workshop.bytes(\.epochKey),
            head: try workshop.bytes(\.head),
            size: UInt64(records.count),
            epoch: last.epoch,
            isFresh: last.step == 0
        )
    }
}
