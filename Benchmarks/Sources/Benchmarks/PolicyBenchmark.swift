import CFloors
import Foundation
import RecoveryPolicy

/// P12: decisions by the shipped policy, with little and with much evidence.
enum PolicyBenchmark {
    private static let times = 2_000
    // By a profile.
    private static let cause = """
        a fifth is the counting of references, an eighth the hashing of names of signals, kinds and people
        """

    static func run(_ report: inout Report) async throws {
        let path = Machine.root.appendingPathComponent("Policies/standard.yaml")
        let policy = try PolicyDocument.read(try String(contentsOf: path, encoding: .utf8))
        var growth: [(size: Int, nanoseconds: Double)] = []
        for count in [2, 8, 32] {
            let inputs = inputs(count)
            let ours: Side = {
                var grants = 0
                let time = cpuTime {
                    for _ in 0..<times {
                        if case .granted = decide(policy, inputs).decision { grants += 1 }
                    }
                }
                try Disagreement.unless(grants == times, "a case with everything is not granted")
                return time
            }
            let measurement = try await interleaved(operations: times, floor: nil, ours: ours)
            growth.append((count, measurement.ours))
            if count == 2 {
                // 100,000 a second.
                let target = Target(mostNanoseconds: 10_000)
                report.add("P12", "decision, reset-totp granted, 2 evidences", measurement, target, cause: cause)
            }
        }
        report.addGrowth("P12", "decision, by evidences", growth)
    }

    private static func inputs(_ count: Int) -> VerdictInputs {
        var signals: [SignalName: SignalReading] = [:]
        for name in ["sim-changed", "address-changed", "fraud-reported"].compactMap(SignalName.init) {
            signals[name] = .never
        }
        let evidence = (0..<count).map { number in
            Evidence(
                kind: number.isMultiple(of: 2) ? .savedCode : .issuedCode(.email),
                outcome: .passed,
                age: 60,
                channel: .phone,
                instrument: "i-\(number)"
            )
        }
        return VerdictInputs(
            purpose: .resetTOTP,
            stake: 500,
            channel: .phone,
            caseAge: 600,
            signals: signals,
            evidence: evidence,
            approvals: [Approval(role: .supervisor, approver: "s-1", age: 60, isBound: true)],
            caseAgents: ["a-1"]
        )
    }
}
