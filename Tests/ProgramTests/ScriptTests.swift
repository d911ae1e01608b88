import Foundation
import Testing

@Suite struct ScriptTests {
    private static let files: [URL] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Scripts")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "txt" }.sorted { $0.path < $1.path }
    }()

    private static func script(of file: URL) throws -> Script {
        try Script(parsing: String(contentsOf: file, encoding: .utf8), path: file.path)
    }

    /// Those that can be read. Which cannot is told by a test of its own: here nobody would hear it.
    static let scripts = files.compactMap { try? script(of: $0) }

    @Test(arguments: scripts)
    func `goes as written`(script: Script) throws {
        try Player.play(script)
    }

    /// Without this, a folder that moved would leave the suite green and empty.
    @Test func `finds its scripts, and can read each`() throws {
        try #require(!Self.files.isEmpty)
        for file in Self.files {
            #expect(throws: Never.self, "\(file.lastPathComponent)") { try Self.script(of: file) }
        }
    }

    @Test(arguments: [
        ("exec recovery-audit\nstdoud INTACT", ScriptError.unknownVerb(line: 2)),
        ("exec recovery-audit\n!stdout INTACT", .unknownVerb(line: 2)),
        ("exec recovery-audit\n! exit 0", .cannotBeNegated(line: 2)),
        ("exec recovery-audit\n! nowhere secret", .cannotBeNegated(line: 2)),
        ("exec recovery-audit\nexit zero", .wrongWords(line: 2)),
        ("exec recovery-audit\nexit 0 1", .wrongWords(line: 2)),
        ("exec recovery-audit\nstdout", .wrongWords(line: 2)),
        ("exec recovery-audit\nsame one", .wrongWords(line: 2)),
        ("exec recovery-audit\nmode one 0698", .wrongWords(line: 2)),
        ("exec recovery-audit\ncapture code [0-9]+", .wrongWords(line: 2)),
        ("exec recovery-audit\ncapture WORK .+", .wrongWords(line: 2)),
        ("exec ../recovery-audit\nexit 0", .wrongWords(line: 1)),
        ("exec $WORK/recovery-audit\nexit 0", .wrongWords(line: 1)),
        ("tool curl https://example.org\nexit 0", .wrongWords(line: 1)),
        ("background recovery-audit\nwait", .wrongWords(line: 2)),
        ("env NAME VALUE\nexec recovery-audit\nexit 0", .wrongWords(line: 1)),
        ("exec recovery-audit 'one two\nexit 0", .openQuote(line: 1)),
        ("exec recovery-audit $CODE\nexit 0", .unknownVariable("CODE", line: 1)),
        ("exec recovery-audit $CODE\ncapture CODE .+\nexit 0", .unknownVariable("CODE", line: 1)),
        ("stdout INTACT", .checkBeforeProgram(line: 1)),
        ("background recovery-audit\nexit 0\nwait 0", .checkBeforeProgram(line: 2)),
        ("! exec recovery-audit\nstdout .\nexit 1", .exitNotChecked(line: 1)),
        ("! exec recovery-audit", .exitNotChecked(line: 1)),
        ("exec recovery-audit", .checksNothing),
        ("# only a comment", .checksNothing),
    ])
    func `refuses a script that would check nothing, or something else`(text: String, error: ScriptError) {
        #expect(throws: error) { try Script(parsing: text, path: #filePath) }
    }

    @Test func `parts words by spaces, and keeps quotes together`() throws {
        let words = try [Template](words: #"one  "two $A" 'three $A' $A"four"$A "" x'y'z $5 $"#, line: 1)
        #expect(
            words.map { $0.text(["A": "p q"]) } == ["one", "two p q", "three $A", "p qfourp q", "", "xyz", "$5", "$"]
        )
    }

    @Test func `a value in a pattern matches itself alone`() throws {
        let pattern = try Template("^$A$").pattern(["A": "a.b*(c)/é_-"])
        #expect("a.b*(c)/é_-".contains(pattern))
        #expect(!"axb*(c)/é_-".contains(pattern))
    }
}
