import Foundation
import RecoveryTestSupport
import RecoveryVault
import Testing

@testable import AccountRecovery

/// A rotation or a migration that is killed leaves the old or the new, never neither: every field opens, and the
/// command that is given again ends what was begun.
@Suite(.serialized) struct KilledUpkeepTests {
    /// Points in the short form: for the rotation of a key that wraps keys of customers, for one that wraps keys of the
    /// installation, and for the migration of the database.
    private static let pointsForEach = [90, 60, 60]

    @Test func `every field opens wherever a rotation or a migration is killed, and both end when given again`()
        async throws
    {
        var (points, killed, between, bad) = (0, 0, 0, 0)
        for (upkeep, count) in zip(Upkeep.all, Self.pointsForEach) {
            let scene = try await UpkeepScene(for: upkeep)
            defer { scene.discard() }
            let calls = try await scene.calls()
            let all = (1...calls).flatMap { number in
                [Fault.Deed.killBefore, .killAfter].map { Fault(calls: .all, at: number, deed: $0) }
            }
            let faults = ProofLength.choose(short: spread(all, count), long: all)
            let found = try await twoAtATime(faults) { fault in
                let broken = try await scene.run(fault)
                #expect(broken.faults == [], "\(upkeep): \(fault)")
                return broken
            }
            points += found.count
            killed += found.count(where: \.isKilled)
            between += found.count(where: \.isBetween)
            bad += found.count { !$0.faults.isEmpty }
        }
        try #require(killed >= 200 && killed >= points * 19 / 20)
        // Some of them between the first batch and the last, or resuming was never tried.
        try #require(between >= 10)
        try #require(bad == 0)
        let control = try await Self.lostByForgettingKeys()
        try Figure(
            "R23",
            "rotation and migration killed anywhere: old or new, never neither, and every field opens",
            covered: [.init(killed, "kills"), .init(between, "between the first batch and the last")],
            bad: bad,
            control: control
        ).report()
    }

    /// The seeded bug: the old key is thrown away with the first batch instead of after the last.
    private static func lostByForgettingKeys() async throws -> String {
        let scene = try await UpkeepScene(for: Upkeep.all[0])
        defer { scene.discard() }
        let calls = try await scene.calls()
        let faults = spread((1...calls).map { Fault(calls: .all, at: $0, deed: .killAfter) }, 24)
        let found = try await twoAtATime(faults) { fault in
            let broken = try await scene.run(fault, forgetting: "pii.key")
            return (broken.isBetween, broken.faults.isEmpty)
        }
        let between = found.filter(\.0)
        try #require(!between.isEmpty && between.allSatisfy { !$0.1 })
        return
            "the old key removed before the last batch: found at \(between.count) of \(between.count) kills in between"
    }
}
