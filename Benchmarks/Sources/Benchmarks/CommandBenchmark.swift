import Foundation
import RecoveryCrypto

/// P6: the same unlock by `recoveryctl`, where each command is a process and an epoch of the log of its own. Flushes and
/// bytes are counted by `strace`, of the programs as they are.
enum CommandBenchmark {
    private static let strace = "/usr/bin/strace"

    /// What one command asked of the disk, by what was flushed.
    private struct Command {
        let name: String
        var commits = 0
        var others = 0
        var bytes = 0
    }

    static func run(_ report: inout Report) async throws {
        let recoveryctl = Machine.programs + "/recoveryctl"
        let isReady = [strace, recoveryctl].allSatisfy(FileManager.default.isExecutableFile)
        guard isReady else {
            let reason = "strace or recoveryctl is missing; run make bench"
            report.skip("P6", "a whole unlock by recoveryctl", because: reason)
            return
        }
        let commands = try await Machine.withScratch { folder in
            try unlock(Session(program: recoveryctl, folder: folder))
        }
        func total(_ count: KeyPath<Command, Int>) -> Int { commands.map { $0[keyPath: count] }.reduce(0, +) }
        // Without a target: that of P6 is for a service that stays up. A process opens an epoch, seals it, signs, and
        // leaves an empty log behind, and each of these is durable before the next.
        report.count(
            "P6",
            "flushes of the write-ahead log by each command of recoveryctl: epoch, change, seal, note, two to empty it",
            commands.map { "\($0.name) \($0.commits)" }.joined(separator: ", ") + "; together \(total(\.commits))",
            "–",
            "–"
        )
        report.count(
            "P6",
            "other flushes of each command: key file, head, their folders, the database",
            commands.map { "\($0.name) \($0.others)" }.joined(separator: ", ") + "; together \(total(\.others))",
            "–",
            "–"
        )
        report.count("P6", "bytes written by all commands", "\(total(\.bytes))", "–", "–")
    }

    private static func unlock(_ session: Session) throws -> [Command] {
        let customer = #"{"account":"u-1001","name":"Kim Park","email":"kim@example.org","stake":500}"#
        try Data((customer + "\n").utf8).write(to: URL(fileURLWithPath: session.folder + "/customers.jsonl"))
        for command in [
            "init --origin recovery.example/benchmark --admin ada --auditor vera",
            "--as ada agent add mia --role agent", "--as ada agent add sam --role supervisor",
            "--as ada account import customers.jsonl", "--as ada account enrol u-1001 totp --uri-file kim.uri",
            "--as ada account lock u-1001 --reason failed-attempts",
        ] {
            _ = try session.run(command)
        }
        var commands: [Command] = []
        func count(_ name: String, _ words: String, input: String = "", ends status: Int32 = 0) throws -> String {
            let output = try session.run(words, input: input, ends: status, tracing: "trace")
            let trace = try String(contentsOfFile: session.folder + "/trace", encoding: .utf8)
            commands.append(read(trace, of: name))
            return output
        }
        let opened = try count("open", "--as mia case open u-1001 --purpose unlock --channel phone")
        guard let name = opened.split(separator: " ").first else { throw Disagreement(what: "a case without a name") }
        let check = "--as mia case check \(name) "
        _ = try count("totp", check + "totp --code-stdin", input: session.authenticatorCode())
        _ = try count("send code", check + "issued-code --send email")
        _ = try count("issued code", check + "issued-code --code-stdin", input: session.sentCode())
        _ = try count("decide", "--as mia case decide \(name)", ends: 12)
        _ = try count("approve", "--as sam approval grant \(name)")
        _ = try count("decide", "--as mia case decide \(name)")
        _ = try count("restore", "--as mia case restore \(name)")
        return commands
    }

    /// A commit is a flush of SQLite's write-ahead log, by the settings of the store.
    private static func read(_ trace: String, of name: String) -> Command {
        var command = Command(name: name)
        for line in trace.split(separator: "\n") {
            if let flush = line.firstMatch(of: /f(?:data)?sync\([0-9]+<([^>]*)>/) {
                if flush.1.hasSuffix("-wal") { command.commits += 1 } else { command.others += 1 }
            } else if let write = line.firstMatch(of: /p?write(?:64)?\([0-9]+<\/[^>]*>, ""(?:\.\.\.)?, ([0-9]+)/) {
                command.bytes += Int(write.1) ?? 0
            }
        }
        return command
    }

    private struct Session {
        let program: String
        let folder: String

        func run(
            _ words: String,
            input: String = "",
            ends expected: Int32 = 0,
            tracing file: String? = nil
        ) throws -> String {
            let arguments = ["--data", "D"] + words.split(separator: " ").map(String.init)
            let calls = "trace=fsync,fdatasync,write,pwrite64"
            let (status, output) =
                if let file {
                    try Machine.run(
                        strace,
                        ["-f", "-y", "-qq", "-s", "0", "-e", calls, "-o", file, program] + arguments,
                        input: input,
                        in: folder
                    )
                } else {
                    try Machine.run(program, arguments, input: input, in: folder)
                }
            try Disagreement.unless(status == expected, "recoveryctl \(words) ended with \(status)")
            return output
        }

        func authenticatorCode() throws -> String {
            var uri = Array(try text(folder + "/kim.uri").trimmingCharacters(in: .whitespacesAndNewlines).utf8)
            let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
            guard let code = try EnrolmentURI(parsing: SecretKey(wiping: &uri)).totp.code(at: now) else {
                throw Disagreement(what: "no code at this moment")
            }
            return code.lend { String(decoding: [UInt8](copying: $0), as: UTF8.self) } + "\n"
        }

        func sentCode() throws -> String {
            let outbox = folder + "/D/outbox/new"
            for name in try FileManager.default.contentsOfDirectory(atPath: outbox) {
                if let code = try text(outbox + "/" + name).firstMatch(of: /code is: ([0-9]+)/) { return code.1 + "\n" }
            }
            throw Disagreement(what: "no code was sent")
        }

        private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
    }
}
