import CFloors
import Foundation
import RecoveryAudit

/// P13: programs from start to end, as a terminal waits for them.
enum ProgramBenchmark {
    static func run(_ report: inout Report) async throws {
        let recoveryctl = Machine.programs + "/recoveryctl"
        let auditor = Machine.programs + "/recovery-audit"
        let isBuilt = [recoveryctl, auditor].allSatisfy(FileManager.default.isExecutableFile)
        guard isBuilt else {
            report.skip("P13", "start of the programs", because: "they are not beside this one")
            return
        }
        let nothing: Side = { try run("/bin/true") }
        let version = try await interleaved(operations: 1, floor: nothing) { try run(recoveryctl, "version") }
        report.add("P13", "recoveryctl version", against: "/bin/true", version, Target(mostNanoseconds: 50e6))
        let other = try await interleaved(operations: 1, floor: nothing) { try run(auditor, "version") }
        report.add("P13", "recovery-audit version", against: "/bin/true", other, Target(mostNanoseconds: 50e6))
        let inCPU = try await interleaved(operations: 1, floor: nil) {
            var cpu: UInt64 = 0
            _ = try run(recoveryctl, ["version"], cpu: &cpu)
            return cpu
        }
        report.add("P13", "recoveryctl version, CPU", inCPU)

        var growth: [(size: Int, nanoseconds: Double)] = []
        for size in [1_000, 4_000, 16_000] {
            let log = try SampleLog(size: size)
            let verify = try await Machine.withScratch { folder in
                try log.bundle.write(to: folder)
                return try await interleaved(operations: 1, floor: nothing) { try run(auditor, "verify", folder) }
            }
            growth.append((size, verify.ours))
            if size == 1_000 {
                let target = Target(mostNanoseconds: 150e6)
                report.add("P13", "recovery-audit verify, 1,000 records", against: "/bin/true", verify, target)
            }
        }
        report.addGrowth("P13", "recovery-audit verify, by records", growth)
    }

    private static func run(_ program: String, _ arguments: String...) throws -> UInt64 {
        try run(program, arguments)
    }

    /// Returns the time on the wall.
    static func run(
        _ program: String,
        _ arguments: [String],
        cpu: UnsafeMutablePointer<UInt64>? = nil,
        kilobytes: UnsafeMutablePointer<UInt64>? = nil
    ) throws -> UInt64 {
        let words = [program] + arguments
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        var status: Int32 = -1
        let time = floor_run(&pointers, &status, cpu, kilobytes)
        try Disagreement.unless(status == 0, "\(words) ended with \(status)")
        return time
    }
}
