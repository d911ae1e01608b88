import Foundation
import Testing

@testable import recoveryctl

/// What the system shows of a running program, to whoever may look, and the files that it opens elsewhere.
@Suite(.serialized)
struct PersonalDataInTheSystemTests {
    /// What `/proc` showed of programs, read over and over until they ended.
    private struct Seen {
        /// How often anything was read of the program that was read least.
        var samples: Int
        var hits: Set<String> = []

        init(watching programs: [Program], _ search: NeedleSearch) {
            var counts = [Int](repeating: 0, count: programs.count)
            while programs.contains(where: \.isRunning) {
                for (number, program) in programs.enumerated() {
                    for part in ["cmdline", "environ", "comm"] {
                        let file = URL(fileURLWithPath: "/proc/\(program.identifier)/\(part)")
                        guard let bytes = try? Data(contentsOf: file), !bytes.isEmpty else { continue }
                        counts[number] += 1
                        hits.formUnion(search.hits(in: bytes).map { "\(part): \($0.needle.kind)" })
                    }
                }
            }
            samples = counts.min() ?? 0
        }
    }

    @Test func `a running program shows no personal data in its arguments and environment`() async throws {
        let desk = try CanaryDesk(customers: 9)
        defer { desk.folder.discard() }
        let search = try NeedleSearch(desk.customers.flatMap(\.needles))
        let opening = ["--purpose", "unlock", "--channel", "phone"]
        let detailing = ["--as", "agent1", "case", "check", "C-7F3KQ2M9XA", "details", "--input", "-"]
        // While this process owns the store, a program has read what it was given, and waits.
        try await desk.open { _ in
            let customer = desk.customers[3]
            let programs = [
                try desk.start(
                    ["--as", "agent1", "case", "open", "--account-stdin"] + opening,
                    stdin: customer.account
                ),
                try desk.start(["--as", "ada", "account", "import", "-"], stdin: try customer.line),
                try desk.start(detailing, stdin: try customer.said(wrong: false)),
                try desk.start(["--as", "agent1", "case", "note", "C-7F3KQ2M9XA"], stdin: customer.note),
            ]
            let shown = Seen(watching: programs, search)
            #expect(shown.samples >= 20)
            #expect(shown.hits.isEmpty)
            for program in programs { #expect(try program.answer().stderr.contains("[store-owned]")) }

            // Whoever names the customer in the arguments tells everybody who can list processes.
            let telling = try desk.start(
                ["--as", "agent1", "case", "open", customer.account] + opening,
                environment: ["CALLER": customer.fields["name"] ?? ""]
            )
            let seen = Seen(watching: [telling], search)
            #expect(seen.hits.contains("cmdline: account"))
            // The environment of a process that refuses to be traced is for root alone.
            if SystemTool.mayActAsOthers { #expect(seen.hits.contains("environ: name")) }
            #expect(try telling.answer().code != 0)
        }
    }

    @Test func `a program opens no file for writing outside its own folders`() throws {
        let desk = try CanaryDesk(customers: 9)
        defer { desk.folder.discard() }
        let opened = try desk.done(
            "--as",
            "agent1",
            "case",
            "open",
            "--account-stdin",
            "--purpose",
            "unlock",
            "--channel",
            "phone",
            stdin: desk.customers[0].account
        )
        let name = String(try #require(opened.firstMatch(of: /C-[0-9A-Z]{10}/)).output)
        let more = try CanaryCustomer.make(18).dropFirst(9).map { try $0.line }.joined(separator: "\n")
        let own = ["D", "D.head", "bundle"].map { desk.folder.url.path + "/" + $0 }
        for (words, stdin) in [
            (["account", "import", "-"], more),
            (
                ["account", "erase", "--account-stdin", "--confirm", desk.customers[3].account],
                desk.customers[3].account
            ),
            (["audit", "export", "bundle"], ""),
        ] {
            let written = try writtenFiles(desk, ["--as", "ada"] + words, stdin)
            try #require(written.contains { $0.hasSuffix("recovery.db-wal") || $0.contains("/recovery.db") })
            #expect(written.filter { file in !own.contains { file.hasPrefix($0 + "/") } } == [], "\(words)")
        }
        for (words, stdin) in [
            (["check", name, "details", "--input", "-"], try desk.customers[0].said(wrong: false)),
            (["note", name], desk.customers[0].note),
        ] {
            let written = try writtenFiles(desk, ["--as", "agent1", "case"] + words, stdin)
            #expect(written.filter { file in !own.contains { file.hasPrefix($0 + "/") } } == [], "\(words)")
        }
        // The watcher sees a file elsewhere: that of an enrolment, which the caller named.
        let enrol = ["--as", "ada", "account", "enrol", "--account-stdin", "totp", "--uri-file", "given/phone.uri"]
        let elsewhere = try writtenFiles(desk, enrol, desk.customers[5].account)
        #expect(elsewhere.contains { $0.contains("/given/") })
    }

    /// The files that a command opened for writing or made, by the account of `strace`.
    private func writtenFiles(_ desk: CanaryDesk, _ words: [String], _ stdin: String) throws -> Set<String> {
        let record = desk.folder.outputs.appending(path: UUID().uuidString + ".strace")
        let program = Player.programs.appending(path: "recoveryctl").path
        // -y: a file that is named from an open folder is shown with that folder.
        let tracing = ["-f", "-y", "-qq", "-e", "trace=open,openat,creat,memfd_create", "-o", record.path, program]
        let surroundings = Program.Surroundings(
            folder: desk.folder.url,
            outputs: desk.folder.outputs,
            environment: ["HOME": desk.folder.url.path + "/home", "TMPDIR": desk.folder.url.path + "/tmp"]
        )
        let answer = try Program(
            URL(fileURLWithPath: "/usr/bin/strace"),
            tracing + ["--data", "D"] + words,
            in: surroundings,
            stdin: Data(stdin.utf8)
        ).answer()
        try #require(answer.code == 0, "\(answer.stderr)")
        let calls = try String(contentsOf: record, encoding: .utf8).split(separator: "\n")
        try #require(calls.count > 20)
        let writing = calls.filter { call in
            ["O_WRONLY", "O_RDWR", "O_CREAT", "creat(", "memfd"].contains { call.contains($0) }
                && !call.contains(" = -1 ")
        }
        // The result says which file it was, whatever it was called by: `= 7<…/D/store/lock>`.
        let files = writing.compactMap { $0.firstMatch(of: /= \d+<([^>]*)>/)?.1 }
        try #require(files.count == writing.count)
        return Set(files.map(String.init).filter { !$0.hasPrefix("/dev/") })
    }
}
