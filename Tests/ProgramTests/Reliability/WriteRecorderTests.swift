import Foundation
import Testing

private enum Strace {
    static let program = URL(fileURLWithPath: "/usr/bin/strace")
    static let isThere = FileManager.default.isExecutableFile(atPath: program.path)
}

/// The recorder sees everything that a program changes: strace, which sees every call to the kernel, counts the same.
@Suite(.enabled(if: Strace.isThere, "strace is missing"))
struct WriteRecorderTests {
    /// What each call to the kernel is in a trace. `nil`: the recorder could not write it down, so nobody may use it.
    private static let kinds: [String: String?] = [
        "open": "open", "openat": "open", "creat": "open", "write": "write", "pwrite64": "write",
        "ftruncate": "truncate", "fallocate": "allocate", "fsync": "sync", "fdatasync": "sync",
        "rename": "rename", "renameat": "rename", "renameat2": "rename", "link": "link", "linkat": "link",
        "unlink": "unlink", "unlinkat": "unlink", "rmdir": "unlink", "mkdir": "makeFolder", "mkdirat": "makeFolder",
        "chmod": "mode", "fchmod": "mode", "fchmodat": "mode",
        "writev": nil, "pwritev": nil, "pwritev2": nil, "truncate": nil, "sendfile": nil, "copy_file_range": nil,
        "splice": nil, "symlink": nil, "symlinkat": nil, "mknodat": nil, "sync_file_range": nil, "syncfs": nil,
        "sync": nil, "msync": nil, "mmap": nil,
    ]

    @Test func `writes down as many changes as the kernel was asked for, of every kind`() throws {
        let work = try RecordedWork()
        defer { work.folder.discard() }
        let output = work.folder.outputs.appending(path: "calls")
        let environment = work.environment.flatMap { ["-E", "\($0.key)=\($0.value)"] }
        let calls = "trace=" + Self.kinds.keys.sorted().joined(separator: ",")
        let program = Player.programs.appending(path: "recoveryctl").path
        let watching = ["-ff", "-y", "-qq", "-s", "0", "-o", output.path, "-e", calls, "-e", "signal=none"]
        let words = [program, "--data", "D", "init", "--origin", "o.example/d", "--admin", "ada", "--auditor", "vera"]
        let surroundings = Program.Surroundings(folder: work.root, outputs: work.folder.outputs, environment: [:])
        let answer = try Program(Strace.program, watching + environment + words, in: surroundings, stdin: nil).answer()
        try #require(answer.code == 0, "\(answer.stderr)")

        let recorded = try work.trace().kinds
        let seen = try kernelCalls(in: work)
        #expect(recorded == seen)
        // No program of ours gives a file a second name.
        let missing = [
            "open", "write", "truncate", "allocate", "sync", "rename", "unlink", "makeFolder", "answer",
        ]
        .filter { seen[$0] ?? 0 == 0 }
        #expect(missing == [])
        try #require(seen.values.reduce(0, +) > 250)
    }

    /// Counts the calls that succeeded and changed something below the folder of the work, and those that said
    /// something.
    private func kernelCalls(in work: RecordedWork) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        let files = try FileManager.default.contentsOfDirectory(atPath: work.folder.outputs.path)
        for file in files where file.hasPrefix("calls.") {
            let text = try String(contentsOf: work.folder.outputs.appending(path: file), encoding: .utf8)
            for line in text.split(separator: "\n") {
                guard let match = line.firstMatch(of: /^(\w+)\((.*)\) += (?:0x)?[0-9a-f]+/) else { continue }
                let (call, words) = (String(match.1), match.2)
                if call == "write", words.hasPrefix("1<") {
                    counts["answer", default: 0] += 1
                    continue
                }
                let isInside = words.contains(work.root.path + "/") || words.hasSuffix("<\(work.root.path)>")
                guard isInside else { continue }
                if call.hasPrefix("open"), !words.contains("O_CREAT"), !words.contains("O_TRUNC") { continue }
                if call == "mmap", !words.contains("MAP_SHARED") || !words.contains("PROT_WRITE") { continue }
                let kind = try #require(Self.kinds[call], "\(line)")
                counts[kind ?? "unknown \(call)", default: 0] += 1
            }
        }
        return counts
    }
}

extension Trace {
    /// How many changes there are of each kind.
    fileprivate var kinds: [String: Int] {
        var counts: [String: Int] = [:]
        for change in changes {
            switch change {
            case .start: continue
            case .open: counts["open", default: 0] += 1
            case .write: counts["write", default: 0] += 1
            case .truncate: counts["truncate", default: 0] += 1
            case .allocate: counts["allocate", default: 0] += 1
            case .sync: counts["sync", default: 0] += 1
            case .rename: counts["rename", default: 0] += 1
            case .link: counts["link", default: 0] += 1
            case .unlink: counts["unlink", default: 0] += 1
            case .makeFolder: counts["makeFolder", default: 0] += 1
            case .mode: counts["mode", default: 0] += 1
            case .answer: counts["answer", default: 0] += 1
            }
        }
        return counts
    }
}
