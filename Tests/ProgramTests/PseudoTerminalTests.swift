import Foundation
import Testing

/// What only a terminal shows: questions, hidden answers, pictures, colours, and Ctrl-C.
@Suite struct PseudoTerminalTests {
    private static func code(_ folder: SessionFolder, of uri: String) throws -> String {
        let seed = try #require(uri.firstMatch(of: /[?&]secret=([A-Z2-7]+)/)).1
        let surroundings = Program.Surroundings(folder: folder.url, outputs: folder.outputs, environment: [:])
        let words = ["--totp", "--base32", String(seed)]
        let said = try Program(Player.find(.oathtool), words, in: surroundings, stdin: nil).answer()
        return said.stdout.trimmingCharacters(in: .newlines)
    }

    @Test func `a guided case asks for what is missing, hides what is typed, and goes on after the approval`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder)
        try desk.done("--as", "ada", "account", "lock", "u-1001", "--reason", "failed-attempts")
        let name = try desk.open("u-1001")
        try desk.done("--as", "mia", "case", "check", name, "issued-code", "--send", "email")
        let mail = try folder.text(ofNewestAt: "D/outbox/new")
        let sent = String(try #require(mail.firstMatch(of: /Your code is: ([0-9]{8})/)).1)
        let shows = try Self.code(folder, of: folder.text(ofNewestAt: "phone.uri"))
        let terminal = PseudoTerminal(folder: folder)
        let work = ["--data", "D", "--as", "mia", "case", "work", name]

        // An empty answer leaves, and Ctrl-C does: the case is where it was.
        let left = try terminal.run("recoveryctl", work, [("code (empty to leave): ", "\n")])
        #expect(left.code == 11 && left.shown.contains("go on with: recoveryctl --data D --as mia case work \(name)"))
        let interrupted = try terminal.run("recoveryctl", work, [("code (empty to leave): ", "12\u{3}")])
        #expect(interrupted.code == 130 && interrupted.shown.contains("nothing was changed"))

        let gathered = try terminal.run(
            "recoveryctl",
            work,
            [
                ("code (empty to leave): ", shows + "\n"), ("send a code by email? [Y/n] ", "n\n"),
                ("code (empty to leave): ", sent + "\n"),
            ]
        )
        #expect(gathered.code == 12)
        for words in [
            "still needed: totp and issued-code/email", "totp: \u{1B}[32mPASS\u{1B}[0m, attempts left 4",
            "still needed: issued-code/email", "issued-code: \u{1B}[32mPASS\u{1B}[0m", "decision: WAITING",
        ] {
            #expect(gathered.shown.contains(words), "\(words)")
        }
        #expect(!gathered.shown.contains(shows) && !gathered.shown.contains(sent))

        try desk.done("--as", "sam", "approval", "grant", name)
        let restored = try terminal.run("recoveryctl", work, [("carry it out now? [Y/n] ", "y\n")])
        #expect(restored.code == 0 && restored.shown.contains("granted → restored"))
        #expect(try desk.audited().code == 0)
    }

    @Test func `a passphrase for a key is asked for twice, hidden, and is the same both times`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = Desk(emptyIn: folder, data: "D")
        try desk.done("init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera")
        let terminal = PseudoTerminal(folder: folder)
        let export = ["--data", "D", "--as", "ada", "key", "export", "pii", "--to", "copy"]
        let first = ("15 characters or more): ", "six random words of which\n")
        let second = ("The same again: ", "six random words of whihc\n")
        let mistyped = try terminal.run("recoveryctl", export, [first, second])
        #expect(mistyped.code == 64 && mistyped.shown.contains("the two were not the same"))
        #expect(!mistyped.shown.contains("six random words"))
        let left = try terminal.run("recoveryctl", export, [first, ("The same again: ", "\u{3}")])
        #expect(left.code == 130 && left.shown.contains("nothing was changed"))
        #expect(try !folder.holds("copy"))
    }

    @Test func `a new factor is drawn on a terminal, and the drawing is the factor`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = Desk(emptyIn: folder, data: "D")
        try desk.done("init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera")
        try folder.write("{\"account\":\"u-1001\"}\n{\"account\":\"u-2002\"}\n", to: "customers.jsonl")
        try desk.done("--as", "ada", "account", "import", "customers.jsonl")
        let enrol = ["--data", "D", "--as", "ada", "account", "enrol"]
        let terminal = PseudoTerminal(folder: folder)

        // On a terminal it is drawn without being asked for. A telephone sees black on white; this reads the blocks.
        let drawn = try terminal.run("recoveryctl", enrol + ["u-1001", "totp", "--uri-file", "one.uri"])
        #expect(drawn.code == 0)
        let lines = drawn.shown.split(separator: "\n").filter { $0.hasPrefix("\u{1B}[30;107m") }
            .map { $0.replacing("\u{1B}[30;107m", with: "").replacing("\u{1B}[0m", with: "") }
        try #require(lines.count > 15)
        var rows: [[Bool]] = []
        for line in lines {
            rows.append(line.map { "█▀".contains($0) })
            rows.append(line.map { "█▄".contains($0) })
        }
        // A portable bitmap, four dots to a module.
        let dots = rows.flatMap { row in
            let wide = row.flatMap { [$0, $0, $0, $0] }.map { $0 ? "1" : "0" }.joined(separator: " ")
            return [wide, wide, wide, wide]
        }
        try folder.write(
            "P1 \(4 * (rows[0].count)) \(dots.count)\n" + dots.joined(separator: "\n") + "\n",
            to: "qr.pbm"
        )
        let surroundings = Program.Surroundings(folder: folder.url, outputs: folder.outputs, environment: [:])
        let read = try Program(Player.find(.zbarimg), ["--quiet", "--raw", "qr.pbm"], in: surroundings, stdin: nil)
            .answer()
        let uri = try folder.text(ofNewestAt: "one.uri")
        #expect(uri.hasPrefix("otpauth://totp/") && read.stdout == uri)

        let words = enrol + ["u-2002", "totp", "--qr", "none", "--uri-file", "two.uri"]
        let silent = try terminal.run("recoveryctl", words)
        #expect(silent.code == 0 && silent.shown.contains("none → totp"))
        #expect(!silent.shown.contains("█") && !silent.shown.contains("\u{1B}[30;107m"))
    }

    @Test func `a passphrase of keys is asked for once a command, and is not shown`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = Desk(emptyIn: folder, data: "D")
        try desk.done("init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera")
        let terminal = PseudoTerminal(folder: folder)
        let words = "six random words of fair length"
        let export = ["--data", "D", "--as", "ada", "key", "export", "pii", "--to", "pii.pass", "--log2-n", "17"]
        let first = "Passphrase for this copy (15 characters or more): "
        let differing: PseudoTerminal.Dialogue = [
            (first, words + "\n"), ("The same again: ", words + "s\n"),
        ]
        let refused = try terminal.run("recoveryctl", export, differing)
        #expect(refused.code == 64 && refused.shown.contains("the two were not the same"))
        let alike: PseudoTerminal.Dialogue = [(first, words + "\n"), ("The same again: ", words + "\n")]
        let exported = try terminal.run("recoveryctl", export, alike)
        try #require(exported.code == 0)

        let place = folder.url.path
        let table =
            #"{"format":"account-recovery/providers/v1","keys":[{"role":"pii","uri":"passphrase:\#(place)/pii.pass","version":1}]}"#
        try Data((table + "\n").utf8).write(to: folder.url.appending(path: "D/providers.json"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600],
            ofItemAtPath: place + "/D/providers.json"
        )
        try FileManager.default.removeItem(atPath: place + "/D/keys/pii.key")
        let other: PseudoTerminal.Dialogue = [("Passphrase of the keys: ", "six other words of fair length\n")]
        let sealed = try terminal.run("recoveryctl", ["--data", "D", "status"], other)
        #expect(sealed.code == 2 && sealed.shown.contains("was not opened by this passphrase"))
        // The key is needed at the start, and again for the rotation.
        let rotate = ["--data", "D", "--as", "ada", "key", "rotate", "pii"]
        let rotated = try terminal.run("recoveryctl", rotate, [("Passphrase of the keys: ", words + "\n")])
        #expect(rotated.code == 0 && rotated.shown.contains("key pii: version 1 → 2"))
        #expect(rotated.shown.components(separatedBy: "Passphrase of the keys: ").count == 2)
        for said in [refused, exported, rotated] { #expect(!said.shown.contains("random words")) }
    }

    @Test func `colour is for terminals that want it`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder)
        let name = try desk.open("u-1001")
        let decide = ["--data", "D", "--as", "mia", "case", "decide", name]
        for (environment, words, isColoured) in [
            ([:], [], true), (["NO_COLOR": "1"], [], false), (["TERM": "dumb"], [], false),
            ([:], ["--color", "never"], false), (["TERM": "dumb"], ["--color", "always"], true),
        ] as [([String: String], [String], Bool)] {
            let terminal = PseudoTerminal(folder: folder, environment: environment)
            let shown = try terminal.run("recoveryctl", decide + words)
            #expect(shown.code == 11 && shown.shown.contains("decision: NEEDS"))
            #expect(shown.shown.contains("\u{1B}[") == isColoured, "\(environment) \(words)")
        }
    }
}
