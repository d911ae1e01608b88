import Foundation
import RecoveryTestSupport
import Testing

/// `recovery-audit verify` on the bundles of the vectors, as an auditor would type it.
@Suite struct AuditVectorTests {
    private static let vectors = VectorFile.folder.appending(path: "audit-log")
    private static let bundle = vectors.appending(path: "bundle").path

    struct Expected: Decodable {
        let args: [String]
        let verdict: String
        let code: String?
        let first_bad_seq: Int?
        let exit: Int32

        /// The first line of the text output (audit-log.md §13.7).
        var headline: String {
            verdict + (code.map { " " + $0 } ?? "") + (first_bad_seq.map { " at record \($0)" } ?? "")
        }
    }

    struct Bundle: Decodable {
        let runs: [Expected]
    }

    struct Verdict: Decodable {
        let verdict: String
        let code: String?
        let first_bad_seq: Int?
        let exit: Int32
    }

    @Test func `says of the good bundle what the vectors say, in every run`() throws {
        let runs = try VectorFile.decode(Bundle.self, from: "audit-log/bundle-expected.json").runs
        try #require(runs.count == 2)
        for run in runs { try claim(run, of: Self.bundle, args: run.args) }
    }

    @Test(arguments: [
        "01-payload-bit", "10-delete-middle", "18-duplicate", "23-require-anchor",
        "25-tail-cut-with-head", "30-fork",
        "34-wrong-epoch-key", "35-missing-epoch-key", "37-sealed-key-garbage", "50-duplicate-key",
        "57-index-shadow",
        "60-private-altered", "66-forged-approval",
    ])
    func `says of a damaged bundle what the vectors say`(name: String) throws {
        let folder = Self.vectors.appending(path: "damaged/\(name)").path
        let expected = try VectorFile.decode(
            Expected.self,
            from: "audit-log/damaged/\(name)/expected.json"
        )
        let args = expected.args.map { $0.replacing("{case}", with: folder) }
        try claim(expected, of: folder + "/bundle", args: args)
    }

    @Test(arguments: [
        [], ["verify"], ["verify", "/nonexistent"], ["verify", bundle + "/checkpoint"],
        ["verify", bundle, bundle],
        ["verify", bundle, "--skip-macs"], ["verify", bundle, "--require-anchor=1"],
        ["verify", bundle, "--vkey", "/nonexistent"], ["verify", bundle, "--vkey", bundle + "/policy"],
        ["verify", bundle, "--policy", bundle + "/log.vkey"],
        ["verify", bundle, "--head", "/nonexistent"],
        ["verify", bundle, "--head", "/"], ["verify", bundle, "--epoch-keys", bundle + "/policy"],
        ["verify", bundle, "--state", bundle + "/policy"], ["verify", bundle, "--update-state"],
        ["verify", bundle, "--auditor-kid", "auditor-1"],
        ["verify", bundle, "--auditor-key", bundle + "/policy"],
        ["verify", bundle, "--auditor-key", bundle + "/policy", "--auditor-kid", "auditor-1"],
        ["verify", bundle, "--now", "tomorrow"], ["verify", bundle, "--now", "-1"],
        ["verify", bundle, "--now"],
        ["erase"], ["--unknown"],
    ])
    func `exits 64 with nothing on standard output for a wrong command`(arguments: [String]) throws {
        let answer = try run(arguments)
        #expect(answer.code == 64)
        #expect(answer.stdout == "")
        #expect(answer.stderr != "")
    }

    @Test func `lets the last of two values count`() throws {
        let answer = try run(
            [
                "verify", Self.bundle, "--vkey", "/nonexistent", "--vkey", Self.bundle + "/log.vkey",
                "--json", "--json",
            ]
        )
        #expect(answer.code == 0)
    }

