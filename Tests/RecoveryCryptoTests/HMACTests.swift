import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct HMACTests {
    struct Vectors: Decodable {
        struct Row: Decodable {
            let `case`: Int
            let hash, key, message, tag: String
        }

        let rows: [Row]
    }

    @Test func `gives the tags of RFC 4231`() throws {
        let rows = try VectorFile.decode(Vectors.self, from: "rfc4231.json").rows
        try #require(rows.count == 14)
        for row in rows {
            let hash = try #require(Hash(rawValue: row.hash))
            let tag = HMAC.tag(hash, over: [UInt8](hex: row.message), key: SecretKey(hex: row.key))
            #expect(tag.count == hash.byteCount)
            #expect(tag.prefix(row.tag.utf8.count / 2).hexadecimal == row.tag, "case \(row.case), \(row.hash)")
        }
    }

    @Test func `reads a prefix and a message as one`() {
        let key = SecretKey(text: "Jefe")
        let message = Array("what do ya want for nothing?".utf8)
        for count in 0...message.count {
            let tag = HMAC.sha256(over: Array(message.prefix(count)), message.span.extracting(count...), key: key)
            #expect(
                tag.hexadecimal == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                "divided at \(count)"
            )
        }
    }

    @Test func `takes an empty key and an empty message`() {
        // Recomputed with Python: hmac.new(b"", b"", "sha256").
        let tag = HMAC.sha256(over: [], key: SecretKey(hex: ""))
        #expect(tag.hexadecimal == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    /// Contexts belong to threads. Were one shared, tags of different keys would mix here.
    @Test func `gives the same tags on many tasks at once`() async throws {
        let rows = try VectorFile.decode(Vectors.self, from: "rfc4231.json").rows
        let wrong = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var wrong = 0
                    for row in (0..<50).flatMap({ _ in rows }) {
                        let hash = Hash(rawValue: row.hash) ?? .sha1
                        let tag = HMAC.tag(hash, over: [UInt8](hex: row.message), key: SecretKey(hex: row.key))
                        if !tag.hexadecimal.hasPrefix(row.tag) { wrong += 1 }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    @Test func `compares as equal what is equal in every bit, and nothing else`() throws {
        let bytes = Array(UInt8(1)...32)
        let digest = try #require(Digest256(bytes))
        let key = SecretKey(copying: bytes.span)
        #expect(constantTimeEqual(bytes, bytes))
        #expect(constantTimeEqual(digest, digest))
        let equalKey = constantTimeEqual(key, key.copy())
        #expect(equalKey)
        #expect(constantTimeEqual([], []))
        for bit in 0..<256 {
            var other = bytes
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!constantTimeEqual(bytes, other))
            #expect(!constantTimeEqual(digest, try #require(Digest256(other))))
            let equalKey = constantTimeEqual(key, SecretKey(copying: other.span))
            #expect(!equalKey, "bit \(bit)")
        }
        for count in 0..<bytes.count {
            let part = Array(bytes.prefix(count))
            #expect(!constantTimeEqual(bytes, part))
            let equalKey = constantTimeEqual(key, SecretKey(copying: part.span))
            #expect(!equalKey, "\(count) bytes")
        }
    }
}
