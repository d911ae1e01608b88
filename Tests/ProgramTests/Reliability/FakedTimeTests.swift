import Foundation
import RecoveryTestSupport
import Testing

/// The real program on a machine whose clock is wrong, or was (R8).
@Suite(
    .serialized,
    .enabled(if: SystemTool.isThere(SystemTool.faketime), "faketime is missing: Scripts/setup installs it")
)
struct FakedTimeTests {
    /// Runs a command at a time that is not now, and wants an answer.
    ///
    /// - Parameters:
    ///   - time: As libfaketime reads it: `-1h` from now, `@…` from a moment on, a moment alone to stand still.
    ///   - wallOnly: Whether the clock that counts from the start of the machine keeps its own pace.
    private func run(
        _ words: [String],
        at time: String,
        wallOnly: Bool = true,
        stdin: String? = nil,
        _ desk: Desk
    ) throws -> Program.Answer {
        let end = try desk.end(
            of: words,
            stdin: stdin,
            under: [SystemTool.faketime, "-f", time],
            environment: wallOnly ? ["FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"] : ["TZ": "UTC"]
        )
        guard case .answered(let answer) = end else { throw CancellationError() }
        return answer
    }

    /// Runs `body` on a copy of the data directory: what a clock set forward has written there stays ahead for good.
    private func onCopy(of desk: Desk, _ body: (Desk) throws -> Void) throws {
        let folder = desk.folder
        let name = "D" + String(UUID().uuidString.prefix(4))
        for suffix in ["", ".head"] {
            try FileManager.default.copyItem(at: folder.place("D" + suffix), to: folder.place(name + suffix))
        }
        try body(Desk(emptyIn: folder, data: name))
    }

    @Test func `stops on a clock that was set back, and goes on when it is right again`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder)
        let name = try desk.open("u-1001")
        let before = try folder.bytes(of: "D/store/recovery.db")
        let commands = [
            ["--as", "mia", "case", "decide", name], ["--as", "ada", "account", "lock", "u-1001", "--reason", "fraud"],
            ["--as", "mia", "case", "check", name, "totp", "--code-stdin"],
        ]
        var stopped = 0
        let times = [
            "-1h", "-1d", "-1y", "-10y", "@1970-01-02 00:00:00", "1970-01-02 00:00:00", "@2001-09-09 01:46:40",
        ]
        for (index, time) in times.enumerated() {
            let command = commands[index % commands.count]
            let answer = try run(command, at: time, wallOnly: index.isMultiple(of: 2), stdin: "000000\n", desk)
            stopped += 1
            #expect(answer.code == 16 && answer.stdout.isEmpty, "\(time): \(answer)")
            #expect(answer.stderr.contains("before the last record of the log"), "\(time)")
            #expect(answer.stderr.contains("[clock-unsafe]") && answer.stderr.contains("timedatectl"), "\(time)")
        }
        // Nothing was decided, and nothing was counted.
        #expect(try folder.bytes(of: "D/store/recovery.db") == before)
        let check = try desk.run(commands[2], stdin: "000000\n")
        #expect(check.code == 1 && check.stdout.contains("attempts left 4"))
        #expect(try desk.run(commands[0]).code == 11)
        #expect(try desk.audited().code == 0)
        try Figure(
            "R8",
            "recoveryctl stops on a clock set back, and goes on when it is right",
            covered: [.init(stopped, "clocks set back, exit 16")],
            bad: 0,
            control: "the same commands on a clock that is right: exits 1, 11"
        ).report()
    }

    @Test func `takes nothing that ran out on a clock that was set forward`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder)
        let name = try desk.open("u-1001")
        let decide = ["--as", "mia", "case", "decide", name]
        let check = ["--as", "mia", "case", "check", name, "saved-code", "--code-stdin"]
        let codes = try String(decoding: folder.bytes(of: "saved.codes"), as: UTF8.self).split(separator: "\n")
        let code = String(try #require(codes.first { $0.hasPrefix("3-") })) + "\n"
        #expect(try desk.run(check, stdin: code).code == 0)
        let shown = ["--as", "mia", "case", "show", name, "--json"]
        #expect(try desk.done("--as", "mia", "case", "show", name, "--json").contains(#""check":"saved-code""#))

        var asked = 0
        // Evidence is good for 15 minutes, a case for 24 hours.
        for (time, isOpen) in [("+20m", true), ("+23h", true), ("+25h", false), ("+1y", false), ("+10y", false)] {
            try onCopy(of: desk) { (desk: Desk) throws in
                let view = try run(shown, at: time, desk)
                #expect(view.code == 0 && !view.stdout.contains(#""check":"saved-code""#), "\(time): \(view)")
                #expect(try run(decide, at: time, desk).code == (isOpen ? 11 : 14), "\(time)")
                // A used code stays used.
                #expect(try run(check, at: time, stdin: code, desk).code == (isOpen ? 1 : 14), "\(time)")
                // What was written then is in the future now: nothing is decided until the clock has come so far.
                let now = try desk.run(decide)
                #expect(now.code == 16 && now.stdout.isEmpty, "\(time): \(now)")
                asked += 1
            }
        }
        // Where counters of 31 and of 32 bits end.
        for time in ["@2038-01-19 03:14:06", "@2106-02-07 06:28:14"] {
            try onCopy(of: desk) { (desk: Desk) throws in
                #expect(try run(decide, at: time, desk).code == 14, "\(time)")
                #expect(
                    try run(
                        ["--as", "mia", "case", "open", "u-2002", "--purpose", "unlock", "--channel", "phone"],
                        at: time,
                        desk
                    ).code == 0,
                    "\(time)"
                )
                asked += 1
            }
        }
        #expect(try desk.run(decide).code == 11)
        #expect(try desk.audited().code == 0)
        try Figure(
            "R8",
            "recoveryctl takes nothing that ran out, to 2038, 2106 and ten years on",
            covered: [.init(asked, "clocks set forward")],
            bad: 0,
            control: "the same evidence on a clock that is right: shown as passed"
        ).report()
    }

    @Test func `shortens no limit on a clock that stands still or jumps within it`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder)
        let open = ["--as", "mia", "case", "open", "u-1001", "--purpose", "unlock", "--channel", "phone"]
        for _ in 1...3 { _ = try desk.open("u-1001") }
        #expect(try desk.run(open).code == 13)
        // Three cases a day: the limit holds for 24 hours, and not a moment longer.
        for (time, code) in [("+1h", 13), ("+23h", 13), ("+25h", 0)] as [(String, Int32)] {
            try onCopy(of: desk) { (desk: Desk) throws in
                #expect(try run(open, at: time, desk).code == code, "\(time)")
            }
        }
        let style = Date.ISO8601FormatStyle().year().month().day().dateTimeSeparator(.space)
            .time(includingFractionalSeconds: false)
        let frozen = Date().formatted(style)
        try onCopy(of: desk) { (desk: Desk) throws in
            for _ in 1...3 { #expect(try run(open, at: frozen, wallOnly: false, desk).code == 13) }
        }
        #expect(try desk.audited().code == 0)
    }
}
