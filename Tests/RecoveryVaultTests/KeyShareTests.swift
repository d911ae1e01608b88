import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

@Suite struct KeyShareTests {
    struct Vectors: Decodable {
        struct Group: Decodable {
            let key: String
            let kcv: String
            let files: [File]
        }

        struct File: Decodable {
            let x: Int
            let holder: String
            let value: String
            let line: String

            enum CodingKeys: String, CodingKey {
                case x, value, line
                case holder = "holder_private"
            }
        }

        let group: Group

        enum CodingKeys: String, CodingKey {
            case group = "share_files"
        }
    }

    private static func stranger() throws -> Vectors.Group {
        try VectorFile.decode(Vectors.self, from: "ours-shares.json").group
    }

    private static func holder(_ file: Vectors.File) -> X25519.PrivateKey {
        X25519.PrivateKey(bytes: SecretKey(hex: file.holder))
    }

    /// Three shares of a fresh key, two of which give it back, all sealed to one reader.
    private struct Deal {
        let reader = X25519.PrivateKey(bytes: SecretKey(randomByteCount: 32))
        let shares: [KeyShare]
        let check: KeyCheckValue

        init(role: KeyRole = .pii, version: UInt32 = 2, tenant: TenantID = .random()) throws {
            let key = SecretKey(randomByteCount: 32)
            check = KeyCheckValue(of: key)
            let shares = KeySharing.shares(
                of: key,
                tenant: tenant,
                role: role,
                version: version,
                threshold: 2,
                recipients: Array(repeating: reader.publicKey, count: 3)
            )
            self.shares = try #require(shares)
        }
    }

    @Test func `reads and opens the lines of another implementation`() throws {
        let group = try Self.stranger()
        try #require(group.files.count == 3)
        for file in group.files {
            let share = try KeyShare(line: Array(file.line.utf8))
            #expect(share.label.index == file.x)
            #expect(share.label.checkValue.description == group.kcv)
            #expect(share.line == Array(file.line.utf8))
            #expect(try share.open(with: Self.holder(file)).value.exposed.hexadecimal == file.value)
        }
    }

    @Test func `gives a key back that another implementation divided`() throws {
        let group = try Self.stranger()
        let reader = X25519.PrivateKey(bytes: SecretKey(randomByteCount: 32))
        let passed = try group.files.suffix(2).map { file in
            let share = try KeyShare(line: Array(file.line.utf8))
            let label = try #require(share.label.readdressed(to: reader.publicKey))
            let passed = KeyShare(sealing: try share.open(with: Self.holder(file)).value, label: label)
            return try #require(passed)
        }
        #expect(try KeySharing.key(of: passed, openedWith: reader).exposed.hexadecimal == group.key)
    }

