import RecoveryCrypto
import RecoveryTestSupport
import Testing

@Suite struct AEADTests {
    private struct Vectors: Decodable {
        struct Row: Decodable {
            let key, nonce, aad, message, box: String
        }

        let rows: [Row]
    }

    enum Cipher: CaseIterable {
        case aesGCM, chaChaPoly

        func seal(_ plaintext: [UInt8], key: borrowing SecretKey, nonce: [UInt8], aad: [UInt8]) -> [UInt8] {
            switch self {
            case .aesGCM: AESGCM.seal(plaintext.span, key: key, nonce: nonce, authenticating: aad)
            case .chaChaPoly: ChaChaPoly.seal(plaintext.span, key: key, nonce: nonce, authenticating: aad)
            }
        }

        func open(_ box: [UInt8], key: borrowing SecretKey, nonce: [UInt8], aad: [UInt8]) -> String? {
            switch self {
            case .aesGCM: AESGCM.open(box.span, key: key, nonce: nonce, authenticating: aad)?.hexadecimal
            case .chaChaPoly: ChaChaPoly.open(box.span, key: key, nonce: nonce, authenticating: aad)?.hexadecimal
            }
        }
    }

    private static let nonce = [UInt8](0..<12)

    private static func key() -> SecretKey {
        SecretKey(hex: String(repeating: "42", count: 32))
    }

    @Test(arguments: [("gcm-spec.json", 4, Cipher.aesGCM), ("rfc8439.json", 1, .chaChaPoly)])
    func `seals and opens as the published vectors say`(file: String, count: Int, cipher: Cipher) throws {
        let rows = try VectorFile.decode(Vectors.self, from: file).rows
        try #require(rows.count == count)
        for row in rows {
            let key = SecretKey(hex: row.key)
            let (nonce, aad) = ([UInt8](hex: row.nonce), [UInt8](hex: row.aad))
            let sealed = cipher.seal([UInt8](hex: row.message), key: key, nonce: nonce, aad: aad)
            #expect(sealed.hexadecimal == row.box)
            #expect(cipher.open([UInt8](hex: row.box), key: key, nonce: nonce, aad: aad) == row.message)
        }
    }

    @Test(arguments: Cipher.allCases)
    func `opens nothing that differs in one bit of the box, the key, the nonce or the associated data`(
        cipher: Cipher
    ) {
        let key = Self.key()
        let box = cipher.seal([1, 2, 3], key: key, nonce: Self.nonce, aad: [9])
        #expect(cipher.open(box, key: key, nonce: Self.nonce, aad: [9]) == "010203")
        for bit in 0..<box.count * 8 {
            #expect(cipher.open(box.flipping(bit), key: key, nonce: Self.nonce, aad: [9]) == nil, "box, bit \(bit)")
        }
        for bit in 0..<256 {
            let other = SecretKey(copying: [UInt8](repeating: 0x42, count: 32).flipping(bit).span)
            #expect(cipher.open(box, key: other, nonce: Self.nonce, aad: [9]) == nil, "key, bit \(bit)")
        }
        for bit in 0..<96 {
            #expect(cipher.open(box, key: key, nonce: Self.nonce.flipping(bit), aad: [9]) == nil, "nonce, bit \(bit)")
        }
        for aad in [[], [8], [9, 0], [9, 9]] as [[UInt8]] {
            #expect(cipher.open(box, key: key, nonce: Self.nonce, aad: aad) == nil, "associated data \(aad)")
        }
    }

    @Test(arguments: Cipher.allCases) func `opens no part of a box, and no longer one`(cipher: Cipher) {
        let box = cipher.seal([1, 2, 3], key: Self.key(), nonce: Self.nonce, aad: [])
        for count in 0..<box.count {
            #expect(
                cipher.open(Array(box.prefix(count)), key: Self.key(), nonce: Self.nonce, aad: []) == nil,
                "\(count)"
            )
        }
        #expect(cipher.open(box + [0], key: Self.key(), nonce: Self.nonce, aad: []) == nil)
        #expect(cipher.open([0] + box, key: Self.key(), nonce: Self.nonce, aad: []) == nil)
    }

    @Test(arguments: Cipher.allCases) func `opens the other's boxes never, and its own of every length`(cipher: Cipher)
    {
        let other = cipher == .aesGCM ? Cipher.chaChaPoly : .aesGCM
        for count in 0...130 {
            let message = (0..<count).map { UInt8($0) }
            let box = cipher.seal(message, key: Self.key(), nonce: Self.nonce, aad: [])
            #expect(box.count == count + 16)
            #expect(cipher.open(box, key: Self.key(), nonce: Self.nonce, aad: []) == message.hexadecimal)
            #expect(other.open(box, key: Self.key(), nonce: Self.nonce, aad: []) == nil, "\(count) bytes")
        }
    }

    /// A cipher context keeps its key schedule until it is reset: a failure must not spoil the next use.
    @Test(arguments: Cipher.allCases) func `seals and opens after a failure as before`(cipher: Cipher) {
        let box = cipher.seal([7], key: Self.key(), nonce: Self.nonce, aad: [])
        #expect(cipher.open(box.flipping(0), key: Self.key(), nonce: Self.nonce, aad: []) == nil)
        #expect(cipher.open(box, key: Self.key(), nonce: Self.nonce, aad: []) == "07")
        #expect(cipher.seal([7], key: Self.key(), nonce: Self.nonce, aad: []) == box)
    }
}
