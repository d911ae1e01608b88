import CFloors
import Foundation
import RecoveryAudit

/// P2 at length: `recovery-audit verify` on bundles of up to a million records, with the auditor's key: time, cores, and
/// the most memory it had.
enum ScaleBenchmark {
    private static let sizes = [10_000, 100_000, 1_000_000]

    static func run(_ report: inout Report) async throws {
        let auditor = Machine.programs + "/recovery-audit"
        guard FileManager.default.isExecutableFile(atPath: auditor) else {
            report.skip("P2", "a million records", because: "recovery-audit is not beside this program")
            return
        }
        var times: [(size: Int, nanoseconds: Double)] = []
        var memory: [(size: Int, kilobytes: UInt64)] = []
        var parts: [(size: Int, nanoseconds: Double)] = []
        for size in sizes {
            try await Machine.withScratch { folder in
                try SampleLog(size: size, epochSize: 4_096).write(to: folder)
                let arguments = [
                    "verify", folder + "/bundle", "--auditor-key", folder + "/auditor.key", "--auditor-kid",
                    "auditor-1",
                ]
                var cpu: UInt64 = 0
                var kilobytes: UInt64 = 0
                let wall = try ProgramBenchmark.run(auditor, arguments, cpu: &cpu, kilobytes: &kilobytes)
                times.append((size, Double(cpu)))
                memory.append((size, kilobytes))
                // What is new since the last time, say, of a long log and of a short one.
                let part = ["--range", "\(size - 100)-\(size - 1)"]
                var (partCPU, unused) = (UInt64(0), UInt64(0))
                _ = try ProgramBenchmark.run(auditor, arguments + part, cpu: &partCPU, kilobytes: &unused)
                parts.append((size, Double(partCPU)))
                guard size == sizes.last else { return }
                report.add(
                    "P2",
                    "recovery-audit verify, \(size) records, CPU of the whole",
                    Measurement(ours: Double(cpu), floor: nil, ratio: nil, spread: nil),
                    Target(mostNanoseconds: 5e9),
                    cause: LogBenchmarks.verdictCause
                )
                let cores = (Double(cpu) / Double(wall)).formatted(2)
                report.count(
                    "P2",
                    "cores at work on one log of \(size) records",
                    "\(cores), CPU time by time on the wall",
                    "≥ 1.80",
                    Double(cpu) / Double(wall) >= 1.8
                        ? "met"
                        : "**missed: \(cores)**; what records say of each other is judged by one thread, and the others "
                            + "wait for it"
                )
            }
        }
        report.addGrowth("P2", "recovery-audit verify with keys, CPU, by records", times)
        report.addGrowth("P2", "recovery-audit verify of the last 100 records, CPU, by records", parts)
        let first = Double(memory[0].kilobytes)
        let last = Double(memory[memory.count - 1].kilobytes)
        report.count(
            "P2",
            "most memory of recovery-audit verify, by records",
            memory.map { "\($0.size): \($0.kilobytes / 1024) MiB" }.joined(separator: ", "),
            "independent of length",
            last < 1.2 * first
                ? "met"
                : "**missed**; a count is kept for each case"
        )
    }
}

extension SampleLog {
    /// Writes the bundle and the auditor's key as files.
    fileprivate func write(to folder: String) throws {
        try bundle.write(to: folder + "/bundle")
        let key = String(repeating: "05", count: 32) + "\n"
        let path = folder + "/auditor.key"
        try Data(key.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}

extension MemoryBundle {
    func write(to folder: String) throws {
        for (path, bytes) in files {
            let file = URL(fileURLWithPath: folder + "/" + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(bytes).write(to: file)
        }
    }
}