    /// Every bit of the line, its label too: a form, a checksum, another's, or bytes that do not fit. Never a share.
    @Test func `opens no line in which one bit is another`() throws {
        let file = try #require(try Self.stranger().files.first)
        let line = Array(file.line.utf8)
        let holder = Self.holder(file)
        for bit in 0..<line.count * 8 {
            var damaged = line
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: KeyShareError.self, "bit \(bit)") {
                _ = try KeyShare(line: damaged).open(with: holder)
            }
        }
    }

    /// Somebody who can write a checksum changes what the label says: the sealed bytes do not fit it any more.
    @Test(arguments: [
        (1, "ffffffffffffffffffffffffffffffff"), (2, "match"), (3, "3"), (4, "0000000000000000"),
        (5, "00000000000000000000000000000000"), (6, "3"), (7, "4"), (8, "2"),
    ])
    func `opens no line whose label was changed`(part: Int, text: String) throws {
        let file = try #require(try Self.stranger().files.first)
        var parts = file.line.dropLast().split(separator: " ").map(String.init).dropLast()
        try #require(parts[part] != text)
        parts[part] = text
        let checked = parts.joined(separator: " ")
        let checksum = bigEndian(CRC32.checksum(of: Array(checked.utf8).span)).hexadecimal
        let share = try KeyShare(line: Array("\(checked) \(checksum)\n".utf8))
        #expect(throws: KeyShareError.changed) { _ = try share.open(with: Self.holder(file)) }
    }

    @Test(arguments: [
        "", "\n", "RVS1\n", "RVK1 pii 1 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8= 14636116\n",
    ])
    func `reads nothing else as a share`(text: String) {
        #expect(throws: KeyShareError.format) { _ = try KeyShare(line: Array(text.utf8)) }
    }

    @Test(arguments: [
        ("a second line feed", "\n", "\n\n"), ("two spaces", "RVS1 ", "RVS1  "), ("no line feed", "\n", ""),
        ("a zero before the version", " 2 ", " 02 "), ("a sign", " 2 ", " +2 "), ("another role", " pii ", " kek "),
        ("upper-case digits", "RVS1 ", "rvs1 "), ("version zero", " pii 2 ", " pii 0 "),
    ])
    func `reads no other spelling of a line`(what: String, from: String, to: String) throws {
        let line = try #require(try Self.stranger().files.first).line
        let range = try #require(line.firstRange(of: from))
        let spelt = line[..<range.lowerBound] + to + line[range.upperBound...]
        #expect(throws: KeyShareError.format) { _ = try KeyShare(line: Array(spelt.utf8)) }
    }

    @Test func `is longest at two hundred and ninety-seven bytes`() throws {
        let label = KeyShareLabel(
            tenant: .random(),
            role: .match,
            version: .max,
            checkValue: KeyCheckValue(of: SecretKey(randomByteCount: 32)),
            set: [UInt8](repeating: 1, count: 16),
            threshold: 16,
            count: 16,
            index: 16,
            recipient: X25519.PrivateKey(bytes: SecretKey(randomByteCount: 32)).publicKey
        )
        let sealed = KeyShare(sealing: SecretKey(randomByteCount: 32), label: try #require(label))
        let share = try #require(sealed)
        #expect(share.line.count == 297)
        #expect(try KeyShare(line: share.line) == share)
    }

    @Test func `divides for nobody to whom nothing can be sealed`() {
        let good = X25519.PrivateKey(bytes: SecretKey(randomByteCount: 32)).publicKey
        func shares(_ threshold: Int, _ recipients: [[UInt8]]) -> [KeyShare]? {
            KeySharing.shares(
                of: SecretKey(randomByteCount: 32),
                tenant: .random(),
                role: .sys,
                version: 2,
                threshold: threshold,
                recipients: recipients
            )
        }
        #expect(shares(2, [good, [UInt8](repeating: 0, count: 32)]) == nil)
        #expect(shares(3, [good, good]) == nil)
        #expect(shares(1, [good, good]) == nil)
        #expect(shares(2, [good]) == nil)
        #expect(shares(2, Array(repeating: good, count: 17)) == nil)
        #expect(shares(16, Array(repeating: good, count: 16))?.count == 16)
    }

    @Test func `gives the key back from any two of three and from all`() throws {
        let deal = try Deal()
        for chosen in [[0, 1], [2, 0], [1, 2], [0, 1, 2]] {
            let key = try KeySharing.key(of: chosen.map { deal.shares[$0] }, openedWith: deal.reader)
            #expect(KeyCheckValue(of: key) == deal.check)
        }
    }

    @Test func `names the share that is too few, twice there or of another key`() throws {
        let tenant = TenantID.random()
        let deal = try Deal(tenant: tenant)
        func refusal(_ shares: [KeyShare]) -> KeySharing.Refusal? {
            do throws(KeySharing.Refusal) {
                _ = try KeySharing.key(of: shares, openedWith: deal.reader)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal([]) == .tooFew(given: 0, needed: 2))
        #expect(refusal([deal.shares[1]]) == .tooFew(given: 1, needed: 2))
        #expect(refusal([deal.shares[1], deal.shares[0], deal.shares[1]]) == .duplicate(2, of: 0))
        #expect(refusal([deal.shares[0], try Deal().shares[1]]) == .foreign(1, "installation"))
        #expect(refusal([deal.shares[0], try Deal(role: .sys, tenant: tenant).shares[1]]) == .foreign(1, "role"))
        #expect(refusal([deal.shares[0], try Deal(version: 3, tenant: tenant).shares[1]]) == .foreign(1, "version"))
        #expect(refusal([deal.shares[0], try Deal(tenant: tenant).shares[1]]) == .foreign(1, "check value"))
        let stranger = try KeyShare(line: Array(try Self.stranger().files[0].line.utf8))
        #expect(refusal([stranger]) == .share(0, .otherRecipient))
    }

    /// Whoever knows a holder's public key can seal them what they like. The check value of the key tells.
    @Test func `takes no key of a share that the ceremony did not deal`() throws {
        let deal = try Deal()
        let sealed = KeyShare(sealing: SecretKey(randomByteCount: 32), label: deal.shares[1].label)
        let forged = try #require(sealed)
        do throws(KeySharing.Refusal) {
            _ = try KeySharing.key(of: [deal.shares[0], forged], openedWith: deal.reader)
            Issue.record("a forged share gave a key")
        } catch {
            guard case .wrongKey(deal.check, let found) = error else {
                Issue.record("refused as \(error)")
                return
            }
            #expect(found != deal.check)
        }
    }

    /// The same key, divided twice: shares of the two divisions do not mix, though their key is one.
    @Test func `tells two divisions of one key apart`() throws {
        let reader = X25519.PrivateKey(bytes: SecretKey(randomByteCount: 32))
        let key = SecretKey(randomByteCount: 32)
        let tenant = TenantID.random()
        let recipients = Array(repeating: reader.publicKey, count: 2)
        let deals = (0..<2).compactMap { _ in
            KeySharing.shares(of: key, tenant: tenant, role: .pii, version: 2, threshold: 2, recipients: recipients)
        }
        try #require(deals.count == 2)
        #expect(throws: KeySharing.Refusal.foreign(1, "set")) {
            _ = try KeySharing.key(of: [deals[0][0], deals[1][1]], openedWith: reader)
        }
    }
}
