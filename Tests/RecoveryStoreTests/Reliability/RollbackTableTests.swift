import RecoveryStore
import RecoveryTestSupport
import Testing

/// Database, key file and head of up to fifty commands ago, in every combination (R10).
@Suite(.serialized) struct RollbackTableTests {
    private static let ages = ProofLength.choose(short: [0, 1, 2, 3, 5, 10, 25, 50], long: Array(0...OldCopies.oldest))

    @Test func `starts on what belongs together, and names what was put back of anything else`() async throws {
        let old = try await OldCopies.made()
        try #require(old.copies.count == OldCopies.oldest + 1)
        // A table in which nobody is a command older says nothing.
        try #require(Set(old.copies.map(\.size)).count == old.copies.count)
        let table = try RollbackTable(old)
        let found = try await table.run(ages: Self.ages, heads: Self.ages, .readsHead)
        try #require(found.count == Self.ages.count * Self.ages.count * Self.ages.count)
        let wrong = found.filter { $0.value != table.expected($0.key) }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")

        let started = found.filter { $0.value == .starts }.map(\.key)
        let current = started.filter { $0.database == 0 && $0.key == 0 }
        // A head of any age, which the log extends.
        #expect(current.count == Self.ages.count)
        let together = started.filter { $0.database > 0 }
        // The limit that only a witness outside sees: everything is old, and the head with it.
        #expect(together.count >= Self.ages.count - 1 && together.allSatisfy { $0.head > 0 })
        #expect(started.count == current.count + together.count)
        let ahead = found.filter { $0.key.database > 0 && $0.key.head == 0 }
        #expect(ahead.count == Self.ages.count * (Self.ages.count - 1) && !ahead.values.contains(.starts))
        try Figure(
            "R10",
            "a store, key file or head that was put back is refused",
            covered: [
                .init(found.count, "combinations of ages up to \(OldCopies.oldest) commands"),
                .init(found.count - started.count, "refused"), .init(current.count, "with an older head started"),
                .init(together.count, "with everything put back started, as documented"),
            ],
            bad: 0,
            control: "a start that ignores the head accepts old stores with their key files"
        ).report()
    }

    /// The seeded bug: without the head, a store that was put back with its key file looks whole.
    @Test func `starts on old stores if it ignores the head`() async throws {
        let table = try RollbackTable(try await OldCopies.made())
        let ages = [0, 1, 10, 50]
        let found = try await table.run(ages: ages, heads: [0], .ignoresHead)
        let missed = Set(found.filter { $0.value == .starts && table.expected($0.key) != .starts }.keys)
        #expect(missed.allSatisfy { $0.database > 0 })
        let put = ages.dropFirst().map { RollbackTable.Row(database: $0, key: $0, head: 0) }
        #expect(missed.isSuperset(of: put))
    }
}
