import Foundation
import RecoveryTestSupport
import Testing

/// A disk without room, at each call of a command that takes some.
@Suite(.serialized) struct FullDiskTests {
    /// One command that writes a letter, one that orders from the directory, one that waits for both, and the others.
    private static let names = ProofLength.choose(
        short: ["lock", "totp", "send", "restore"],
        long: Act.recovery.map(\.name)
    )
    private static let pointsForEach = 18

    /// At each call: no room for this one, no room from here on, and room for half of it.
    private static func faults(_ calls: Int) -> [Fault] {
        (1...calls).flatMap { number in
            [Fault.Deed.failOn, .fail, .short].map { Fault(calls: .room, at: number, deed: $0, error: ENOSPC) }
        }
    }

    @Test func `refuses what there is no room for as a whole, and does it when there is room`() async throws {
        let desk = try Scene(after: 0)
        defer { desk.folder.discard() }
        let control = try await Self.foundAfterCarryingOn(on: desk)
        var (full, done, bad) = (0, 0, 0)
        for act in Act.recovery where Self.names.contains(act.name) {
            let trial = try await Trial(of: act, on: desk, .room)
            defer { trial.discard() }
            let all = Self.faults(trial.whole.calls.count)
            let faults = ProofLength.choose(short: spread(all, Self.pointsForEach), long: all)
            let found = try await twoAtATime(faults) { fault in
                let broken = try await trial.run(fault) { FullDisk.breaches($0, of: act, trial, $1) }
                #expect(broken.breaches == [], "\(act): \(fault)")
                return broken
            }
            full += found.count(where: \.isHit)
            done += found.count { $0.isHit && $0.isDone }
            bad += found.count { !$0.breaches.isEmpty }
        }
        try #require(full >= 60 && done < full * 9 / 10)
        try #require(bad == 0)
        try Figure(
            "R4",
            "disk full: refused as a whole with its own exit code, intact, done when there is room",
            covered: [
                .init(full, "calls without room"), .init(Self.names.count, "commands"),
                .init(done, "done in spite of it"),
            ],
            bad: bad,
            control: "pages dropped, and claimed to be written: \(control) of 8 found"
        ).report()
    }

    /// The seeded bug: to carry on as if what was not written were there. A page of the database that is not what it
    /// was to become shows to the verifier, in the pages themselves, or in what the log says against the tables. Some
    /// change by nothing that matters, such as a count of changes.
    private static func foundAfterCarryingOn(on desk: Scene) async throws -> Int {
        let act = try #require(Act.recovery.first)
        let trial = try await Trial(of: act, on: desk, .room)
        defer { trial.discard() }
        let pages = trial.whole.calls.filter { $0.name == "pwrite64" && $0.path.hasSuffix("/recovery.db") }
        let found = try await twoAtATime(spread(pages, 8)) { call in
            try await trial.run(Fault(calls: .room, at: call.number, deed: .claim))
        }
        try #require(found.count == 8 && found.allSatisfy(\.isHit))
        let red = found.filter { broken in
            broken.breaches.contains {
                switch $0 {
                case .notVerified, .lostRecords, .lostAcknowledgement, .recordWithoutChange, .changeWithoutRecord: true
                default: false
                }
            }
        }
        try #require(red.count >= 5, "\(found.map(\.breaches))")
        return red.count
    }
}
