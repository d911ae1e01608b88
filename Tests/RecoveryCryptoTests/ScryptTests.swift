import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct ScryptTests {
    private struct Vectors: Decodable {
        struct Row: Decodable {
            let password, salt, key: String
            let log2N, r, p: UInt8
        }

        let rows: [Row]
    }

    /// The last row takes 1 GiB and some seconds.
    @Test func `gives the keys of RFC 7914 Section 12`() throws {
        let rows = try VectorFile.decode(Vectors.self, from: "rfc7914.json").rows
        try #require(rows.count == 4)
        for row in rows {
            let scrypt = Scrypt(log2N: row.log2N, r: row.r, p: row.p)
            let key = scrypt.key(from: SecretKey(text: row.password), salt: Array(row.salt.utf8), byteCount: 64)
            #expect(key?.hexadecimal == row.key, "N = 2^\(row.log2N)")
        }
    }

    @Test(
        arguments: [
            ("N is one", 0, 8, 1), ("no blocks", 4, 0, 1), ("no lanes", 4, 8, 0),
            ("N is 2^(128r/8), RFC 7914 §2", 16, 1, 1), ("more memory than there is", 50, 8, 1),
            ("a product beyond 64 bits", 62, 255, 255), ("an exponent beyond 64 bits", 64, 8, 1),
            ("the largest numbers", 255, 255, 255),
        ] as [(String, UInt8, UInt8, UInt8)]
    )
    func `refuses parameters that no machine has`(name: String, log2N: UInt8, r: UInt8, p: UInt8) {
        let key = Scrypt(log2N: log2N, r: r, p: p).key(from: SecretKey(text: "password"), salt: [1])
        let refused = key == nil
        #expect(refused, "\(name)")
    }
}
