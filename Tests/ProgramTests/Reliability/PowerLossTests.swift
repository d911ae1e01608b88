import Foundation
import GRDB
import RecoveryTestSupport
import Testing

/// The power fails at any moment of real work, and takes whatever ``DiskModel`` lets it take.
///
/// Two works: a whole recovery, every command a process of its own, from the first key on; and one process that lives
/// long, with groups of changes, a new epoch, a checkpoint of the log, and an erasure that empties the write-ahead log.
@Suite(.serialized) struct PowerLossTests {
    private static let seed: UInt64 = 20_260_301
    private static let choices = CrashChoices(drawsAtTurns: 4, draws: 1, seed: seed)
    /// The controls need to be found, not counted.
    private static let fewChoices = CrashChoices(drawsAtTurns: 0, draws: 0, seed: seed, reach: 8, everyTurn: 1)
    private static let fewMoments = CrashChoices(drawsAtTurns: 1, draws: 0, seed: seed, reach: 2, everyTurn: 5)
    private static let leastStates = ProofLength.choose(short: 10_000, long: 100_000)

    private static func isWriteAheadLog(_ path: String) -> Bool { path == "D/store/recovery.db-wal" }

    @Test func `takes nothing that anybody was told, whatever was not on the disk yet`() async throws {
        let recovery = try await wholeRecovery()
        let life = try await longLife(synchronous: "FULL", Self.choices, least: Self.leastStates - recovery.distinct)
        #expect(recovery.losses == [:], "\(recovery.examples)")
        #expect(life.losses == [:], "\(life.examples)")
        // A proof that lost nothing because there was nothing to lose would be none.
        try #require(recovery.moments > 1000 && life.moments > 200)
        try #require(recovery.history > 40 && life.history > 25)
        try #require(recovery.distinct + life.distinct >= Self.leastStates)

        let weak = try await longLife(synchronous: "NORMAL", Self.fewMoments)
        let lost = weak.losses[.lostAcknowledgement] ?? 0
        try #require(lost > 0, "\(weak.losses)")
        try Figure(
            "R3",
            "power loss: acknowledged work is there, and the next start goes on",
            covered: [
                .init(2, "workloads"), .init(recovery.moments + life.moments, "moments"),
                .init(recovery.states + life.states, "states"),
                .init(recovery.distinct + life.distinct, "distinct states started on"),
                .init(recovery.unfinished, "of an installation nobody was told of"),
                .init(0, "lost acknowledgements"),
            ],
            bad: recovery.bad + life.bad,
            control: "synchronous=NORMAL lost acknowledged work in \(lost) of \(weak.states) states"
        ).report()
    }

    /// NORMAL once more, as a disk that takes a sync of the write-ahead log and does nothing.
    @Test func `finds what a disk loses that ignores the syncs of the write-ahead log`() async throws {
        let work = try RecordedWork()
        defer { work.folder.discard() }
        let base = try work.installed()
        try work.longLife(synchronous: "FULL")
        let trace = try work.trace()
        try #require(trace.syncs(of: Self.isWriteAheadLog) > 25)
        let weak = trace.withoutSyncs(of: Self.isWriteAheadLog)
        let report = try await report(of: weak, on: base, work, Self.fewMoments)
        #expect(report.losses[.lostAcknowledgement] ?? 0 > 0, "\(report.losses)")
    }

    /// A key file that is renamed before its bytes are synced may be empty when its name is not.
    @Test func `finds a key file that took its name too early`() async throws {
        let work = try RecordedWork()
        defer { work.folder.discard() }
        let base = try work.installed()
        try work.longLife(synchronous: "FULL")
        let isDraft: (String) -> Bool = { $0.hasPrefix("D/keys/.epoch.key.") }
        let trace = try work.trace()
        try #require(trace.syncs(of: isDraft) == 2)
        let report = try await report(of: trace.withoutSyncs(of: isDraft), on: base, work)
        #expect(Set(report.losses.keys) == [.refusedStart], "\(report.losses)")
        #expect(report.examples[.refusedStart]?.contains("epoch.key has not 36 bytes") == true)
    }

    /// As it was once: nothing synced the names of the folders of a new installation, and a crash after `init` had said
    /// that it was there could take the store and leave the keys.
    @Test func `finds an installation whose folders were not synced by name`() async throws {
        let work = try RecordedWork()
        defer { work.folder.discard() }
        let base = try DiskModel(holding: work.root)
        let words = ["--data", "D", "init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera"]
        try work.run("recoveryctl", words)
        let trace = try work.trace()
        try #require(trace.syncs(of: { $0.isEmpty }) > 0)
        let kept = try await report(of: trace, on: base, work, isInstalled: false)
        #expect(kept.losses == [:], "\(kept.examples)")
        let weak = trace.withoutSyncs(of: { $0.isEmpty })
        let lost = try await report(of: weak, on: base, work, isInstalled: false)
        #expect(Set(lost.losses.keys) == [.refusedStart, .lostFile], "\(lost.losses)")
        #expect(lost.examples[.refusedStart]?.contains("there is no folder") == true)
    }

