import Foundation
import RecoveryTestSupport
import Testing

/// Store, key file and head of earlier commands, in every combination, before the real program (R10).
@Suite(.serialized) struct PutBackTests {
    private static let ages = ProofLength.choose(short: [0, 1, 6], long: [0, 1, 2, 5, 10, 20])
    private static let files = ["D/store/recovery.db", "D/keys/epoch.key", "D.head/checkpoint"]

    /// Which copy of the store, the key file and the head lies on the disk: how many commands ago it was made.
    private struct Row: Hashable {
        let store: Int
        let key: Int
        let head: Int
    }

    /// What a start says that is refused, or `nil` where it is not.
    private static func expected(_ row: Row) -> Regex<Substring>? {
        // Each command seals an epoch and moves the head.
        if row.head < row.store { return /truncated-or-rolled-back: the head covers [0-9]+ records, the log has fewer/ }
        if row.key != row.store { return /the log's newest epoch is [0-9]+, the key file is for [0-9]+/ }
        return nil
    }

    @Test func `starts on what belongs together, and exits with 17 on anything else`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder)
        let oldest = try #require(Self.ages.last)
        var copies = [try Self.files.map { try folder.bytes(of: $0) }]
        for number in 1...oldest {
            _ = try desk.open("stranger-\(number)")
            copies.insert(try Self.files.map { try folder.bytes(of: $0) }, at: 0)
        }
        try #require(Set(copies.map { $0[1] }).count == copies.count)

        var (refused, started) = (0, 0)
        for store in Self.ages {
            for key in Self.ages {
                for head in Self.ages {
                    let row = Row(store: store, key: key, head: head)
                    for (index, age) in [store, key, head].enumerated() {
                        try put(copies[age][index], at: Self.files[index], in: folder)
                    }
                    let answer = try desk.run(["--as", "ada", "account", "show", "u-1001"])
                    if let words = Self.expected(row) {
                        refused += 1
                        #expect(answer.code == 17 && answer.stdout.isEmpty, "\(row)")
                        #expect(answer.stderr.contains(words) && answer.stderr.contains("[rollback]"), "\(row)")
                        #expect(answer.stderr.contains("keys/epoch.key and the head folder beside"), "\(row)")
                    } else {
                        started += 1
                        #expect(answer.code == 0, "\(row): \(answer.stderr)")
                    }
                }
            }
        }
        // The present with a head of any age, and each age with a head as old or older.
        let count = Self.ages.count
        #expect(started == count * (count + 1) / 2 && refused == count * count * count - started)
        for (index, file) in Self.files.enumerated() { try put(copies[0][index], at: file, in: folder) }
        #expect(try desk.audited().code == 0)
        try Figure(
            "R10",
            "recoveryctl refuses a store, key file or head that was put back",
            covered: [
                .init(refused + started, "combinations"), .init(refused, "refused with 17, by name"),
                .init(started, "started, as documented"),
            ],
            bad: 0,
            control: "the head put back as well: starts"
        ).report()
    }

    /// In place, so that the mode stays.
    private func put(_ bytes: Data, at name: String, in folder: SessionFolder) throws {
        let file = try FileHandle(forWritingTo: folder.place(name))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: bytes)
        try file.close()
    }
}
