import Foundation
import Testing

/// The player's own seeded bugs: if a wrong expectation passes here, none of the scripts proves anything.
@Suite struct PlayerTests {
    /// Says one line on each stream, copies its input to a file, and ends with 3.
    private static let program = """
        import os, sys
        open("out.bin", "wb").write(bytes([0, 255]) + sys.stdin.buffer.read() + b"secret-1234")
        print("said", *sys.argv[1:], sorted(os.environ), os.getcwd() == os.environ["HOME"])
        print("complained", file=sys.stderr)
        sys.exit(3)

        """

    private func play(_ steps: String) throws {
        let text = steps + "\n-- program.py --\n" + Self.program + "-- other.bin --\nother\n"
        try Player.play(Script(parsing: text, path: #filePath))
    }

    @Test(arguments: [
        "exit 3",
        "stdout ^said one .*True$",
        "! stdout complained",
        "stderr ^complained$",
        "exists out.bin",
        "! exists absent.bin",
        "mode out.bin 0644",
        "! same out.bin other.bin",
        "nowhere secret-12345",
        "nowhere secret-1234 out.bin program.py",
        "read other.bin\nstdout ^other$\n! stderr .",
        "folder box\ncopy other.bin box/b\ncopy program.py box/a\nappend box/b new\nread box\nstdout ^new$",
        "save kept\nread kept\nstdout ^said one",
    ])
    func `holds where a program answers as written`(check: String) throws {
        try play("umask 022\n! tool python3 program.py one\n\(check)")
    }

    @Test(arguments: [
        "exit 0",
        "stdout ^complained",
        "! stdout said",
        "stderr ^said",
        "! stderr .",
        "capture CODE code=([0-9]+)",
        "exists absent.bin",
        "! exists out.bin",
        "mode out.bin 0600",
        "same out.bin other.bin",
        "! same out.bin out.bin",
        "nowhere secret-1234 program.py",
        "nowhere secret-[0-9]+ program.py out",
    ])
    func `fails where a program answers otherwise`(check: String) throws {
        try withKnownIssue {
            try play("umask 022\n! tool python3 program.py one\n\(check)")
        } matching: { issue in
            // The third line of the script, and not a program that could not be started.
            issue.error == nil && issue.sourceLocation?.line == 3
        }
    }

    @Test(arguments: ["tool python3 program.py", "! tool python3 -c 0"])
    func `fails where a program ends otherwise`(step: String) throws {
        try withKnownIssue {
            try play("\(step)\nexit 3")
        } matching: { issue in
            issue.error == nil && issue.sourceLocation?.line == 1
        }
    }

    /// A step after a failure would run on what the failure left behind, and bury the line that matters.
    @Test func `stops at the first step that fails`() throws {
        try withKnownIssue {
            try play("tool python3 -c 0\nexit 1\nexit 2")
        } matching: { issue in
            issue.sourceLocation?.line == 2
        }
    }

    /// Secrets are looked for in what was said as well, by every program of ours and on both streams.
    @Test(arguments: ["nowhere rva/v[0-9]", "nowhere USAGE|Usage"])
    func `finds what one of our programs said long ago`(check: String) throws {
        try withKnownIssue {
            try play("exec recovery-audit version\n! exec recovery-audit\nexit 64\ntool python3 -c 0\n\(check)")
        } matching: { issue in
            issue.error == nil && issue.sourceLocation?.line == 5
        }
    }

    @Test func `plays included steps on included files, and tells where they fail`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        try folder.write(
            "# Shared.\ntool python3 -c print(5)\ncapture FIVE (.)\n\n-- shared.txt --\nshared\n",
            to: "Shared/steps.txt"
        )
        try folder.write("exec recovery-audit version\nexit 1\n", to: "Shared/failing.txt")
        let path = folder.url.appending(path: "session.txt").path
        let text = "include steps\nread shared.txt\nstdout ^shared$\nread own.txt\nstdout ^own$\nstdin $FIVE\n"
        try Player.play(Script(parsing: text + "\n-- own.txt --\nown\n", path: path))
        try withKnownIssue {
            try Player.play(Script(parsing: "include failing", path: path))
        } matching: { issue in
            issue.sourceLocation?.line == 2 && issue.sourceLocation?.filePath.hasSuffix("Shared/failing.txt") == true
        }
    }

    @Test(arguments: [
        ("include absent", ScriptError.noSuchInclude("absent", line: 1)),
        ("include ../session", .noSuchInclude("../session", line: 1)),
        ("include nested", .inIncluded("nested", .nestedInclude(line: 1))),
        ("include misspelt", .inIncluded("misspelt", .unknownVerb(line: 1))),
        ("include file\n-- one.txt --\n", .fileTwice("one.txt")),
        ("include file\nexec recovery-audit", .checksNothing),
    ])
    func `refuses what cannot be included`(text: String, error: ScriptError) throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        try folder.write("include file\n", to: "Shared/nested.txt")
        try folder.write("exce recovery-audit\n", to: "Shared/misspelt.txt")
        try folder.write("-- one.txt --\n", to: "Shared/file.txt")
        let path = folder.url.appending(path: "session.txt").path
        #expect(throws: error) { try Script(parsing: text, path: path) }
    }