    /// As it was once: the first letter of an installation makes the folders of the outbox, and nothing synced their
    /// names, so that a letter which the log calls accepted could be gone.
    @Test func `finds a letter whose folder was not synced by name`() async throws {
        let work = try RecordedWork()
        defer { work.folder.discard() }
        let name = try Desk(in: work.folder).open("u-1001")
        let base = try DiskModel(holding: work.root)
        let words = ["--data", "D", "--as", "mia", "case", "check", name, "issued-code", "--send", "email"]
        try work.run("recoveryctl", words)
        let trace = try work.trace()
        try #require(trace.syncs(of: { $0 == "D/outbox" }) == 1)
        let kept = try await report(of: trace, on: base, work)
        #expect(kept.losses == [:], "\(kept.examples)")
        let lost = try await report(of: trace.withoutSyncs(of: { $0 == "D/outbox" }), on: base, work)
        #expect(Set(lost.losses.keys) == [.lostFile], "\(lost.losses)")
        #expect(lost.examples[.lostFile]?.contains("D/outbox/new/") == true)
    }

    @Test func `finds a change that somebody took out, and a store that somebody took back`() async throws {
        let work = try RecordedWork()
        defer { work.folder.discard() }
        let base = try work.installed()
        let parts = ["D/store/recovery.db", "D/keys/epoch.key", "D.head/checkpoint"]
        let older = try Dictionary(uniqueKeysWithValues: parts.map { ($0, try work.folder.bytes(of: $0)) })
        try work.longLife(synchronous: "FULL")
        let trace = try work.trace()

        try work.folder.write("", to: "poorer.db")
        try work.folder.bytes(of: "D/store/recovery.db").write(to: work.folder.place("poorer.db"))
        let queue = try DatabaseQueue(path: work.folder.place("poorer.db").path)
        try await queue.writeWithoutTransaction { try $0.execute(sql: "DELETE FROM record WHERE id = '7'") }
        try queue.close()
        let poorer = ["D/store/recovery.db": try work.folder.bytes(of: "poorer.db")]
        let removed = try await report(of: trace, on: base, work, exchanged: poorer)
        #expect(Set(removed.losses.keys) == [.neverWas], "\(removed.losses)")

        let takenBack = try await report(of: trace, on: base, work, exchanged: older)
        #expect(Set(takenBack.losses.keys) == [.lostAcknowledgement], "\(takenBack.losses)")
    }

    // MARK: Works

    private func wholeRecovery() async throws -> PowerLoss.Report {
        let work = try RecordedWork()
        defer { work.folder.discard() }
        let base = try DiskModel(holding: work.root)
        try work.wholeRecovery()
        let trace = try work.trace()
        try #require(trace.answers >= 14)
        let least = Self.leastStates * 6 / 10
        return try await report(of: trace, on: base, work, Self.choices, isInstalled: false, least: least)
    }

    private func longLife(
        synchronous setting: String,
        _ choices: CrashChoices,
        least: Int = 0
    ) async throws -> PowerLoss.Report {
        let work = try RecordedWork()
        defer { work.folder.discard() }
        let base = try work.installed()
        try work.longLife(synchronous: setting)
        let trace = try work.trace()
        try #require(trace.answers == 30)
        return try await report(of: trace, on: base, work, choices, least: least)
    }

    private func report(
        of trace: Trace,
        on base: DiskModel,
        _ work: RecordedWork,
        _ choices: CrashChoices = fewChoices,
        isInstalled: Bool = true,
        least: Int = 0,
        exchanged: [String: Data] = [:]
    ) async throws -> PowerLoss.Report {
        var loss = PowerLoss(
            base: base,
            trace: trace,
            owner: try StoreOwner(of: work.root),
            choices: choices,
            isInstalled: isInstalled
        )
        loss.leastStates = least
        loss.exchanged = exchanged
        let report = try await loss.examine()
        let found = report.losses.map { "\($0.value) × \($0.key.rawValue)" }.sorted().joined(separator: ", ")
        print(
            "power loss: \(trace.changes.count) changes, \(report.moments) moments, \(report.states) states,"
                + " \(report.distinct) of them different, seed \(Self.seed): \(found.isEmpty ? "nothing lost" : found)"
        )
        return report
    }
}
