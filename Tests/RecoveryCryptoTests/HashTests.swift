import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct HashTests {
    private struct Vectors: Decodable {
        struct Row: Decodable {
            let name, hash, message, digest: String
            let `repeat`: Int
        }

        let rows: [Row]
    }

    @Test func `gives the digests of the NIST examples`() throws {
        let rows = try VectorFile.decode(Vectors.self, from: "fips180.json").rows
        try #require(rows.count == 15)
        for row in rows {
            let hash = try #require(Hash(rawValue: row.hash))
            let message = Array(repeatElement([UInt8](hex: row.message), count: row.repeat).joined())
            let digest = hash.digest(of: message)
            #expect(digest.hexadecimal == row.digest, "\(row.name), \(row.hash)")
            #expect(digest.count == hash.byteCount)
            if hash == .sha256 {
                #expect(SHA256.digest(of: message).hexadecimal == row.digest, "\(row.name)")
            }
        }
    }

    @Test func `hashes two parts like one, wherever they are divided`() {
        let message = Array(UInt8(0)..<130)
        let whole = SHA256.digest(of: message)
        for count in 0...message.count {
            let parts = SHA256.digest(of: message.span.extracting(..<count), message.span.extracting(count...))
            #expect(parts == whole, "divided at \(count)")
        }
    }

    @Test(arguments: [0, 1, 31, 33, 64]) func `takes no other number of bytes for a digest`(count: Int) {
        #expect(Digest256([UInt8](repeating: 0, count: count)) == nil)
    }

    @Test func `keeps a digest's bytes in order`() {
        let bytes = Array(UInt8(0)..<32)
        #expect(Digest256(bytes)?.bytes == bytes)
        #expect(Digest256(bytes)?.description == bytes.hexadecimal)
    }
}
