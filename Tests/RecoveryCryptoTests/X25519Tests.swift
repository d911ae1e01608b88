import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct X25519Tests {
    private struct Vectors: Decodable {
        struct Row: Decodable {
            let name, scalar, u, result: String
        }

        struct Iterated: Decodable {
            let iterations: Int
            let k: String
        }

        let rows: [Row]
        let iterated: [Iterated]
    }

    private static let vectors = Result { try VectorFile.decode(Vectors.self, from: "rfc7748.json") }

    @Test func `gives the secrets of RFC 7748 Sections 5.2 and 6.1`() throws {
        let rows = try Self.vectors.get().rows
        try #require(rows.count == 6)
        for row in rows {
            let key = X25519.PrivateKey(bytes: SecretKey(hex: row.scalar))
            #expect(key.sharedSecret(with: [UInt8](hex: row.u))?.hexadecimal == row.result, "\(row.name)")
            if row.name.hasSuffix("public key") { #expect(key.publicKey.hexadecimal == row.result, "\(row.name)") }
        }
    }

    @Test func `gives the iterated secrets of RFC 7748 Section 5.2`() throws {
        let expected = try Self.vectors.get().iterated
        try #require(expected.map(\.iterations) == [1, 1_000])
        var k = "09" + String(repeating: "00", count: 31)
        var u = k
        var seen: [Int: String] = [:]
        for iteration in 1...1_000 {
            let secret = X25519.PrivateKey(bytes: SecretKey(hex: k)).sharedSecret(with: [UInt8](hex: u))
            let digits = secret?.hexadecimal
            let next = try #require(digits)
            (k, u) = (next, k)
            seen[iteration] = k
        }
        for row in expected { #expect(seen[row.iterations] == row.k, "after \(row.iterations)") }
    }

    /// The points of order 1, 2, 4 and 8 on the curve and its twist, and other spellings of them.
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]) func `agrees on nothing with a key of small order`(publicKey: String) {
        let key = X25519.PrivateKey(bytes: SecretKey(hex: String(repeating: "07", count: 32)))
        let bytes = [UInt8](hex: publicKey)
        #expect(key.sharedSecret(with: bytes)?.hexadecimal == nil)
        #expect(key.sharedSecret(with: bytes.flipping(255))?.hexadecimal == nil, "with the bit that is ignored")
    }

    @Test(arguments: [0, 31, 33, 64]) func `agrees on nothing with a key of another size`(count: Int) {
        let key = X25519.PrivateKey(bytes: SecretKey(hex: String(repeating: "07", count: 32)))
        #expect(key.sharedSecret(with: [UInt8](repeating: 9, count: count))?.hexadecimal == nil)
    }
}
