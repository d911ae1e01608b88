import Foundation
import Glibc
import RecoveryCrypto
import Testing

@testable import RecoveryVault

/// Docs/Specs/vault.md §4.5, with real programs. Debian's `sh` is a symbolic link, so it is called by its own name.
@Suite struct KeyProgramTests {
    private static let shell = "/usr/bin/dash"
    private static let printKey = "printf '\(String(repeating: "k", count: 32))'"
    private static let key = [UInt8](repeating: UInt8(ascii: "k"), count: 32)
    private static let unavailable = VaultError.keyUnavailable(KeyName(.role(.sys), version: 2))

    private let scratch: KeyFileRulesTests.Scratch

    init() throws {
        scratch = try KeyFileRulesTests.Scratch()
    }

    private func key(
        _ path: String,
        _ arguments: [String],
        input: String? = nil,
        limit: Duration = .seconds(10)
    ) throws -> [UInt8] {
        let rules = KeyFileRules(databaseDirectory: nil, credentialsDirectory: nil, timeLimit: limit)
        let provider = KeyProvider.exec(KeyProgram(SecretProgram(path: path, arguments: arguments), input: input))
        return try provider.key(of: .sys, version: 2, rules: rules) { () throws(VaultError) in
            Issue.record("asked for a passphrase")
            throw .sealed
        }.exposed
    }

    private func shell(_ script: String, input: String? = nil, limit: Duration = .seconds(10)) throws -> [UInt8] {
        try key(Self.shell, ["-c", script], input: input, limit: limit)
    }

    /// A program of the test's own. Another process writes it: whatever this one starts at that moment would hold the
    /// file open for writing for an instant, and a file that is open so does not run.
    private func program(_ script: String, mode: Int = 0o700) throws -> String {
        let writer = Process()
        writer.executableURL = URL(fileURLWithPath: Self.shell)
        writer.arguments = ["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\"", scratch.file, script]
        try writer.run()
        writer.waitUntilExit()
        try #require(writer.terminationStatus == 0)
        try scratch.chmod(mode, scratch.file)
        return scratch.file
    }

    @Test func `takes the 32 bytes that a program prints, by its URI alone`() throws {
        let path = try program(Self.printKey)
        let provider = try #require(KeyProvider(uri: "exec:" + path))
        #expect(provider == .exec(KeyProgram(SecretProgram(path: path, arguments: []), input: nil)))
        #expect(try key(path, []) == Self.key)
    }

    @Test func `hands over arguments as they are, through no shell`() throws {
        let script = "test $# = 2 -a \"$1\" = 'a b;exit' -a \"$2\" = '$HOME*' && \(Self.printKey)"
        #expect(try key(Self.shell, ["-c", script, "name", "a b;exit", "$HOME*"]) == Self.key)
    }

    @Test(arguments: [0, 1, 32, 4096, 65_536]) func `hands over the wrapped key as standard input`(count: Int) throws {
        try scratch.write([UInt8](repeating: 0x77, count: count), mode: 0o644)
        #expect(try shell("test \"$(wc -c)\" -eq \(count) && \(Self.printKey)", input: scratch.file) == Self.key)
        // Nor must the program read it.
        #expect(try shell(Self.printKey, input: scratch.file) == Self.key)
    }

    @Test func `hands over nothing where there is nothing`() throws {
        #expect(try shell("test \"$(wc -c)\" -eq 0 && \(Self.printKey)") == Self.key)
    }

    @Test(arguments: [0, 31, 33, 65]) func `takes neither more bytes nor fewer`(count: Int) {
        #expect(throws: Self.unavailable) { try shell("printf '\(String(repeating: "k", count: count))'") }
    }

    @Test(arguments: ["exit 1", "exit 255", "kill -9 $$", "kill -15 $$"])
    func `takes nothing of a program that failed`(end: String) {
        #expect(throws: Self.unavailable) { try shell("\(Self.printKey); \(end)") }
    }

    @Test func `takes nothing of a file that is no program`() throws {
        try scratch.write([1, 2, 3], mode: 0o700)
        #expect(throws: Self.unavailable) { try key(scratch.file, []) }
    }

    @Test func `stops a program that prints without end`() {
        #expect(throws: Self.unavailable) { try shell("while :; do printf kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk; done") }
    }

    @Test(arguments: [100, 4_000]) func `drops what a program says to its operator`(count: Int) throws {
        #expect(try shell("printf '%\(count)s' x >&2; \(Self.printKey)") == Self.key)
    }

    /// It is told by EPIPE, which ends most programs. It can't hold anybody up.
    @Test func `stops a program that says more than 4 KiB to its operator`() {
        let script = "i=0; while test $i -lt 64; do printf '%4096s' x >&2; i=$((i+1)); done; \(Self.printKey)"
        #expect(throws: Self.unavailable) { try shell(script) }
    }

    /// The child writes its number first, so that there is something to look for.
    @Test(.timeLimit(.minutes(30)), arguments: [true, false])
    func `ends a program that takes too long, and its children`(printsFirst: Bool) throws {
        let place = scratch.path + "/child"
        let script = "\(printsFirst ? Self.printKey : ":"); sleep 1000 & echo $! > \(place); wait"
        #expect(throws: VaultError.providerTimeout(.sys)) { try shell(script, limit: .seconds(1)) }
        let number = try #require(pid_t(String(contentsOfFile: place, encoding: .utf8).dropLast()))
        #expect(isGone(number))
    }

