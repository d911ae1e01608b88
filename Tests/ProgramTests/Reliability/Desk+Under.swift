import Foundation
import Testing

extension Desk {
    /// How a program that runs under another one ended.
    enum End {
        case answered(Program.Answer)
        case killed
    }

    /// Runs `recoveryctl` on the data directory under another program, such as one that kills it or lies about the time.
    ///
    /// - Parameter under: The other program and its words, before ours.
    func end(
        of words: [String],
        stdin: String? = nil,
        under: [String],
        environment: [String: String] = [:]
    ) throws -> End {
        let surroundings = Program.Surroundings(
            folder: folder.url,
            outputs: folder.outputs,
            environment: environment.merging(["HOME": folder.url.path]) { $1 }
        )
        let ours = [Player.programs.appending(path: "recoveryctl").path, "--data", data] + words
        let outer = try #require(under.first)
        let program = try Program(
            URL(fileURLWithPath: outer),
            under.dropFirst() + ours,
            in: surroundings,
            stdin: stdin.map { Data($0.utf8) }
        )
        do {
            return .answered(try program.answer())
        } catch ScriptError.programCrashed(_, signal: SIGKILL) {
            return .killed
        }
    }
}

extension SystemTool {
    static let faketime = "/usr/bin/faketime"
    static let strace = "/usr/bin/strace"

    static func isThere(_ tool: String) -> Bool { FileManager.default.isExecutableFile(atPath: tool) }
}
