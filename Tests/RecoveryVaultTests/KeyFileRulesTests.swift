import Foundation
import RecoveryCrypto
import Testing

@testable import RecoveryVault

@Suite struct KeyFileRulesTests {
    /// A directory of one test, removed with it.
    final class Scratch: Sendable {
        let path: String

        init() throws {
            path = FileManager.default.temporaryDirectory.appending(path: "vault-\(Random.bytes(8).hexadecimal)").path
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        }

        deinit {
            try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
            try? FileManager.default.removeItem(atPath: path)
        }

        var file: String { path + "/match.key" }

        func write(_ bytes: [UInt8], mode: Int = 0o600) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            try chmod(mode, file)
        }

        func chmod(_ mode: Int, _ path: String) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
    }

    static let key = [UInt8](hexadecimal: Example.matchingKey) ?? []

    private func read(_ path: String, databaseDirectory: String? = nil) throws -> [UInt8] {
        let rules = KeyFileRules(databaseDirectory: databaseDirectory)
        let provider = try #require(KeyProvider(uri: "file:" + path))
        return try provider.key(of: .match, version: 1, rules: rules) { () throws(VaultError) in
            Issue.record("asked for a passphrase")
            throw .sealed
        }.exposed
    }

    @Test(arguments: [0o600, 0o400]) func `reads a file that only its owner can`(mode: Int) throws {
        let scratch = try Scratch()
        try scratch.write(Self.key, mode: mode)
        #expect(try read(scratch.file) == Self.key)
    }

    // MARK: Docs/Specs/vault.md §4.1, in its order

    @Test(arguments: ["", "match.key", "./match.key", "~/match.key", "/etc/../match.key", "/..", "/a/b/..", "/a\u{0}b"])
    func `refuses a path that is not absolute`(path: String) {
        #expect(throws: VaultError.keyFileRefused(.notAbsolute)) { try read(path) }
    }

    @Test(arguments: [0o720, 0o702, 0o777, 0o1777]) func `refuses a directory that others can write`(mode: Int) throws {
        let scratch = try Scratch()
        try scratch.write(Self.key)
        try scratch.chmod(mode, scratch.path)
        #expect(throws: VaultError.keyFileRefused(.parent)) { try read(scratch.file) }
    }

    @Test(arguments: [(0, 0o755, true), (1000, 0o700, true), (1001, 0o700, false), (1000, 0o775, false)])
    func `trusts directories of root and of the user`(owner: UInt32, mode: UInt32, isTrusted: Bool) {
        let refusal = KeyFileRules.refusal(ofParent: traits(.directory, owner: owner, mode: mode), user: 1000)
        #expect(refusal == (isTrusted ? nil : .parent))
    }

    @Test func `refuses a key that lies beside the database, by whatever path`() throws {
        let scratch = try Scratch()
        try scratch.write(Self.key)
        let link = try Scratch()
        try FileManager.default.createSymbolicLink(atPath: link.file, withDestinationPath: scratch.path)
        for directory in [scratch.path, scratch.path + "/", scratch.path + "/.", link.file] {
            #expect(throws: VaultError.keyFileRefused(.besideDatabase)) {
                try read(scratch.file, databaseDirectory: directory)
            }
        }
        #expect(try read(scratch.file, databaseDirectory: link.path) == Self.key)
        #expect(try read(scratch.file, databaseDirectory: scratch.path + "/not-there-yet") == Self.key)
        #expect(try read(scratch.file, databaseDirectory: nil) == Self.key)
    }

    @Test func `refuses a database whose place cannot be told`() throws {
        let scratch = try Scratch()
        try scratch.write(Self.key)
        for directory in ["data", scratch.path + "/../data", scratch.file] {
            #expect(throws: VaultError.keyFileRefused(.besideDatabase)) {
                try read(scratch.file, databaseDirectory: directory)
            }
        }
    }

    @Test func `refuses a file that is not there`() throws {
        let scratch = try Scratch()
        #expect(throws: VaultError.keyFileRefused(.notFound)) { try read(scratch.file) }
        #expect(throws: VaultError.keyFileRefused(.notFound)) { try read(scratch.path + "/none/match.key") }
    }

    @Test func `refuses a symbolic link, even to a good file`() throws {
        let scratch = try Scratch()
        try scratch.write(Self.key)
        let link = scratch.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: scratch.file)
        #expect(throws: VaultError.keyFileRefused(.symlink)) { try read(link) }
    }

    @Test(.timeLimit(.minutes(30))) func `refuses a pipe, and does not wait for its other end`() throws {
        let scratch = try Scratch()
        let made = try Process.run(URL(fileURLWithPath: "/usr/bin/mkfifo"), arguments: ["-m", "600", scratch.file])
        made.waitUntilExit()
        try #require(made.terminationStatus == 0)
        #expect(throws: VaultError.keyFileRefused(.notRegular)) { try read(scratch.file) }
    }

    @Test func `refuses a directory and a device`() throws {
        let scratch = try Scratch()
        #expect(throws: VaultError.keyFileRefused(.notRegular)) { try read(scratch.path + "/") }
        #expect(KeyFileRules.refusal(of: traits(.other), user: 1000) == .notRegular)
    }

    @Test(arguments: [0, 1001] as [UInt32]) func `refuses a file of somebody else, root included`(owner: UInt32) {
        #expect(KeyFileRules.refusal(of: traits(.regular, owner: owner), user: 1000) == .owner)
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o700, 0o500, 0o200, 0o000, 0o4600, 0o2600, 0o1600])
    func `refuses every other mode`(mode: Int) throws {
        #expect(KeyFileRules.refusal(of: traits(.regular, mode: UInt32(mode)), user: 1000) == .mode)
        guard mode & 0o400 != 0 else { return }
        let scratch = try Scratch()
        try scratch.write(Self.key, mode: mode)
        #expect(throws: VaultError.keyFileRefused(.mode)) { try read(scratch.file) }
    }

    @Test func `refuses a file with a second name`() throws {
        let scratch = try Scratch()
        try scratch.write(Self.key)
        try FileManager.default.linkItem(atPath: scratch.file, toPath: scratch.path + "/second")
        #expect(throws: VaultError.keyFileRefused(.links)) { try read(scratch.file) }
    }

    @Test(arguments: [0, 31, 33, 64, 77, 100_000]) func `refuses a file of another size`(count: Int) throws {
        let scratch = try Scratch()
        try scratch.write([UInt8](repeating: 0, count: count))
        #expect(throws: VaultError.keyFileRefused(.size)) { try read(scratch.file) }
    }

    /// Everything wrong at once is named by the first check that sees it.
    @Test func `names the first thing that is wrong`() {
        let wrong = traits(.other, owner: 1, mode: 0o644, links: 2)
        let order: [(FileTraits, KeyFileRefusal?)] = [
            (wrong, .notRegular),
            (traits(.regular, owner: 1, mode: 0o644, links: 2), .owner),
            (traits(.regular, mode: 0o644, links: 2), .mode),
            (traits(.regular, links: 2), .links),
            (traits(.regular), nil),
        ]
        for (traits, refusal) in order { #expect(KeyFileRules.refusal(of: traits, user: 1000) == refusal) }
    }

    // MARK: Writing

    @Test func `writes a text file that can be read again, and never over another`() throws {
        let scratch = try Scratch()
        let rules = KeyFileRules(databaseDirectory: nil)
        let key = SecretKey(hex: Example.matchingKey)
        try KeyFile.write(key, role: .match, version: 1, toFileAt: scratch.file, rules: rules)
        #expect(try read(scratch.file) == Self.key)
        #expect(throws: VaultError.keyFileRefused(.io)) {
            let other = SecretKey(hex: Example.wrappingKey)
            try KeyFile.write(other, role: .match, version: 1, toFileAt: scratch.file, rules: rules)
        }
        #expect(try read(scratch.file) == Self.key)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["match.key"])
    }

    @Test func `writes no key where it could not be read`() throws {
        let scratch = try Scratch()
        #expect(throws: VaultError.keyFileRefused(.besideDatabase)) {
            let rules = KeyFileRules(databaseDirectory: scratch.path)
            let key = SecretKey(hex: Example.matchingKey)
            try KeyFile.write(key, role: .match, version: 1, toFileAt: scratch.file, rules: rules)
        }
        try scratch.chmod(0o777, scratch.path)
        #expect(throws: VaultError.keyFileRefused(.parent)) {
            let key = SecretKey(hex: Example.matchingKey)
            try KeyFile.write(
                key,
                role: .match,
                version: 1,
                toFileAt: scratch.file,
                rules: .init(databaseDirectory: nil)
            )
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    }

    @Test(arguments: [
        "", "file", "File:/a", "files:/a", "env:KEY", "exec", "pkcs11:token=a", "http://a", "https://a", "systemd:",
        "systemd:.", "systemd:..", "systemd:a/b", "systemd:a b", "systemd:é",
        "systemd:\(String(repeating: "a", count: 65))",
    ])
    func `offers no other provider by a URI alone`(uri: String) {
        #expect(KeyProvider(uri: uri) == nil)
    }

    private func traits(
        _ kind: FileTraits.Kind,
        owner: UInt32 = 1000,
        mode: UInt32 = 0o600,
        links: UInt64 = 1
    ) -> FileTraits {
        FileTraits(kind: kind, owner: owner, mode: mode, links: links, byteCount: 32, device: 1, inode: 1)
    }
}
