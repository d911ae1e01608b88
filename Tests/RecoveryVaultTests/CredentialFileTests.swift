import Foundation
import RecoveryCrypto
import Testing

@testable import RecoveryVault

/// Docs/Specs/vault.md §4.4.
@Suite struct CredentialFileTests {
    private let scratch: KeyFileRulesTests.Scratch

    init() throws {
        scratch = try KeyFileRulesTests.Scratch()
    }

    private func read(_ name: String = "match.key", in directory: String?, version: UInt32 = 1) throws -> [UInt8] {
        let rules = KeyFileRules(databaseDirectory: nil, credentialsDirectory: directory, timeLimit: .seconds(10))
        let provider = try #require(KeyProvider(uri: "systemd:" + name))
        return try provider.key(of: .match, version: version, rules: rules) { () throws(VaultError) in
            Issue.record("asked for a passphrase")
            throw .sealed
        }.exposed
    }

    @Test(arguments: [0o400, 0o440, 0o500, 0o540]) func `reads a credential as systemd leaves it`(mode: Int) throws {
        try scratch.write(KeyFileRulesTests.key, mode: mode)
        #expect(try read(in: scratch.path) == KeyFileRulesTests.key)
        // systemd's own directory is 0500; a directory that others may write is systemd's business too.
        try scratch.chmod(0o500, scratch.path)
        #expect(try read(in: scratch.path) == KeyFileRulesTests.key)
    }

    @Test func `reads the text form, and holds it to role and version`() throws {
        let text = KeyFile.text(of: SecretKey(hex: Example.matchingKey), role: .match, version: 2)
        try scratch.write(text.exposed, mode: 0o400)
        #expect(try read(in: scratch.path, version: 2) == KeyFileRulesTests.key)
        #expect(throws: VaultError.keyFileRefused(.version)) { try read(in: scratch.path) }
    }

    @Test(arguments: [nil, "", "run/credentials", "/run/../run/credentials", "/nowhere/credentials"] as [String?])
    func `finds nothing without a directory that is absolute and there`(directory: String?) throws {
        try scratch.write(KeyFileRulesTests.key, mode: 0o400)
        #expect(throws: VaultError.keyFileRefused(.notFound)) { try read(in: directory) }
    }

    @Test func `finds nothing under another name`() throws {
        try scratch.write(KeyFileRulesTests.key, mode: 0o400)
        #expect(throws: VaultError.keyFileRefused(.notFound)) { try read("pii.key", in: scratch.path) }
    }

    @Test func `takes the directory from the environment`() {
        let found = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
        #expect(KeyFileRules(databaseDirectory: nil).credentialsDirectory == found)
        #expect(KeyFileRules(databaseDirectory: nil).timeLimit == .seconds(10))
    }

    @Test func `refuses a symbolic link, even to a good file`() throws {
        try scratch.write(KeyFileRulesTests.key, mode: 0o400)
        let link = scratch.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: scratch.file)
        #expect(throws: VaultError.keyFileRefused(.symlink)) { try read("link", in: scratch.path) }
    }

    @Test func `refuses what is no file`() throws {
        try FileManager.default.createDirectory(atPath: scratch.file, withIntermediateDirectories: false)
        #expect(throws: VaultError.keyFileRefused(.notRegular)) { try read(in: scratch.path) }
    }

    /// Every bit of the mode alone, on top of 0400: 0227 are refused, and nothing above them is looked at.
    @Test(arguments: 0..<9) func `refuses a mode that lets anybody write, or others in`(bit: Int) throws {
        let mode = 0o400 | 1 << bit
        try scratch.write(KeyFileRulesTests.key, mode: mode)
        if mode & 0o227 == 0 {
            #expect(try read(in: scratch.path) == KeyFileRulesTests.key)
        } else {
            #expect(throws: VaultError.keyFileRefused(.mode)) { try read(in: scratch.path) }
        }
    }

    @Test(arguments: [(0, true), (1000, true), (1001, false)] as [(UInt32, Bool)])
    func `trusts root and the user`(owner: UInt32, isTrusted: Bool) {
        let file = FileTraits(
            kind: .regular,
            owner: owner,
            mode: 0o400,
            links: 1,
            byteCount: 32,
            device: 1,
            inode: 1
        )
        #expect(CredentialFile.refusal(of: file, user: 1000) == (isTrusted ? nil : .owner))
    }

    @Test(arguments: [0, 31, 33, 64, 77]) func `refuses a file of another size`(count: Int) throws {
        try scratch.write([UInt8](repeating: 0, count: count), mode: 0o400)
        #expect(throws: VaultError.keyFileRefused(.size)) { try read(in: scratch.path) }
    }

    @Test func `refuses text that was damaged`() throws {
        var text = KeyFile.text(of: SecretKey(hex: Example.matchingKey), role: .match, version: 1).exposed
        text[20] = text[20] == 0x41 ? 0x42 : 0x41
        try scratch.write(text, mode: 0o400)
        #expect(throws: VaultError.keyFileRefused(.checksum)) { try read(in: scratch.path) }
    }

    @Test(arguments: ["a", "match.key", "A-Z_09", String(repeating: "a", count: 64)])
    func `takes the names that systemd takes`(name: String) {
        #expect(KeyProvider(uri: "systemd:" + name) == .systemd(name: name))
    }
}
