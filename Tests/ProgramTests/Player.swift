import Foundation
import Testing

/// Plays scripts with the programs that were built, each in a folder of its own.
struct Player {
    /// Where the programs are: beside the test bundle.
    static let programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

    private let folder: SessionFolder
    private var surroundings: Program.Surroundings
    private var variables: [String: String]
    private var stdin: Data?
    private var started: [Program] = []
    private var answer = Program.Answer(code: 0, stdout: "", stderr: "")
    /// What our own programs said so far, on both streams.
    private var said: [String] = []

    /// Plays a script up to its end, or to the first step that does not go as written. Failures are reported at the
    /// line of the script.
    static func play(_ script: Script) throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        for file in script.files { try folder.write(file.text, to: file.name) }
        var player = Player(folder: folder)
        defer { player.started.forEach { $0.stop() } }
        for step in script.steps {
            guard try player.play(step) else { return }
        }
        guard player.started.isEmpty else { throw ScriptError.notWaitedFor(player.started.count) }
    }

    private init(folder: SessionFolder) {
        self.folder = folder
        surroundings = Program.Surroundings(
            folder: folder.url,
            outputs: folder.outputs,
            environment: ["HOME": folder.url.path]
        )
        variables = ["WORK": folder.url.path]
    }

    /// Whether the step went as written.
    private mutating func play(_ step: Script.Step) throws -> Bool {
        switch step.verb {
        case .exec(let name, let words):
            answer = try start(Self.programs.appending(path: name), words).answer()
            said += [answer.stdout, answer.stderr]
            return claim((answer.code != 0) == step.negated, at: step)
        case .tool(let tool, let words):
            answer = try start(Self.find(tool), words, path: "/usr/bin:/bin").answer()
            return claim((answer.code != 0) == step.negated, at: step)
        case .background(let name, let words):
            started.append(try start(Self.programs.appending(path: name), words))
        case .wait(let codes):
            let answers = try started.map { try $0.answer() }
            started = []
            answer = Program.Answer(
                code: answers.map(\.code).max() ?? 0,
                stdout: answers.map(\.stdout).joined(),
                stderr: answers.map(\.stderr).joined()
            )
            said += [answer.stdout, answer.stderr]
            let ended = answers.map(\.code).sorted()
            return claim(ended == codes.sorted(), at: step, "ended with \(ended)")
        case .read(let file): answer = .init(code: 0, stdout: try folder.text(ofNewestAt: text(file)), stderr: "")
        case .stdin(let line): stdin = (stdin ?? Data()) + Data((text(line) + "\n").utf8)
        case .stdinFile(let file): stdin = (stdin ?? Data()) + (try folder.bytes(of: String(text(file).dropFirst())))
        case .env(let setting):
            let parts = text(setting).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            surroundings.environment[String(parts[0])] = String(parts[1])
        case .umask(let mask): surroundings.umask = mask
        case .check(let check): return try hold(check, at: step)
        case .change(let change): try make(change)
        }
        return true
    }

    private mutating func hold(_ check: Check, at step: Script.Step) throws -> Bool {
        switch check {
        case .exit(let code): return claim(answer.code == code, at: step)
        case .stdout(let pattern):
            return claim(try answer.stdout.contains(pattern.pattern(variables)) != step.negated, at: step)
        case .stderr(let pattern):
            return claim(try answer.stderr.contains(pattern.pattern(variables)) != step.negated, at: step)
        case .capture(let name, let pattern):
            let found = try answer.stdout.firstMatch(of: pattern.pattern(variables))?.output
            let value = found.flatMap { $0.count > 1 ? $0[1].substring : $0[0].substring }
            guard let value else { return claim(false, at: step) }
            variables[name] = String(value)
            return true
        case .exists(let file): return claim(try folder.holds(text(file)) != step.negated, at: step)
        case .mode(let file, let mode):
            let found = try folder.mode(of: text(file))
            return claim(found == mode, at: step, "mode \(String(found ?? 0, radix: 8))")
        case .same(let one, let other):
            let equal = try folder.bytes(of: text(one)) == folder.bytes(of: text(other))
            return claim(equal != step.negated, at: step)
        case .nowhere(let pattern, let exempt):
            let files = try folder.files(except: exempt.map(text))
            guard claim(!files.isEmpty, at: step, "there is no file to search") else { return false }
            let pattern = try pattern.pattern(variables)
            let found = try files.filter { file in
                let bytes = try folder.bytes(of: file)
                // Room that is kept on the disk is zeros, and a pattern takes seconds to get through them.
                guard bytes != Data(count: bytes.count) else { return false }
                // ASCII stays what it is, whatever surrounds it in a database or a core file.
                return String(decoding: bytes, as: UTF8.self).contains(pattern)
            }
            guard claim(found.isEmpty, at: step, "found in \(found)") else { return false }
            let told = said.filter { $0.contains(pattern) }
            return claim(told.isEmpty, at: step, "said: \(told)")
        }
    }

    private func make(_ change: FileChange) throws {
        let manager = FileManager.default
        switch change {
        case .folder(let name):
            try manager.createDirectory(at: folder.place(text(name)), withIntermediateDirectories: false)
        case .copy(let from, let to): try manager.copyItem(at: folder.place(text(from)), to: folder.place(text(to)))
        case .append(let file, let line): try folder.append(text(line), to: text(file))
        case .truncate(let file, let count): try folder.truncate(text(file), to: count)
        case .flip(let file, let offset): try folder.flip(text(file), at: offset)
        case .chmod(let mode, let file):
            try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.place(text(file)).path)
        case .symlink(let target, let link):
            try manager.createSymbolicLink(atPath: folder.place(text(link)).path, withDestinationPath: text(target))
        case .save(let file): try folder.write(answer.stdout, to: text(file))
        case .remove(let file): try manager.removeItem(at: folder.place(text(file)))
        }
    }

    private mutating func start(_ program: URL, _ words: [Template], path: String? = nil) throws -> Program {
        var surroundings = surroundings
        if let path { surroundings.environment["PATH"] = path }
        defer { stdin = nil }
        return try Program(program, words.map(text), in: surroundings, stdin: stdin)
    }

    static func find(_ tool: Tool) throws(ScriptError) -> URL {
        // The distribution's own come first: a wrapper somewhere in a home folder wants more than an empty environment.
        let path = "/usr/bin:/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        for folder in path.split(separator: ":") {
            let program = URL(fileURLWithPath: String(folder)).appending(path: tool.rawValue)
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        }
        throw .noSuchProgram(tool.rawValue)
    }

    private func text(_ template: Template) -> String {
        template.text(variables)
    }

    private func claim(_ holds: Bool, at step: Script.Step, _ what: String? = nil) -> Bool {
        if !holds {
            let place = SourceLocation(fileID: "ProgramTests/Script", filePath: step.path, line: step.line, column: 1)
            let said = "exit \(answer.code)\nstdout: \(answer.stdout)\nstderr: \(answer.stderr)"
            Issue.record("\(what ?? said)", sourceLocation: place)
        }
        return holds
    }
}
