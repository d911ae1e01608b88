import Foundation
import Testing

/// A program at a terminal: what it shows, and what a person types when it asks.
struct PseudoTerminal {
    let folder: SessionFolder
    var environment: [String: String] = [:]

    /// What is waited for, and what is typed then. A line ends with a newline; control characters stand as they are.
    typealias Dialogue = [(after: String, type: String)]

    struct Answer: Decodable {
        let code: Int32
        /// Everything that stood on the terminal, echoed letters included.
        let shown: String
    }

    /// Runs one of our programs until it ends.
    func run(_ name: String, _ words: [String], _ dialogue: Dialogue = []) throws -> Answer {
        let typed = try JSONEncoder().encode(dialogue.map { [$0.after, $0.type] })
        let program = Player.programs.appending(path: name).path
        let surroundings = Program.Surroundings(
            folder: folder.url,
            outputs: folder.outputs,
            environment: ["HOME": folder.url.path, "TERM": "xterm"].merging(environment) { $1 }
        )
        let player = try Program(
            Player.find(.python3),
            ["-c", Self.player, String(decoding: typed, as: UTF8.self), program] + words,
            in: surroundings,
            stdin: nil
        ).answer()
        try #require(player.code == 0, "\(player.stderr)")
        return try JSONDecoder().decode(Answer.self, from: Data(player.stdout.utf8))
    }

    /// Waits for words and not for time. What is waited for and never said ends with the program, or with the time
    /// that every program of a test has.
    private static let player = """
        import json, os, pty, sys
        dialogue, words = json.loads(sys.argv[1]), sys.argv[2:]
        child, terminal = pty.fork()
        if child == 0:
            os.execv(words[0], words)
        shown = since = b""
        while True:
            try:
                part = os.read(terminal, 65536)
            except OSError:
                break
            if not part:
                break
            shown, since = shown + part, since + part
            if dialogue and dialogue[0][0].encode() in since:
                os.write(terminal, dialogue.pop(0)[1].encode())
                since = b""
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"code": status, "shown": shown.decode(errors="replace").replace("\\r\\n", "\\n")}))
        """
}
