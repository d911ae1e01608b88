import Foundation
import Testing

@Suite struct KeysTests {
    @Test(arguments: [
        "pii.key", "match.rvk", "sys.rvp", "epoch.key", "alice.staff.key", "auditor.key", "id_ed25519",
        "alice.pub.bak", "alice.pub~", "ALICE.PUB", "alice.pub.key", "pub", "log.vkey.old", ".env", "keys.json",
        "staff/alice.pub", "staff/README.md", "staff/alice.key",
    ])
    func `git takes no secret from the folder of keys`(name: String) throws {
        #expect(try isIgnored("Keys/" + name))
    }

    @Test(arguments: ["README.md", ".gitignore", "alice.pub", "log.vkey"])
    func `git takes what is public`(name: String) throws {
        #expect(try !isIgnored("Keys/" + name))
    }

    @Test func `git holds nothing else there already`() throws {
        let (status, output) = try git("ls-files", "Keys")
        try #require(status == 0)
        let names = output.split(separator: "\n").map(String.init)
        try #require(names.contains("Keys/README.md"))
        #expect(try names.filter { try isIgnored($0) } == [])
    }

    /// Two people hold a ceremony from the document alone: what they type is what the sessions typed.
    @Test func `the commands of a ceremony are those of its sessions`() throws {
        let handedOver = #/ --(?:yes|passphrase-stdin|new-passphrase-stdin|(?:new-)?passphrase-file \w+|log2-n \d+)/#
        let played = Set(
            try House.files(in: ["Tests/ProgramTests/Scripts"], ending: ".txt")
                .filter { $0.contains("/key-") || $0.hasSuffix("/ceremony.txt") }
                .flatMap { try House.lines($0) }
                .filter { $0.hasPrefix("exec ") || $0.hasPrefix("tool ") }
                // What a person is asked for, a session hands over.
                .map { String($0.dropFirst(5)).replacing(handedOver, with: "") }
        )
        let blocks = try House.text("Keys/README.md").matches(of: /(?s)```[a-z]*\n(.*?)```/).map { $0.1 }
        let commands = blocks.flatMap { $0.split(separator: "\n") }
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0.hasPrefix("recoveryctl ") || $0.hasPrefix("openssl ") }
        try #require(commands.count > 10)
        #expect(commands.filter { !played.contains($0) } == [])
    }

    private func isIgnored(_ path: String) throws -> Bool {
        // `--no-index`: a file that was added by force would otherwise count as not ignored.
        let (status, output) = try git("check-ignore", "--no-index", "--quiet", path)
        // Other codes mean that git was not asked what it would take.
        try #require(status == 0 || status == 1, "git: \(output)")
        return status == 0
    }

    /// Asks git with no settings but the repository's own: a user's ignore file must not stand in for ours.
    private func git(_ words: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-c", "safe.directory=*", "-c", "core.excludesFile="] + words
        process.currentDirectoryURL = House.root
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
        ]
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
