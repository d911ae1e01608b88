import Foundation
import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

@Suite struct PassphraseFileTests {
    struct File: Decodable {
        let good: [Good]
        let bad: [Bad]

        enum CodingKeys: String, CodingKey {
            case good = "passphrase_files"
            case bad = "passphrase_files_bad"
        }
    }

    struct Good: Decodable, CustomTestStringConvertible {
        let id: String
        let role: String
        let version: UInt32
        let passphrase: String
        let log2N: UInt8
        let r: UInt8
        let p: UInt8
        let salt: String
        let key: String
        let file: String

        enum CodingKeys: String, CodingKey {
            case id, role, version, passphrase, r, p, key, file
            case log2N = "log2_n"
            case salt = "scrypt_salt"
        }

        var testDescription: String { id }
    }

    struct Bad: Decodable, CustomTestStringConvertible {
        let id: String
        let what: String
        let role: String
        let version: UInt32
        let passphrase: String
        let file: String
        let reason: String

        enum CodingKeys: String, CodingKey {
            case id, what, passphrase, file, reason
            case role = "expect_role"
            case version = "expect_version"
        }

        var testDescription: String { "\(id) \(what)" }
    }

    static let good = VaultVectors.load(File.self, "keys", []) { $0.good }
    static let bad = VaultVectors.load(File.self, "keys", []) { $0.bad }

    private func role(_ word: String) throws -> KeyRole {
        try #require(KeyRole.allCases.first { $0.word == word })
    }

    private func passphrase(_ text: String) throws(VaultError) -> Passphrase {
        try Passphrase(entered: SecretKey(copying: Array(text.utf8).span))
    }

    @Test func `has all the files of the specification`() {
        #expect(Self.good.count == 3 && Self.bad.count == 11)
    }

    @Test(arguments: good) func `makes and opens the files of the specification`(vector: Good) throws {
        let role = try role(vector.role)
        let passphrase = try Passphrase(entered: SecretKey(hex: vector.passphrase))
        let bytes = [UInt8](hex: vector.file)
        let file = try PassphraseFile(
            wrapping: SecretKey(hex: vector.key),
            role: role,
            version: vector.version,
            under: passphrase,
            cost: Scrypt(log2N: vector.log2N, r: vector.r, p: vector.p),
            testOnlySalt: [UInt8](hex: vector.salt),
            testOnlyEnvelopeSalt: Array(bytes[64..<88])
        )
        #expect(file.bytes == bytes)
        let key = try file.key(expecting: role, version: vector.version, under: passphrase)
        #expect(key.exposed.hexadecimal == vector.key)
    }

