import AccountRecovery
import Foundation
import Testing

@testable import recoveryctl

/// A desk whose customers can all be recognised, and nothing of whom may turn up outside the vault.
///
/// What is handed over, and what is handed out to a customer, lies in `given/`, which is the caller's own.
struct CanaryDesk {
    let folder: SessionFolder
    let customers: [CanaryCustomer]
    static let agents = (1...8).map { "agent\($0)" }

    init(customers count: Int) throws {
        folder = try SessionFolder()
        customers = CanaryCustomer.make(count)
        let lines = try customers.map { try $0.line }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "given/customers.jsonl")
        for place in ["tmp", "home"] { try folder.write("", to: place + "/marker") }
        try done("init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera")
        for agent in Self.agents { try done("--as", "ada", "agent", "add", agent, "--role", "agent") }
        try done("--as", "ada", "agent", "add", "sam", "--role", "supervisor")
        let imported = try done("--as", "ada", "account", "import", "given/customers.jsonl")
        try #require(imported.contains("imported \(count), skipped 0"))
    }

    /// A program over the data directory, with folders of its own for what is temporary.
    func start(_ words: [String], stdin: String? = nil, environment: [String: String] = [:]) throws -> Program {
        let own = ["HOME": folder.url.path + "/home", "TMPDIR": folder.url.path + "/tmp"]
        let surroundings = Program.Surroundings(
            folder: folder.url,
            outputs: folder.outputs,
            environment: own.merging(environment) { $1 }
        )
        let program = Player.programs.appending(path: "recoveryctl")
        return try Program(program, ["--data", "D"] + words, in: surroundings, stdin: stdin.map { Data($0.utf8) })
    }

    @discardableResult
    func run(_ words: String..., stdin: String? = nil) throws -> Program.Answer {
        try start(words, stdin: stdin).answer()
    }

    @discardableResult
    func done(_ words: String..., stdin: String? = nil, at place: SourceLocation = #_sourceLocation) throws -> String {
        let answer = try start(words, stdin: stdin).answer()
        try #require(answer.code == 0, "\(words): \(answer.stderr)", sourceLocation: place)
        return answer.stdout
    }

    /// Opens the data directory in this process, as the programs open it.
    func open<Value: Sendable>(_ work: (OpenInstallation) async throws -> Value) async throws -> Value {
        try await OpenInstallation.with(DataFolder(folder.url.path + "/D"), work)
    }

    /// Every file that a program left, with what is found in it. The caller's own are left out, and the letters.
    func searched(with search: NeedleSearch) throws -> [(file: String, hits: [NeedleSearch.Hit])] {
        let files = try folder.files(except: ["given", "D/outbox"])
        let left = try files.map { ($0, search.hits(in: try folder.bytes(of: $0))) }
        return left + (try said(with: search))
    }

    /// What the programs said, on both streams.
    private func said(with search: NeedleSearch) throws -> [(file: String, hits: [NeedleSearch.Hit])] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.outputs.path).sorted()
        return try names.filter { !$0.hasSuffix(".in") }.map { name in
            (name, search.hits(in: try Data(contentsOf: folder.outputs.appending(path: name))))
        }
    }

    /// The letters, by the name of their file.
    func letters() throws -> [(file: String, text: String)] {
        let place = folder.url.appending(path: "D/outbox/new")
        return try FileManager.default.contentsOfDirectory(atPath: place.path).sorted().map { name in
            (name, try String(contentsOf: place.appending(path: name), encoding: .utf8))
        }
    }
}

extension SecretText {
    convenience init(testing text: String) {
        var bytes = Array(text.utf8)
        self.init(wiping: &bytes)
    }
}
