import Foundation
import RecoveryCrypto

/// Measures floors, peers and ours in one run, and prints what came of it as a table.
///
/// `--write` also puts the table into `Docs/Performance.md`. Words select benchmarks by id: `p1 p7`.
@main
struct Benchmarks {
    typealias Benchmark = @Sendable (inout Report) async throws -> Void

    static let all: [(ids: Set<String>, run: Benchmark)] = [
        (["P1"], TOTPBenchmark.run),
        (["P2", "P3", "P5"], LogBenchmarks.run),
        (["P4"], StoreBenchmark.run),
        (["P7", "P8"], VaultBenchmarks.run),
        (["P12"], PolicyBenchmark.run),
        (["P13"], ProgramBenchmark.run),
    ]

    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        let wanted = Set(words.filter { !$0.hasPrefix("-") }.map { $0.uppercased() })
        let known = all.reduce(into: Set<String>()) { $0.formUnion($1.ids) }
        let isWriting = words.contains("--write")
        guard words.allSatisfy({ $0 == "--write" || known.contains($0.uppercased()) }), wanted.isEmpty || !isWriting
        else {
            say("usage: Benchmarks [--write | \(known.sorted().joined(separator: " | ").lowercased()) …]")
            exit(64)
        }
        _ = Machine.loadAtStart
        // Keys lie where the programs keep them.
        _ = ProcessHardening.apply()
        var report = Report()
        for benchmark in all where wanted.isEmpty || !wanted.isDisjoint(with: benchmark.ids) {
            try await benchmark.run(&report)
        }
        let document = """
            # Performance

            Written by `swift run -c release --package-path Benchmarks Benchmarks --write`; no figure is typed. Floor and
            ours take turns in one run: times say the order of magnitude on this machine, ratios hold beyond it. A ratio
            is the time of the floor by ours, so 1 is all of the floor's speed; it is the median of the rounds, and the
            spread is their least and their largest. P4 and P13 are measured on the wall, all else in CPU time of one
            thread.

            \(Machine.description)

            \(report.markdown)
            """
        if isWriting {
            let file = Machine.root.appendingPathComponent("Docs/Performance.md")
            try (document.trimmingCharacters(in: .newlines) + "\n").write(to: file, atomically: true, encoding: .utf8)
        }
        print(document)
    }
}
