import Foundation
import RecoveryCrypto

/// Measures floors, peers and ours in one run, and prints what came of it as a table.
///
/// A whole run also puts the table into `Docs/Performance.md`. Words select benchmarks by id, `p1 p7`, and then nothing
/// is written.
@main
struct Benchmarks {
    typealias Benchmark = @Sendable (inout Report) async throws -> Void

    static let all: [(ids: Set<String>, run: Benchmark)] = [
        (["P1"], TOTPBenchmark.run),
        (["P2", "P3", "P5"], LogBenchmarks.run),
        (["P2"], ScaleBenchmark.run),
        (["P4"], StoreBenchmark.run),
        (["P6"], UnlockBenchmark.run),
        (["P6"], CommandBenchmark.run),
        (["P7", "P8"], VaultBenchmarks.run),
        (["P7"], CustomerBenchmark.run),
        (["P9", "P10", "P11"], ImportBenchmark.run),
        (["P12"], PolicyBenchmark.run),
        (["P13"], ProgramBenchmark.run),
        (["P14"], ProofBenchmark.run),
    ]

    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        let wanted = Set(words.map { $0.uppercased() })
        let known = all.reduce(into: Set<String>()) { $0.formUnion($1.ids) }
        guard words.allSatisfy({ known.contains($0.uppercased()) }) else {
            say("usage: Benchmarks [\(known.sorted().joined(separator: " | ").lowercased()) …]")
            exit(64)
        }
        _ = Machine.loadAtStart
        // Keys lie where the programs keep them.
        _ = ProcessHardening.apply()
        var report = Report()
        for benchmark in all where wanted.isEmpty || !wanted.isDisjoint(with: benchmark.ids) {
            do {
                try await benchmark.run(&report)
            } catch {
                // The others are worth having all the same, and the table says what is missing.
                report.fail(benchmark.ids.sorted().joined(separator: ", "), error)
            }
        }
        let document = """
            # Performance

            Written by `make bench`; no figure is typed. Floor, peer and ours take turns in one run: times say the
            order of magnitude on this machine, ratios hold beyond it. A ratio is the time of the floor by ours, so 1
            is all of the floor's speed; it is the median of the rounds, and the spread is their least and their
            largest. P4, P13 and threads side by side are measured on the wall, P6 in CPU time of the process, all else
            in CPU time of one thread. The load is that of the whole machine: where it is above 1 when the run begins,
            others were at work, and times are worse than they need be.

            \(Machine.description)

            \(report.markdown)
            """
        // A page with less than everything on it is not worth the one that is there.
        if wanted.isEmpty, !report.hasFailed {
            let file = Machine.root.appendingPathComponent("Docs/Performance.md")
            try (document.trimmingCharacters(in: .newlines) + "\n").write(to: file, atomically: true, encoding: .utf8)
        }
        print(document)
        exit(report.hasFailed ? 1 : 0)
    }
}