    @Test(.timeLimit(.minutes(30))) func `leaves no child of a program that answered`() throws {
        let place = scratch.path + "/child"
        let script = "sleep 1000 >/dev/null 2>&1 & echo $! > \(place); \(Self.printKey)"
        #expect(try shell(script) == Self.key)
        let number = try #require(pid_t(String(contentsOfFile: place, encoding: .utf8).dropLast()))
        #expect(isGone(number))
    }

    /// Dead, or a zombie that the first process of this machine has still to wait for.
    private func isGone(_ number: pid_t) -> Bool {
        for _ in 0..<2_000 {
            guard kill(number, 0) == 0,
                let status = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
            else { return true }
            if status.split(separator: ")").last?.hasPrefix(" Z") == true { return true }
            usleep(1_000)
        }
        return false
    }

    @Test(.timeLimit(.minutes(30))) func `waits no longer for a child that keeps the output open`() {
        #expect(throws: VaultError.providerTimeout(.sys)) {
            try shell("sleep 1000 & \(Self.printKey)", limit: .seconds(1))
        }
    }

    // MARK: What the program finds

    @Test func `gives an empty environment, the root directory and a group of its own`() throws {
        let script = """
            test -z "$(tr '\\0' '\\n' < /proc/$$/environ)" && test "$(readlink /proc/$$/cwd)" = / \
            && test "$(cut -d ' ' -f 5 /proc/$$/stat)" = $$ && \(Self.printKey)
            """
        // The control: this process has an environment and another directory.
        try #require(!ProcessInfo.processInfo.environment.isEmpty && FileManager.default.currentDirectoryPath != "/")
        #expect(try shell(script) == Self.key)
    }

    @Test func `lends no descriptor but the first three`() throws {
        try scratch.write([1], mode: 0o600)
        let file = try #require(FileHandle(forReadingAtPath: scratch.file))
        let open = file.fileDescriptor
        // From here on whatever is started without care has it.
        try #require(open > 2 && fcntl(open, F_SETFD, 0) == 0)
        let script = "i=3; while test $i -lt 1024; do test ! -e /proc/$$/fd/$i || exit 1; i=$((i+1)); done"
        try #require(open < 1_024)
        #expect(try shell("\(script); test -e /proc/$$/fd/2 && \(Self.printKey)") == Self.key)
        #expect(fcntl(open, F_GETFD) == 0)
    }

    /// `grep` prints its own state, 15 digits and a line feed twice. Signals 32 and 33 are the C library's own, which it
    /// has every program that it starts ignore.
    @Test func `lets no signal stay blocked or ignored`() throws {
        signal(SIGPIPE, SIG_IGN)
        let pattern = #"^Sig(Blk|Ign):\t.\K[0-9a-f]{15}$"#
        let state = try key("/usr/bin/grep", ["-oP", pattern, "/proc/self/status"])
        #expect(String(decoding: state, as: UTF8.self) == "000000000000000\n000000180000000\n")
    }

    // MARK: Which files are trusted

    @Test(arguments: ["program", "./program", "/tmp/../program", "", "/a\u{0}b"])
    func `refuses a program whose path is not absolute`(path: String) {
        #expect(throws: VaultError.keyFileRefused(.notAbsolute)) { try key(path, []) }
        #expect(throws: VaultError.keyFileRefused(.notAbsolute)) { try shell(Self.printKey, input: path) }
    }

    @Test(
        arguments: [
            ("others may write", 0o702, .mode), ("the group may write", 0o720, .mode), ("nobody may run", 0o600, .mode),
            ("all may read and run", 0o755, nil), ("its owner may run", 0o500, nil),
        ] as [(String, Int, KeyFileRefusal?)]
    )
    func `refuses a program that`(what: String, mode: Int, reason: KeyFileRefusal?) throws {
        let path = try program(Self.printKey, mode: mode)
        if let reason {
            #expect(throws: VaultError.keyFileRefused(reason)) { try key(path, []) }
        } else {
            #expect(try key(path, []) == Self.key)
        }
    }

    @Test func `refuses a program in a directory that others may write`() throws {
        let path = try program(Self.printKey)
        try scratch.chmod(0o777, scratch.path)
        #expect(throws: VaultError.keyFileRefused(.parent)) { try key(path, []) }
    }

    @Test func `refuses a link to a program, what is no file, and what is not there`() throws {
        let link = scratch.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: Self.shell)
        #expect(throws: VaultError.keyFileRefused(.symlink)) { try key(link, ["-c", Self.printKey]) }
        #expect(throws: VaultError.keyFileRefused(.notRegular)) { try key("/usr/bin/", []) }
        #expect(throws: VaultError.keyFileRefused(.notFound)) { try key(scratch.path + "/none", []) }
    }

    @Test(arguments: [(0, true), (1000, true), (1001, false)] as [(UInt32, Bool)])
    func `trusts files of root and of the user`(owner: UInt32, isTrusted: Bool) {
        let file = FileTraits(
            kind: .regular,
            owner: owner,
            mode: 0o755,
            links: 3,
            byteCount: 32,
            device: 1,
            inode: 1
        )
        #expect(KeyFileRules.refusal(ofTrusted: file, user: 1000) == (isTrusted ? nil : .owner))
    }

    @Test func `refuses an input that others may write, that is too large, or not there`() throws {
        try scratch.write([UInt8](repeating: 0, count: 65_537), mode: 0o600)
        #expect(throws: VaultError.keyFileRefused(.size)) { try shell(Self.printKey, input: scratch.file) }
        try scratch.write([1], mode: 0o602)
        #expect(throws: VaultError.keyFileRefused(.mode)) { try shell(Self.printKey, input: scratch.file) }
        #expect(throws: VaultError.keyFileRefused(.notFound)) { try shell(Self.printKey, input: scratch.path + "/no") }
    }
}