    @Test func `remembers a head only when told to, and finds the rollback`() throws {
        try inFolder { folder in
            let state = folder.appending(path: "state").path
            #expect(try run(["verify", Self.bundle, "--state", state]).code == 0)
            #expect(!FileManager.default.fileExists(atPath: state))
            for _ in 0..<2 {
                #expect(try run(["verify", Self.bundle, "--state", state, "--update-state"]).code == 0)
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["state"])
            }
            let cut = Self.vectors.appending(path: "damaged/25-tail-cut-with-head/bundle").path
            let remembered = try Data(contentsOf: URL(fileURLWithPath: state))
            let answer = try run(["verify", cut, "--state", state, "--update-state"])
            #expect(answer.code == 1)
            #expect(answer.stdout.hasPrefix("TAMPERED truncated-or-rolled-back\n"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: state)) == remembered)
        }
    }

    @Test func `exits 74 when the state cannot be written, and still says the verdict`() throws {
        let answer = try run(["verify", Self.bundle, "--state", "/nonexistent/state", "--update-state"])
        #expect(answer.code == 74)
        #expect(answer.stdout.hasPrefix("OK\n"))
    }

    @Test(arguments: [
        ("checkpoint", "bundle-malformed"), ("policy", "policy-malformed"),
        ("tile", "bundle-malformed"),
    ])
    func `follows no link in a bundle`(name: String, code: String) throws {
        try inFolder { folder in
            let copy = folder.appending(path: "bundle")
            try FileManager.default.copyItem(atPath: Self.bundle, toPath: copy.path)
            let item = copy.appending(path: name)
            try FileManager.default.removeItem(at: item)
            try FileManager.default.createSymbolicLink(
                at: item,
                withDestinationURL: URL(fileURLWithPath: Self.bundle).appending(path: name)
            )
            let answer = try run(["verify", copy.path])
            #expect(answer.code == 1)
            #expect(answer.stdout.hasPrefix("TAMPERED \(code)\n"))
        }
    }

    // MARK: Running

    private struct Answer {
        let code: Int32
        let stdout: String
        let stderr: String
    }

    private func claim(_ expected: Expected, of bundle: String, args: [String]) throws {
        let text = try run(["verify", bundle] + args)
        #expect(text.code == expected.exit)
        #expect(text.stdout.hasPrefix(expected.headline + "\n"), "\(text.stdout)")
        let json = try run(["verify", bundle, "--json"] + args)
        #expect(json.code == expected.exit)
        let verdict = try JSONDecoder().decode(Verdict.self, from: Data(json.stdout.utf8))
        #expect(verdict.verdict == expected.verdict)
        #expect(verdict.code == expected.code)
        #expect(verdict.first_bad_seq == expected.first_bad_seq)
        #expect(verdict.exit == expected.exit)
        #expect(json.stdout.count { $0 == "\n" } == 1 && json.stdout.hasSuffix("\n"))
    }

    private func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    /// Far above what the program takes, so that a busy machine fails no test.
    private static let secondsPerRun = 60

    /// Runs the program that was built beside the tests, with an empty environment.
    private func run(_ arguments: [String]) throws -> Answer {
        var answer = Answer(code: -1, stdout: "", stderr: "")
        try inFolder { folder in
            // Files, not pipes: a program that says more than a pipe holds would wait for us, and we for it.
            let (stdout, stderr) = (folder.appending(path: "stdout"), folder.appending(path: "stderr"))
            for file in [stdout, stderr] { try Data().write(to: file) }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
                .deletingLastPathComponent()
                .appending(path: "recovery-audit")
            process.arguments = arguments
            process.currentDirectoryURL = folder
            process.environment = [:]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: stdout)
            process.standardError = try FileHandle(forWritingTo: stderr)
            let ended = DispatchSemaphore(value: 0)
            process.terminationHandler = { _ in ended.signal() }
            try process.run()
            if ended.wait(timeout: .now() + .seconds(Self.secondsPerRun)) == .timedOut {
                kill(process.processIdentifier, SIGKILL)
                throw CocoaError(.executableLoad)
            }
            answer = Answer(
                code: process.terminationStatus,
                stdout: try String(contentsOf: stdout, encoding: .utf8),
                stderr: try String(contentsOf: stderr, encoding: .utf8)
            )
        }
        return answer
    }
}
