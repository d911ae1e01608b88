import Foundation
import RecoveryTestSupport
import Testing

/// A process that is killed loses nothing that it said was done, and restores nothing that the log does not announce.
@Suite(.serialized) struct KillAnywhereTests {
    /// Points in the short form, for each command.
    private static let pointsForEach = 20

    private static func faults(_ calls: Int) -> [Fault] {
        (1...calls).flatMap { number in
            [Fault.Deed.killBefore, .killAfter].map { Fault(calls: .all, at: number, deed: $0) }
        }
    }

    @Test func `loses nothing it said was done, restores nothing unrecorded, and goes on, wherever it is killed`()
        async throws
    {
        let desk = try Scene(after: 0)
        defer { desk.folder.discard() }
        var (calls, points, killed, done, bad) = (0, 0, 0, 0, 0)
        for act in Act.recovery {
            let trial = try await Trial(of: act, on: desk, .all)
            defer { trial.discard() }
            let all = Self.faults(trial.whole.calls.count)
            let faults = ProofLength.choose(short: spread(all, Self.pointsForEach), long: all)
            let found = try await twoAtATime(faults) { fault in
                let broken = try await trial.run(fault)
                #expect(broken.breaches == [], "\(act): \(fault)")
                return broken
            }
            calls += trial.whole.calls.count
            points += found.count
            killed += found.count { $0.ending.signal == SIGKILL }
            done += found.count(where: \.isDone)
            bad += found.count { !$0.breaches.isEmpty }
        }
        // A run may make a call less than the one that was counted, and is then over before it is killed.
        try #require(killed >= points * 49 / 50 && killed >= 190)
        // Points on both sides of the commit, or nothing could have been lost.
        try #require(done >= killed / 10 && done <= killed * 9 / 10)
        try #require(bad == 0)
        let control = try await Self.lostByEarlyWords(on: desk)
        try Figure(
            "R1",
            "kill -9 anywhere: no acknowledged change lost, no restore without its record",
            covered: [
                .init(killed, "kills"), .init(calls, "state-changing calls"), .init(Act.recovery.count, "commands"),
                .init(done, "killed after the commit"),
            ],
            bad: bad,
            control: "acknowledged before the commit: \(control) of 12 kills found as lost acknowledgements"
        ).report()
    }

    /// The seeded bug: a program that says "done" before it begins. What is found must be that, and nothing else.
    private static func lostByEarlyWords(on desk: Scene) async throws -> Int {
        let act = try #require(Act.recovery.first)
        let trial = try await Trial(of: act, on: desk, .all)
        defer { trial.discard() }
        // The second half of the calls seals, signs and empties the write-ahead log: by then it is done.
        let early = faults(trial.whole.calls.count / 3)
        let found = try await twoAtATime(spread(early, 12)) { fault in
            try await trial.run(fault, herald: trial.whole.answer).breaches
        }
        let lost = found.filter { $0 == [.lostAcknowledgement] }.count
        try #require(lost >= 10, "\(found)")
        try #require(found.allSatisfy { $0 == [] || $0 == [.lostAcknowledgement] }, "\(found)")
        return lost
    }
}