    @Test(arguments: bad) func `refuses a file with its reason`(vector: Bad) throws {
        let reason = try #require(KeyFileRefusal(rawValue: vector.reason))
        let file = PassphraseFile(unverified: [UInt8](hex: vector.file))
        #expect(throws: VaultError.keyFileRefused(reason)) {
            let passphrase = try Passphrase(entered: SecretKey(hex: vector.passphrase))
            _ = try file.key(expecting: role(vector.role), version: vector.version, under: passphrase)
        }
    }

    /// Docs/Specs/vault.md §20 row 15: both sides of every boundary that is cheap to look at. Nothing here may take
    /// the memory it asks for.
    @Test(
        arguments: [
            (13, 8, 1), (23, 1, 1), (40, 8, 1), (255, 8, 1), (14, 0, 1), (14, 17, 1), (14, 255, 1), (14, 8, 0),
            (14, 8, 5),
            (22, 5, 1), (21, 9, 1), (22, 8, 1), (20, 17, 1),
        ] as [(UInt8, UInt8, UInt8)]
    )
    func `refuses a cost before it takes memory`(log2N: UInt8, r: UInt8, p: UInt8) throws {
        var bytes = [UInt8](hex: try #require(Self.good.first).file)
        bytes.replaceSubrange(5..<8, with: [log2N, r, p])
        let file = PassphraseFile(unverified: bytes)
        #expect(throws: VaultError.keyFileRefused(.cost)) {
            _ = try file.key(expecting: .pii, version: 1, under: passphrase("correct horse battery staple"))
        }
    }

    @Test func `refuses a key version in the envelope, where only a passphrase opens`() throws {
        let vector = try #require(Self.good.first { $0.log2N == 14 })
        var bytes = [UInt8](hex: vector.file)
        bytes[48 + 11] = 1
        let file = PassphraseFile(unverified: bytes)
        #expect(throws: VaultError.keyFileRefused(.format)) {
            let passphrase = try Passphrase(entered: SecretKey(hex: vector.passphrase))
            _ = try file.key(expecting: role(vector.role), version: vector.version, under: passphrase)
        }
    }

    @Test func `changes the passphrase and keeps the key`() throws {
        let key = SecretKey(hex: Example.matchingKey)
        let old = try passphrase("an old one of fair length")
        let new = try passphrase("a new one of fair length")
        let file = try PassphraseFile(wrapping: key, role: .match, version: 2, under: old, log2N: 17)
        let changed = try file.changed(role: .match, version: 2, from: old, to: new, log2N: 17)
        #expect(try changed.key(expecting: .match, version: 2, under: new).exposed == key.exposed)
        #expect(throws: VaultError.keyFileRefused(.passphrase)) {
            _ = try changed.key(expecting: .match, version: 2, under: passphrase("an old one of fair length"))
        }
        #expect(changed.bytes[16..<48] != file.bytes[16..<48])
        #expect(PassphraseFile.usualLog2N == 18)
    }

    @Test(
        arguments: [
            ("fourteen characters", "12345678901234", 17, .passphrase),
            ("a low cost", "123456789012345", 16, .cost),
            ("a cost above what is read", "123456789012345", 22, .cost),
        ] as [(String, String, UInt8, KeyFileRefusal)]
    )
    func `makes nothing weak`(what: String, text: String, log2N: UInt8, reason: KeyFileRefusal) {
        #expect(throws: VaultError.keyFileRefused(reason)) {
            let key = SecretKey(hex: Example.matchingKey)
            _ = try PassphraseFile(wrapping: key, role: .pii, version: 1, under: passphrase(text), log2N: log2N)
        }
    }

    @Test func `is replaced on disk in one step, and read as a provider`() throws {
        let scratch = try KeyFileRulesTests.Scratch()
        let rules = KeyFileRules(databaseDirectory: nil)
        let vectors = Self.good.filter { $0.log2N == 14 }
        try #require(vectors.count == 2)
        try PassphraseFile(unverified: [UInt8](hex: vectors[1].file))
            .write(toFileAt: scratch.file, rules: rules, replacing: false)
        let file = PassphraseFile(unverified: [UInt8](hex: vectors[0].file))
        #expect(throws: VaultError.keyFileRefused(.io)) {
            try file.write(toFileAt: scratch.file, rules: rules, replacing: false)
        }
        try file.write(toFileAt: scratch.file, rules: rules, replacing: true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["match.key"])
        let provider = try #require(KeyProvider(uri: "passphrase:" + scratch.file))
        let key = try provider.key(of: .match, version: 3, rules: rules) { () throws(VaultError) in
            try Passphrase(entered: SecretKey(hex: vectors[0].passphrase))
        }
        #expect(key.exposed.hexadecimal == vectors[0].key)
    }

    @Test func `asks for no passphrase before the file is found fit`() throws {
        let scratch = try KeyFileRulesTests.Scratch()
        try scratch.write([UInt8](repeating: 0, count: 168), mode: 0o644)
        #expect(throws: VaultError.keyFileRefused(.mode)) {
            let provider = KeyProvider.passphrase(path: scratch.file)
            _ = try provider.key(of: .match, version: 3, rules: .init(databaseDirectory: nil)) {
                () throws(VaultError) in
                Issue.record("asked for a passphrase")
                throw .sealed
            }
        }
    }
}

@Suite struct PassphraseTests {
    private func bytes(_ entered: [UInt8]) throws -> [UInt8] {
        try Passphrase(entered: SecretKey(copying: entered.span)).bytes.exposed
    }

    @Test(arguments: [
        ("abc\n", "abc"), ("abc\n\n", "abc\n"), (" abc ", " abc "), ("abc\r\n", "abc\r"), ("\n", ""), ("", ""),
        ("e\u{301}t\u{e9}", "\u{e9}t\u{e9}"), ("\u{212b}", "\u{c5}"), ("\u{ff21}", "\u{ff21}"),
    ])
    func `drops one line feed, composes, and trims nothing else`(entered: String, expected: String) throws {
        #expect(try bytes(Array(entered.utf8)) == Array(expected.utf8))
    }

    @Test(
        arguments: [
            ("1,025 bytes", [UInt8](repeating: 0x61, count: 1_025)),
            ("a lone continuation byte", [0x61, 0x80]),
            ("an overlong form", [0xc0, 0xaf]),
            ("a surrogate", [0xed, 0xa0, 0x80]),
            ("half a character", [0x61, 0xe5, 0xaf]),
            ("Latin-1", [0x63, 0x61, 0x66, 0xe9]),
        ] as [(String, [UInt8])]
    )
    func `refuses what is no text, or too much of it`(what: String, entered: [UInt8]) {
        #expect(throws: VaultError.keyFileRefused(.passphrase)) { try bytes(entered) }
    }

    @Test func `takes 1,024 bytes and a line feed`() throws {
        #expect(try bytes([UInt8](repeating: 0x61, count: 1_024) + [0x0a]).count == 1_024)
    }

    @Test func `counts characters, not bytes`() throws {
        let passphrase = try Passphrase(entered: SecretKey(copying: Array("密码 كلمة".utf8).span))
        #expect(passphrase.characterCount == 7)
    }
}