    /// A signal is no exit code: `! exec` of a program that crashed must not pass for a refusal.
    @Test func `takes no crash for a failure`() {
        #expect(throws: ScriptError.programCrashed("python3", signal: 6)) {
            try play("! tool python3 -c 'import os; os.abort()'\nexit 6")
        }
    }

    @Test func `takes no absent program for a failure`() {
        #expect(throws: ScriptError.noSuchProgram("absent-program")) {
            try play("! exec absent-program\nexit 1")
        }
    }

    @Test(arguments: ["remove ../outputs", "chmod 600 /etc/hostname", "exists $WORK/../x", "append .. x"])
    func `touches nothing outside its folder`(step: String) {
        #expect {
            try play("tool python3 -c 0\n\(step)\nexit 0")
        } throws: { error in
            if case .outsideFolder? = error as? ScriptError { true } else { false }
        }
    }

    @Test func `passes on input, variables, environment and mask`() throws {
        try play(
            """
            env COLOUR=never
            umask 077
            stdin 'two words'
            stdin <other.bin
            ! tool python3 program.py "a  b"
            exit 3
            stdout ^said a  b \\['COLOUR', 'HOME', .*'PATH'.*\\] True$
            mode out.bin 0600
            capture WORD said (.)
            tool python3 -c "import sys; sys.exit(open('out.bin','rb').read()[2:-11] != b'two words\\nother\\n')"
            tool python3 -c "print('$WORD$WORD', '$WORK')"
            stdout ^aa $WORK$
            tool python3 -c 'import sys; sys.exit(len(sys.stdin.read()))'
            exit 0
            """
        )
    }

    @Test func `changes files as told`() throws {
        try play(
            """
            folder deep
            copy other.bin deep/copy.bin
            tool python3 -c 0
            same other.bin deep/copy.bin
            flip deep/copy.bin -1
            ! same other.bin deep/copy.bin
            flip deep/copy.bin 5
            same other.bin deep/copy.bin
            truncate deep/copy.bin 3
            ! same other.bin deep/copy.bin
            append deep/copy.bin 'er'
            same other.bin deep/copy.bin
            copy deep deeper
            same deep/copy.bin deeper/copy.bin
            chmod 0400 deep/copy.bin
            mode deep/copy.bin 0400
            symlink absent.bin link
            exists link
            remove deep
            ! exists deep
            exists deeper/copy.bin
            nowhere '^oth$' other.bin
            """
        )
    }

    @Test(arguments: [
        ("wait 0", ScriptError?.none),
        ("exit 0", .notWaitedFor(1)),
    ])
    func `waits for what runs beside it`(step: String, error: ScriptError?) throws {
        let background = "background recovery-audit version\ntool python3 -c 0\n"
        if let error {
            #expect(throws: error) { try play(background + step) }
        } else {
            try play(background + step)
        }
    }

    @Test func `knows how each of several programs ended`() throws {
        try withKnownIssue {
            try play("background recovery-audit version\nbackground recovery-audit version\nwait 0 10")
        } matching: { issue in
            issue.error == nil && issue.sourceLocation?.line == 3
        }
    }
}
