import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct HPKETests {
    private struct Vectors: Decodable {
        struct Row: Decodable {
            let info, pkEm, skEm, pkRm, skRm, pt, aad, ct: String
        }

        let rows: [Row]
    }

    private struct Own: Decodable {
        let aad, enc_ct, ephemeral_private, info, plaintext_A, recipient_private, recipient_public: String
    }

    private static let publicKey = X25519.PrivateKey(bytes: SecretKey(hex: String(repeating: "05", count: 32)))

    @Test func `gives the first encryption of RFC 9180 Appendix A.2.1`() throws {
        let rows = try VectorFile.decode(Vectors.self, from: "rfc9180.json").rows
        try #require(rows.count == 1)
        for row in rows {
            let ephemeral = X25519.PrivateKey(bytes: SecretKey(hex: row.skEm))
            let recipient = X25519.PrivateKey(bytes: SecretKey(hex: row.skRm))
            #expect(ephemeral.publicKey.hexadecimal == row.pkEm)
            #expect(recipient.publicKey.hexadecimal == row.pkRm)
            let box = HPKE.testOnlySeal(
                SecretKey(hex: row.pt),
                to: recipient.publicKey,
                info: [UInt8](hex: row.info),
                authenticating: [UInt8](hex: row.aad),
                ephemeral: ephemeral
            )
            #expect(box?.hexadecimal == row.pkEm + row.ct)
            let opened = HPKE.open(
                [UInt8](hex: row.pkEm + row.ct),
                with: recipient,
                info: [UInt8](hex: row.info),
                authenticating: [UInt8](hex: row.aad)
            )
            #expect(opened?.hexadecimal == row.pt)
        }
    }

    @Test func `seals and opens an epoch key as the audit log's known answer does`() throws {
        let own = try VectorFile.decode(Own.self, from: "ours-hpke.json")
        let recipient = X25519.PrivateKey(bytes: SecretKey(hex: own.recipient_private))
        #expect(recipient.publicKey.hexadecimal == own.recipient_public)
        let box = HPKE.testOnlySeal(
            SecretKey(hex: own.plaintext_A),
            to: recipient.publicKey,
            info: [UInt8](hex: own.info),
            authenticating: [UInt8](hex: own.aad),
            ephemeral: X25519.PrivateKey(bytes: SecretKey(hex: own.ephemeral_private))
        )
        #expect(box?.hexadecimal == own.enc_ct)
        let opened = HPKE.open(
            [UInt8](hex: own.enc_ct),
            with: recipient,
            info: [UInt8](hex: own.info),
            authenticating: [UInt8](hex: own.aad)
        )
        #expect(opened?.hexadecimal == own.plaintext_A)
    }

    @Test(arguments: [
        ("zero", String(repeating: "00", count: 32)),
        ("one", "01" + String(repeating: "00", count: 31)),
        ("order eight", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        ("p, which is zero", "ed" + String(repeating: "ff", count: 30) + "7f"),
        ("too short", String(repeating: "05", count: 31)),
        ("too long", String(repeating: "05", count: 33)),
        ("empty", ""),
    ]) func `seals to no key that everybody could open`(name: String, publicKey: String) {
        let box = HPKE.seal(SecretKey(hex: "01"), to: [UInt8](hex: publicKey), info: [], authenticating: [])
        #expect(box == nil, "\(name)")
    }

    @Test func `opens what it sealed with the same key, purpose and associated data only`() throws {
        let recipient = Self.publicKey
        let plaintext = SecretKey(hex: "00010203")
        let sealed = HPKE.seal(plaintext, to: recipient.publicKey, info: [1], authenticating: [2])
        let box = try #require(sealed)
        #expect(box.count == plaintext.byteCount + HPKE.overhead)
        #expect(HPKE.open(box, with: recipient, info: [1], authenticating: [2])?.hexadecimal == "00010203")
        let other = X25519.PrivateKey(bytes: SecretKey(hex: String(repeating: "06", count: 32)))
        #expect(HPKE.open(box, with: other, info: [1], authenticating: [2])?.hexadecimal == nil)
        #expect(HPKE.open(box, with: recipient, info: [2], authenticating: [2])?.hexadecimal == nil)
        #expect(HPKE.open(box, with: recipient, info: [], authenticating: [2])?.hexadecimal == nil)
        #expect(HPKE.open(box, with: recipient, info: [1], authenticating: [1])?.hexadecimal == nil)
    }

    @Test func `opens no message that differs in one bit, and no part of one`() throws {
        let recipient = Self.publicKey
        let sealed = HPKE.seal(SecretKey(hex: "aa"), to: recipient.publicKey, info: [], authenticating: [])
        let box = try #require(sealed)
        for bit in 0..<box.count * 8 {
            // X25519 ignores the top bit of a public key (RFC 7748 §5), but the KEM hashes the bytes as they came.
            var damaged = box
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(HPKE.open(damaged, with: recipient, info: [], authenticating: [])?.hexadecimal == nil, "bit \(bit)")
        }
        for count in 0..<box.count {
            let part = Array(box.prefix(count))
            #expect(
                HPKE.open(part, with: recipient, info: [], authenticating: [])?.hexadecimal == nil,
                "\(count) bytes"
            )
        }
    }

    @Test func `never seals alike twice`() {
        let key = SecretKey(hex: "aa")
        let first = HPKE.seal(key, to: Self.publicKey.publicKey, info: [], authenticating: [])
        let second = HPKE.seal(key, to: Self.publicKey.publicKey, info: [], authenticating: [])
        #expect(first != nil && first != second)
    }
}
