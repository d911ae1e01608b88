import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

@Suite struct KeyFileTests {
    struct File: Decodable {
        let good: [Good]
        let bad: [Bad]

        enum CodingKeys: String, CodingKey {
            case good = "key_files"
            case bad = "key_files_bad"
        }
    }

    struct Good: Decodable, CustomTestStringConvertible {
        let id: String
        let role: String
        let version: UInt32
        let key: String
        let file: String

        var testDescription: String { id }
    }

    struct Bad: Decodable, CustomTestStringConvertible {
        let id: String
        let what: String
        let role: String
        let version: UInt32
        let file: String
        let reason: String

        enum CodingKeys: String, CodingKey {
            case id, what, file, reason
            case role = "expect_role"
            case version = "expect_version"
        }

        var testDescription: String { "\(id) \(what)" }
    }

    static let good = VaultVectors.load(File.self, "keys", []) { $0.good }
    static let bad = VaultVectors.load(File.self, "keys", []) { $0.bad }
    /// Sixty-five bytes: the shortest text there is.
    static let shortest = "RVK1 pii 1 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116\n"

    private func role(_ word: String) throws -> KeyRole {
        try #require(KeyRole.allCases.first { $0.word == word })
    }

    @Test func `has all the files of the specification`() {
        #expect(Self.good.count == 4 && Self.bad.count == 12)
        print("keys: 4 key files and 12 bad ones; 1 PKCS#11 blob and 1 backup file are not offered yet")
    }

    @Test(arguments: good) func `writes and reads the text of the specification`(vector: Good) throws {
        let role = try role(vector.role)
        let text = KeyFile.text(of: SecretKey(hex: vector.key), role: role, version: vector.version)
        #expect(text.exposed.hexadecimal == vector.file)
        let key = try KeyFile.parse(text, expecting: role, version: vector.version)
        #expect(key.exposed.hexadecimal == vector.key)
    }

    @Test(arguments: bad) func `refuses a file with its reason`(vector: Bad) throws {
        let reason = try #require(KeyFileRefusal(rawValue: vector.reason))
        #expect(throws: VaultError.keyFileRefused(reason)) {
            let contents = SecretKey(hex: vector.file)
            _ = try KeyFile.parse(contents, expecting: role(vector.role), version: vector.version)
        }
    }

    @Test func `takes 32 bytes as the key itself`() throws {
        let contents = SecretKey(hex: Example.wrappingKey)
        #expect(try KeyFile.parse(contents, expecting: .sys, version: 9).exposed == contents.exposed)
    }

    @Test(arguments: [
        ("a lower-case magic", "rvk1 pii 1 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116\n"),
        ("an unknown role", "RVK1 pix 1 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116\n"),
        ("version zero", "RVK1 pii 0 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116\n"),
        ("a version of 33 bits", "RVK1 pii 4294967296 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116\n"),
        ("a version with a sign", "RVK1 pii +1 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116\n"),
        ("a digit of another script", "RVK1 pii ١ ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116\n"),
        ("a spare bit of base64", "RVK1 pii 1 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj9= 14636116\n"),
        ("base64 of the other alphabet", "RVK1 pii 1 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9P_8= 14636116\n"),
        ("base64 without padding", "RVK1 pii 10 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8 14636116\n"),
        ("a checksum of seven digits", "RVK1 pii 10 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 1463611\n"),
        ("a tabulator between parts", "RVK1\tpii 1 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116\n"),
        ("a second line feed", "RVK1 pii 1 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116\n\n"),
        ("a space at the end", "RVK1 pii 1 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116 \n"),
        ("a byte order mark", "\u{feff}RVK1 pii 1 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116\n"),
        ("nothing but spaces", String(repeating: " ", count: 65)),
    ])
    func `refuses every other form`(what: String, text: String) throws {
        let contents = SecretKey(copying: Array(text.utf8).span)
        try #require(KeyFile.textSizes.contains(contents.byteCount))
        #expect(throws: VaultError.keyFileRefused(.format)) {
            _ = try KeyFile.parse(SecretKey(copying: Array(text.utf8).span), expecting: .pii, version: 1)
        }
    }

    @Test func `reads neither less nor more than a text can have`() throws {
        for count in 0...80 where count != 32 && !KeyFile.textSizes.contains(count) {
            #expect(throws: VaultError.keyFileRefused(.size), "\(count) bytes") {
                let contents = SecretKey(copying: [UInt8](repeating: 0x20, count: count).span)
                _ = try KeyFile.parse(contents, expecting: .pii, version: 1)
            }
        }
    }

    /// One flipped bit never gives a key: it is a form, a checksum, or a size that is refused.
    @Test func `notices every single-bit slip`() throws {
        let text = Array(Self.shortest.utf8)
        try #require(text.count == 65)
        for bit in 0..<text.count * 8 {
            var damaged = text
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let error = #expect(throws: VaultError.self, "bit \(bit)") {
                _ = try KeyFile.parse(SecretKey(copying: damaged.span), expecting: .pii, version: 1)
            }
            #expect(error == .keyFileRefused(.format) || error == .keyFileRefused(.checksum), "bit \(bit)")
        }
    }

    /// The check value of CRC-32 in every catalogue.
    @Test func `computes the checksum of zlib`() {
        #expect(CRC32.checksum(of: Array("123456789".utf8).span) == 0xcbf4_3926)
    }
}
