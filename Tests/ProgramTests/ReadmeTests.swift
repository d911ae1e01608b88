import Foundation
import Testing

/// The five minutes of the README, typed as they stand there.
@Suite struct ReadmeTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The lines of the session, without their margin, and the answer of the auditor's program that it ends with.
    private static func session() throws -> (commands: [String], answer: [String]) {
        let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let section = text.components(separatedBy: "\n## Five minutes by hand\n")
        let lines = try #require(section.count == 2 ? section[1] : nil).components(separatedBy: "\n## ")[0]
            .split(separator: "\n", omittingEmptySubsequences: false)
            .filter { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
        let end = try #require(lines.firstIndex(of: "OK"))
        return (Array(lines[..<end]), Array(lines[end...]))
    }

    @Test func `goes as the README says, word by word`() throws {
        let (commands, answer) = try Self.session()
        try #require(commands.count > 20)
        let folder = try SessionFolder()
        defer { folder.discard() }
        var lines = ["set -E -o pipefail", "trap 'echo \"$? $BASH_COMMAND\" >> ended' ERR"]
        for command in commands {
            // The one thing that a reader fills in: the number that the case was given.
            guard command.hasPrefix("C=C-") else {
                lines.append(command)
                continue
            }
            let list = "recoveryctl --data D --as mia case list --json"
            lines.append("C=$(\(list) | sed -n 's/.*\"case\":\"\\(C-[0-9A-Z]*\\)\".*/\\1/p')")
        }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "session.sh")
        let surroundings = Program.Surroundings(
            folder: folder.url,
            outputs: folder.outputs,
            environment: ["HOME": folder.url.path, "PATH": "\(Player.programs.path):/usr/bin:/bin"]
        )
        let bash = URL(fileURLWithPath: "/bin/bash")
        let said = try Program(bash, ["session.sh"], in: surroundings, stdin: nil).answer()
        #expect(said.code == 0, "\(said.stderr)")

        // One command ends with another code than 0, and the README names it.
        let other = try folder.text(ofNewestAt: "ended").split(separator: "\n")
        #expect(other.count == 1 && other.first?.hasPrefix("12 recoveryctl --data D --as mia case decide $C") ?? false)
        let waiting = try #require(commands.first { $0.contains("exit code 12") })
        #expect(waiting.hasPrefix("recoveryctl --data D --as mia case decide $C ") && waiting.contains("# WAITING"))
        for words in ["decision: WAITING", "APPROVED by sam", "decision: GRANTED", "granted → restored"] {
            #expect(said.stdout.contains(words), "\(words)")
        }
        // The auditor's verdict is printed in the README, up to where it breaks off.
        let shown = answer.prefix { $0 != "…" }
        try #require(shown.count == 7)
        #expect(said.stdout.contains("\n" + shown.joined(separator: "\n") + "\n"), "\(said.stdout.suffix(700))")
    }
}
