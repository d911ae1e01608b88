import Foundation
import Testing

/// The drill of `Docs/Operations.md`, typed as it stands there, on a desk as the README leaves it.
@Suite struct OperationsTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The lines of the drill without their margin.
    private static func drill() throws -> [String] {
        let text = try String(contentsOf: root.appending(path: "Docs/Operations.md"), encoding: .utf8)
        let section = text.components(separatedBy: "\n## A drill\n")
        return try #require(section.count == 2 ? section[1] : nil).components(separatedBy: "\n## ")[0]
            .split(separator: "\n").filter { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
    }

    @Test func `a restore goes as the drill says, word by word`() throws {
        let commands = try Self.drill()
        try #require(commands.count > 15)
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder)
        try folder.write(
            #"{"account":"u-1002","name":"Rosa Quimby","email":"rosa@example.org","stake":500}"# + "\n",
            to: "more"
        )
        try desk.done("--as", "ada", "account", "import", "more")
        // `!` makes a command that fails a success, so that one which succeeds there has to be found.
        let lines = commands.map { $0.hasPrefix("! ") ? "if \($0.dropFirst(2))" : $0 }
        var script = ["set -e -o pipefail"]
        var open = false
        for line in lines {
            script.append(line)
            open = open || line.hasPrefix("if ")
            guard open, !line.hasSuffix("\\") else { continue }
            script.append("then echo \"succeeded: line \(script.count)\" >&2; exit 99; fi")
            open = false
        }
        try folder.write(script.joined(separator: "\n") + "\n", to: "drill.sh")
        let surroundings = Program.Surroundings(
            folder: folder.url,
            outputs: folder.outputs,
            environment: ["HOME": folder.url.path, "PATH": "\(Player.programs.path):/usr/bin:/bin"],
            umask: 0o077
        )
        let bash = URL(fileURLWithPath: "/bin/bash")
        let said = try Program(bash, ["drill.sh"], in: surroundings, stdin: nil).answer()
        #expect(said.code == 0, "\(said.stderr)")
        for words in [
            "100 fields of random customers", "beyond recovery", "restored to ",
            "recovery.example/demo/restore-1",
            "shredded    1 erased since, and left out",
        ] { #expect(said.stdout.contains(words), "\(words): \(said.stdout)") }
        #expect(said.stderr.contains("is shorter than"))
        #expect(said.stdout.components(separatedBy: "\nOK\n").count == 3)
    }
}
