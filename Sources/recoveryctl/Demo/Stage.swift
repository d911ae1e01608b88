import Foundation

/// Runs programs in the folder of a demonstration, and shows what they were told and what came of it.
struct Stage {
    let folder: String
    let tools: DemoTools
    let paint: Paint
    /// Whether anybody looks on.
    let isShown: Bool

    /// Columns of a screen.
    private static let width = 100

    /// What a program left behind.
    struct Outcome {
        let exit: Int32
        let output: String
        let talk: String

        /// The first line that contains `words`, trimmed.
        func line(with words: String) -> String? {
            (output + talk).split(separator: "\n").first { $0.contains(words) }
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// Runs a program in the folder, with nothing of our environment but the path.
    func run(_ program: String, _ arguments: [String], input: String? = nil) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ["PATH": tools.path]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        do {
            try process.run()
            // Programs here say less than a pipe holds, so one after the other is safe.
            if let input { try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
            try stdin.fileHandleForWriting.close()
            let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
            let talk = try stderr.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return Outcome(
                exit: process.terminationStatus,
                output: String(decoding: output, as: UTF8.self),
                talk: String(decoding: talk, as: UTF8.self)
            )
        } catch {
            throw Failure(.unavailable, "not-run", "\(program) could not be run", cure: "look at its mode and owner")
        }
    }

    /// Plays one command and shows the line of its answer that matters.
    ///
    /// - Parameters:
    ///   - who: gives the command. `nil` where it is the one before, and for the same reason.
    ///   - why: it is allowed, or what it is for.
    ///   - exit: what it must end with.
    ///   - words: what its answer must contain; that line is shown.
    @discardableResult
    func play(
        _ who: String?,
        _ why: String,
        _ arguments: [String],
        input: String? = nil,
        by program: KeyPath<DemoTools, String> = \.recoveryctl,
        ends exit: Exit = .done,
        saying words: String
    ) throws -> Outcome {
        let name = tools[keyPath: program].split(separator: "/").last.map(String.init) ?? ""
        let data = program == \.recoveryctl ? ["--data", "data"] : []
        if let who { try tell(who, why) }
        try show("  $ " + ([name] + data + arguments.map(quoted)).joined(separator: " "), paint.cyan)
        let outcome = try run(tools[keyPath: program], data + arguments, input: input)
        guard outcome.exit == exit.rawValue, let line = outcome.line(with: words) else {
            Terminal.talk(outcome.output + outcome.talk)
            throw Failure(
                .failed,
                "demo",
                "this step ended with \(outcome.exit), and \(exit.rawValue) with the words “\(words)” was expected",
                cure: "report it with the lines above"
            )
        }
        let colour = exit == .done ? paint.green : exit == .waiting ? paint.yellow : paint.red
        try show("    " + line + (exit == .done ? "" : "  (exit \(exit.rawValue), as it must)"), colour)
        return outcome
    }

    func tell(_ who: String, _ why: String) throws {
        try show(paint.bold(who) + ": " + paint.dim(why)) { $0 }
    }

    /// Shows a line, cut where the screen ends.
    func show(_ line: String, _ colour: (String) -> String) throws {
        guard isShown else { return }
        var shown = ""
        for character in line {
            guard Table.width(of: shown) < Self.width || Table.width(of: line) <= Self.width else {
                shown.removeLast()
                shown += "…"
                break
            }
            shown.append(character)
        }
        try Terminal.answer(colour(shown))
    }
}
