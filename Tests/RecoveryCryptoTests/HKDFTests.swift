import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct HKDFTests {
    private struct Vectors: Decodable {
        struct Row: Decodable {
            let `case`: Int
            let hash, ikm, salt, info, prk, okm: String
        }

        let rows: [Row]
    }

    @Test func `gives the keys of RFC 5869 Appendix A`() throws {
        let rows = try VectorFile.decode(Vectors.self, from: "rfc5869.json").rows
        try #require(rows.count == 7)
        for row in rows {
            let hash = try #require(Hash(rawValue: row.hash))
            let extracted = HKDF.extract(
                hash,
                salt: SecretKey(hex: row.salt),
                inputKeyMaterial: SecretKey(hex: row.ikm)
            )
            #expect(extracted.hexadecimal == row.prk, "case \(row.case)")
            let count = row.okm.utf8.count / 2
            let expanded = HKDF.expand(hash, extracted, info: [UInt8](hex: row.info), byteCount: count)
            #expect(expanded.hexadecimal == row.okm, "case \(row.case)")
        }
    }

    @Test(arguments: Hash.allCases) func `gives every length up to 255 blocks, each the start of the next`(hash: Hash) {
        let key = SecretKey(text: "key")
        let most = 255 * hash.byteCount
        let longest = HKDF.expand(hash, key, info: [1], byteCount: most).hexadecimal
        #expect(longest.utf8.count == 2 * most)
        for count in Array(0...130) + [most - 1] {
            let shorter = HKDF.expand(hash, key, info: [1], byteCount: count).hexadecimal
            #expect(shorter == String(longest.prefix(2 * count)), "\(count) bytes")
        }
    }

    @Test func `gives nothing beyond 255 blocks`() async {
        await #expect(processExitsWith: .failure) {
            _ = HKDF.expand(SecretKey(text: "key"), info: [], byteCount: 255 * 32 + 1).byteCount
        }
    }

    @Test func `ratchets to the expansion of the old key`() {
        var key = SecretKey(text: "0123456789abcdef0123456789abcdef")
        let next = HKDF.expand(key, info: [7]).hexadecimal
        key.ratchet(info: [7])
        #expect(key.hexadecimal == next)
    }

    @Test func `gives a key and its commitment as one expansion of 64 bytes`() {
        let key = SecretKey(text: "0123456789abcdef0123456789abcdef")
        let committed = HKDF.expandCommitted(key, info: [1, 2, 3])
        let both = HKDF.expand(key, info: [1, 2, 3], byteCount: 64).hexadecimal
        #expect(committed.key.hexadecimal + committed.commitment.hexadecimal == both)
    }
}
