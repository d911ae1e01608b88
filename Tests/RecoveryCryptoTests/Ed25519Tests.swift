import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct Ed25519Tests {
    private struct Vectors: Decodable {
        struct Row: Decodable {
            let name, seed, publicKey, message, signature: String
        }

        let rows: [Row]
    }

    @Test func `gives the keys and signatures of RFC 8032 Section 7.1`() throws {
        let rows = try VectorFile.decode(Vectors.self, from: "rfc8032.json").rows
        try #require(rows.count == 5)
        for row in rows {
            let key = Ed25519.PrivateKey(seed: SecretKey(hex: row.seed))
            let message = [UInt8](hex: row.message)
            #expect(key.publicKey.bytes.hexadecimal == row.publicKey, "\(row.name)")
            #expect(key.signature(of: message).hexadecimal == row.signature, "\(row.name)")
            let publicKey = try #require(Ed25519.PublicKey(bytes: [UInt8](hex: row.publicKey)))
            #expect(publicKey.verifies([UInt8](hex: row.signature), of: message), "\(row.name)")
        }
    }

    @Test func `verifies nothing that differs in one bit`() throws {
        let key = Ed25519.PrivateKey(seed: SecretKey(hex: String(repeating: "01", count: 32)))
        let message: [UInt8] = [1, 2, 3]
        let signature = key.signature(of: message)
        #expect(key.publicKey.verifies(signature, of: message))
        for bit in 0..<signature.count * 8 {
            #expect(!key.publicKey.verifies(signature.flipping(bit), of: message), "bit \(bit) of the signature")
        }
        for bit in 0..<message.count * 8 {
            #expect(!key.publicKey.verifies(signature, of: message.flipping(bit)), "bit \(bit) of the message")
        }
        for bit in 0..<256 {
            let other = try #require(Ed25519.PublicKey(bytes: key.publicKey.bytes.flipping(bit)))
            #expect(!other.verifies(signature, of: message), "bit \(bit) of the key")
        }
    }

    @Test(arguments: [0, 1, 32, 63, 65, 128]) func `verifies no signature of another size`(count: Int) {
        let key = Ed25519.PrivateKey(seed: SecretKey(hex: String(repeating: "01", count: 32)))
        let signature = Array((key.signature(of: []) + key.signature(of: [])).prefix(count))
        #expect(!key.publicKey.verifies(signature, of: []))
    }

    @Test(arguments: [0, 31, 33]) func `takes no public key of another size`(count: Int) {
        #expect(Ed25519.PublicKey(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }
}

extension [UInt8] {
    /// The same bytes with one bit turned over, counted from the least of the first byte.
    func flipping(_ bit: Int) -> [UInt8] {
        var bytes = self
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return bytes
    }
}
