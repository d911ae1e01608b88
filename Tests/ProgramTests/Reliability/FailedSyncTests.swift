import Foundation
import RecoveryTestSupport
import Testing

/// A disk that fails to write out what it took, at each sync of a command.
@Suite(.serialized) struct FailedSyncTests {
    private static let names = ProofLength.choose(
        short: ["lock", "totp", "send", "restore"],
        long: Act.recovery.map(\.name)
    )

    @Test func `ends at the first sync that fails, retries none, and loses nothing it said was done`() async throws {
        let desk = try Scene(after: 0)
        defer { desk.folder.discard() }
        var (failed, ended, bad) = (0, 0, 0)
        for act in Act.recovery where Self.names.contains(act.name) {
            let trial = try await Trial(of: act, on: desk, .sync)
            defer { trial.discard() }
            let faults = (1...trial.whole.calls.count).map { Fault(calls: .sync, at: $0, deed: .fail) }
            let found = try await twoAtATime(faults) { fault in
                let broken = try await trial.run(fault) { broken, _ in FailedSync.breaches(broken, of: act) }
                #expect(broken.breaches == [], "\(act): \(fault) \(broken.calls.first(where: \.isBroken)?.path ?? "")")
                return broken
            }
            failed += found.count(where: \.isHit)
            ended += found.count { $0.ending.answer.code == 74 }
            bad += found.count { !$0.breaches.isEmpty }
        }
        try #require(failed >= 50 && ended >= failed * 4 / 5)
        try #require(bad == 0)
        let (retried, lied) = try await Self.foundAfterRetry(on: desk)
        try Figure(
            "R5",
            "EIO on a sync: the process ends with 74, no sync is retried, the next start verifies",
            covered: [
                .init(failed, "failed syncs"), .init(ended, "ended with 74"), .init(Self.names.count, "commands"),
            ],
            bad: bad,
            control: "a retry that succeeds: \(retried) of 6 found; a sync that lies: \(lied) of 6 found"
        ).report()
    }

    /// The seeded bugs: a sync that is tried again below the program until it succeeds, and one that is only claimed.
    /// The program cannot know of either; the list of calls does, and the proof must read it so.
    private static func foundAfterRetry(on desk: Scene) async throws -> (retried: Int, lied: Int) {
        let act = try #require(Act.recovery.first)
        let trial = try await Trial(of: act, on: desk, .sync)
        defer { trial.discard() }
        let calls = spread(trial.whole.calls.filter { !$0.isOfFolder }, 6)
        func found(_ deed: Fault.Deed) async throws -> [Set<Kind>] {
            try await twoAtATime(calls) { call in
                let broken = try await trial.run(Fault(calls: .sync, at: call.number, deed: deed)) { broken, _ in
                    FailedSync.breaches(broken, of: act)
                }
                return Set(broken.breaches.map(Kind.init))
            }
        }
        let retried = try await found(.retry).count { $0 == [.retried, .wentOn] }
        let lied = try await found(.claim).count { $0.contains(.wentOn) && !$0.contains(.other) }
        try #require(retried == calls.count && lied == calls.count)
        return (retried, lied)
    }

    /// What was found, without the path: drafts of files have names that nobody can foresee.
    private enum Kind {
        case retried, wentOn, other

        init(_ breach: Breach) {
            self =
                switch breach {
                case .retriedSync: .retried
                case .wentOnAfterFailedSync: .wentOn
                default: .other
                }
        }
    }
}
