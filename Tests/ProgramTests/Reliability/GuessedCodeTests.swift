import Foundation
import RecoveryTestSupport
import Synchronization
import Testing

/// Guesses through the real program, by four agents at once, with kill -9 in between (R6).
@Suite(.serialized, .enabled(if: SystemTool.isThere(SystemTool.strace), "strace is missing: Scripts/setup installs it"))
struct GuessedCodeTests {
    private static let agents = ["mia", "max", "noa", "eve"]
    private static let limit = 5

    /// What is known of one account's case from outside.
    private struct Seen {
        /// Numbers of attempts left, as the program told them.
        var told: [Int] = []
        var killed = 0
        var limited = 0
    }

    private func desk(in folder: SessionFolder) throws -> Desk {
        let desk = Desk(emptyIn: folder, data: "D")
        try desk.done("init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera")
        for agent in Self.agents { try desk.done("--as", "ada", "agent", "add", agent, "--role", "agent") }
        return desk
    }

    private static func words(_ name: String, by agent: String) -> [String] {
        ["--as", agent, "case", "check", name, "totp", "--code-stdin"]
    }

    /// Makes one guess, under a program that kills it at a call, and enters what came of it. The store has one owner at
    /// a time: whoever finds it owned comes again.
    private func guess(_ name: String, by agent: String, under killer: [String], at desk: Desk, _ seen: inout Seen)
        throws
    {
        while true {
            switch try desk.end(of: Self.words(name, by: agent), stdin: "000000\n", under: killer) {
            case .killed:
                seen.killed += 1
            case .answered(let answer):
                if answer.code == 75 { continue }
                if answer.code == 13 {
                    seen.limited += 1
                } else {
                    try #require(answer.code == 1 || answer.code == 0, "\(answer.stderr)")
                    let left = try #require(answer.stdout.firstMatch(of: /attempts left ([0-9]+)/))
                    seen.told.append(try #require(Int(left.1)))
                }
            }
            return
        }
    }

    /// Kills at one of the calls of a check. They are counted for each thread, and who does what differs between runs.
    private static func killer(_ random: inout SeededRandom) -> [String] {
        // The write-ahead log is removed when the store is closed: all is written down by then, and nothing is said.
        let calls = [("pwrite64", 1...30), ("fdatasync", 1...6), ("fsync", 1...3), ("unlink", 1...1)]
        let (call, numbers) = calls[Int.random(in: 0..<calls.count, using: &random)]
        let number = Int.random(in: numbers, using: &random)
        return [
            SystemTool.strace, "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=\(call)",
            "-e", "inject=\(call):signal=KILL:when=\(number)",
        ]
    }

    @Test func `compares no more guesses than are allowed, however often programs are killed`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let seed = UInt64.random(in: 1...UInt64(UInt32.max))
        print("guessed codes: seed \(seed)")
        let desk = try desk(in: folder)
        let accounts = ProofLength.choose(short: 8, long: 1000)
        let names = try (0..<accounts).map { try desk.open("u-\(1000 + $0)") }
        let seen = Mutex([String: Seen]())
        DispatchQueue.concurrentPerform(iterations: Self.agents.count) { index in
            var random = SeededRandom(seed: seed + UInt64(index))
            // Two guesses of each agent at each account: eight where five are allowed.
            for name in (names + names).shuffled(using: &random) {
                var one = Seen()
                let killer = Self.killer(&random)
                do {
                    try guess(name, by: Self.agents[index], under: killer, at: desk, &one)
                } catch {
                    Issue.record(error)
                }
                seen.withLock { seen in
                    seen[name, default: Seen()].told += one.told
                    seen[name, default: Seen()].killed += one.killed
                    seen[name, default: Seen()].limited += one.limited
                }
            }
        }
        var result = seen.withLock { $0 }
        try #require(result.count == accounts)
        let killed = result.values.reduce(0) { $0 + $1.killed }
        var (compared, swallowed) = (0, 0)
        for name in names {
            var one = try #require(result[name])
            // Kills may have swallowed guesses before they were counted: the rest is asked by programs that live.
            while one.limited == 0 {
                try guess(name, by: "mia", under: ["/usr/bin/env"], at: desk, &one)
                try #require(one.told.count <= Self.limit, "seed \(seed)")
            }
            result[name] = one
            let started = try count("check.start", in: name, at: desk)
            let concluded = try count("check.result", in: name, at: desk)
            // No attempt is given to two guesses, and each that was counted stays counted.
            #expect(Set(one.told).count == one.told.count && one.told.count <= concluded, "seed \(seed), \(one)")
            #expect(started == Self.limit && concluded <= started, "seed \(seed), \(one)")
            compared += started
            swallowed += started - one.told.count
        }
        #expect(killed >= 4 && swallowed >= 2, "seed \(seed): \(killed) killed, \(swallowed) swallowed")
        #expect(try desk.audited().code == 0)
        try Figure(
            "R6",
            "guesses are counted exactly, in programs of 4 agents that are killed",
            covered: [
                .init(accounts, "accounts"), .init(compared, "attempts spent"), .init(killed, "programs killed"),
                .init(swallowed, "attempts spent and never answered"),
            ],
            bad: 0,
            control: "the data directory put back after each guess: attempts given twice"
        ).report()
    }

    /// The seeded bug: an attempt that does not outlive its guess. Everything is put back, the head as well, which is
    /// the one way in which the program cannot know better.
    @Test func `gives attempts twice if the whole data directory is put back`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try desk(in: folder)
        let name = try desk.open("u-1001")
        try FileManager.default.copyItem(at: folder.place("D"), to: folder.place("kept"))
        try FileManager.default.copyItem(at: folder.place("D.head"), to: folder.place("kept.head"))
        var seen = Seen()
        for _ in 0...Self.limit {
            try guess(name, by: "mia", under: ["/usr/bin/env"], at: desk, &seen)
            for (kept, place) in [("kept", "D"), ("kept.head", "D.head")] {
                try FileManager.default.removeItem(at: folder.place(place))
                try FileManager.default.copyItem(at: folder.place(kept), to: folder.place(place))
            }
        }
        #expect(seen.told == [Int](repeating: Self.limit - 1, count: Self.limit + 1) && seen.limited == 0)
    }

    private func count(_ event: String, in name: String, at desk: Desk) throws -> Int {
        try desk.done("audit", "show", "--case", name, "--event", event, "--json")
            .matches(of: /"event":"check\.(?:start|result)"/).count
    }
}
