import Foundation
import Testing

/// Programs at work in a folder of their own, under the recorder.
struct RecordedWork {
    let folder: SessionFolder
    /// The folder as the system names it, without links on the way.
    let root: URL
    private let traceFile: URL

    init() throws {
        folder = try SessionFolder()
        root = folder.url.resolvingSymlinksInPath()
        traceFile = folder.outputs.appending(path: "trace")
    }

    static let recorder = Player.programs.appending(path: "libWriteRecorder.so").path

    var environment: [String: String] {
        [
            "HOME": root.path, "LD_PRELOAD": Self.recorder,
            "WRITE_RECORDER_ROOT": root.path, "WRITE_RECORDER_TRACE": traceFile.path,
        ]
    }

    func trace() throws -> Trace {
        try Trace(reading: traceFile, ofFolder: root.path)
    }

    /// Runs a program to its end. What it changed below the folder is in the trace.
    ///
    /// - Parameter code: how it must end.
    @discardableResult
    func run(
        _ program: String,
        _ words: [String],
        stdin: String? = nil,
        ending code: Int32 = 0,
        recorded isRecorded: Bool = true,
        at place: SourceLocation = #_sourceLocation
    ) throws -> String {
        try #require(FileManager.default.fileExists(atPath: Self.recorder), sourceLocation: place)
        let surroundings = Program.Surroundings(
            folder: root,
            outputs: folder.outputs,
            environment: isRecorded ? environment : ["HOME": root.path]
        )
        let input = stdin.map { Data($0.utf8) }
        let answer = try Program(Player.programs.appending(path: program), words, in: surroundings, stdin: input)
            .answer()
        try #require(answer.code == code, "\(words): \(answer.stderr)", sourceLocation: place)
        return answer.stdout
    }

    /// A whole recovery, from the first key to the account that is open again: every command a process of its own.
    func wholeRecovery() throws {
        func ctl(_ words: String..., stdin: String? = nil, ending code: Int32 = 0) throws -> String {
            try run("recoveryctl", ["--data", "D"] + words, stdin: stdin, ending: code)
        }
        _ = try ctl("init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera")
        _ = try ctl("--as", "ada", "agent", "add", "mia", "--role", "agent")
        _ = try ctl("--as", "ada", "agent", "add", "sam", "--role", "supervisor")
        let customer = #"{"account":"u-1001","name":"Kim Park","email":"kim.park@example.org","stake":500}"#
        try folder.write(customer + "\n", to: "customers.jsonl")
        _ = try ctl("--as", "ada", "account", "import", "customers.jsonl")
        _ = try ctl("--as", "ada", "account", "enrol", "u-1001", "totp", "--uri-file", "phone.uri")
        _ = try ctl("--as", "ada", "account", "lock", "u-1001", "--reason", "failed-attempts")
        let opened = try ctl("--as", "mia", "case", "open", "u-1001", "--purpose", "unlock", "--channel", "phone")
        let name = String(try #require(opened.firstMatch(of: /C-[0-9A-Z]{10}/)).output)
        let code = try oneTimePassword()
        _ = try ctl("--as", "mia", "case", "check", name, "totp", "--code-stdin", stdin: code)
        _ = try ctl("--as", "mia", "case", "check", name, "issued-code", "--send", "email")
        let letter = try folder.text(ofNewestAt: "D/outbox/new")
        let sent = String(try #require(letter.firstMatch(of: /Your code is: ([0-9]+)/)).1)
        _ = try ctl("--as", "mia", "case", "check", name, "issued-code", "--code-stdin", stdin: sent + "\n")
        _ = try ctl("--as", "mia", "case", "decide", name, ending: 12)
        _ = try ctl("--as", "sam", "approval", "grant", name)
        _ = try ctl("--as", "mia", "case", "decide", name)
        let restored = try ctl("--as", "mia", "case", "restore", name)
        try #require(restored.contains("granted → restored"))
    }

    private func oneTimePassword() throws -> String {
        let link = try folder.text(ofNewestAt: "phone.uri")
        let secret = String(try #require(link.firstMatch(of: /[?&]secret=([A-Z2-7]+)/)).1)
        let surroundings = Program.Surroundings(folder: root, outputs: folder.outputs, environment: [:])
        let words = ["--totp", "--base32", secret]
        return try Program(Player.find(.oathtool), words, in: surroundings, stdin: nil).answer().stdout
    }
}
