import AccountRecovery
import Foundation
import Synchronization

/// P11: the key that wraps a key of every customer is replaced, while somebody at the desk asks all the time.
enum RotationBenchmark {
    static func run(
        _ installation: EmbeddedInstallation,
        _ agents: [EmbeddedInstallation.Member],
        customers: Int,
        _ report: inout Report
    ) async throws {
        let desk = installation.admin.desk
        let alone = try await rotate(.match, at: desk)
        report.add(
            "P11",
            "one of \(customers) subject keys wrapped anew, 500 in a transaction",
            Measurement(ours: Double(alone) / Double(customers), floor: nil, ratio: nil, spread: nil),
            Target(mostNanoseconds: 50_000)
        )
        let isOver = Mutex(false)
        async let answers = ask(agents[0].desk) { isOver.withLock { $0 } }
        let busy = try await rotate(.pii, at: desk)
        isOver.withLock { $0 = true }
        let times = try await answers.sorted()
        guard !times.isEmpty else { throw Disagreement(what: "nobody asked during the rotation") }
        report.add(
            "P11",
            "the same while the desk is asked",
            Measurement(ours: Double(busy) / Double(customers), floor: nil, ratio: nil, spread: nil),
            Target(mostNanoseconds: 50_000)
        )
        report.add(
            "P11",
            "answer of the desk meanwhile, 99 of 100, of \(times.count)",
            Measurement(ours: times[times.count * 99 / 100], floor: nil, ratio: nil, spread: nil),
            Target(mostNanoseconds: 50e6)
        )
    }

    /// Returns the time on the wall.
    private static func rotate(_ key: ManagedKey, at desk: RecoveryService) async throws -> UInt64 {
        try await wallTime {
            let rotation = try await desk.beginRotation(of: key)
            var step = try await desk.rotateBatch(rotation, isFirst: true)
            while !step.isFinished { step = try await desk.rotateBatch(rotation, isFirst: false) }
            guard step.isRetired else { throw Disagreement(what: "the rotation of " + key.rawValue) }
        }
    }

    private static func ask(_ desk: RecoveryService, until isOver: @Sendable () -> Bool) async throws -> [Double] {
        var times: [Double] = []
        while !isOver() {
            times.append(Double(try await wallTime { _ = try await desk.cases(includingEnded: false) }))
            try await Task.sleep(for: .milliseconds(2))
        }
        return times
    }
}
