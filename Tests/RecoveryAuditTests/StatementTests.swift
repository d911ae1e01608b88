import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryAudit

@Suite struct StaffStatementTests {
    private struct Vectors: Decodable {
        let kid: String
        let message: String
        let `public`: String
        let seed: String
        let sig: String
        let stmt_canonical: String
    }

    private let vectors: Vectors
    private let json: JSONObject

    init() throws {
        vectors = try VectorFile.decode(Vectors.self, from: "audit-log/ours-statement.json")
        json = try #require(try CanonicalJSON.parse(Array(vectors.stmt_canonical.utf8)).object)
    }

    @Test func `signs and verifies the bytes of the vector`() throws {
        let statement = try #require(StaffStatement(.object(json)))
        #expect(statement.signedBytes.hexadecimal == vectors.message)
        #expect(statement.kid == vectors.kid && statement.decision == .approve && statement.caseVersion == 3)
        #expect(statement.log == "audit.example.org/recovery" && statement.notAfter == 1_760_100_000)
        let key = Ed25519.PrivateKey(seed: SecretKey(hex: vectors.seed))
        #expect(key.publicKey.bytes.hexadecimal == vectors.public)
        let signature = key.signature(of: statement.signedBytes)
        #expect(Base64.encode(signature) == vectors.sig)
        #expect(statement.isSigned(signature, by: key.publicKey))
    }

    @Test func `verifies nothing else`() throws {
        let statement = try #require(StaffStatement(.object(json)))
        let key = try #require(Ed25519.PublicKey(bytes: [UInt8](hex: vectors.public)))
        let signature = try #require(Base64.decode(vectors.sig))
        for bit in 0..<signature.count * 8 {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!statement.isSigned(changed, by: key), "bit \(bit)")
        }
        for name in ["case_version", "not_after"] {
            let other = JSONObject(json.members.map { $0.key == name ? JSONMember(key: name, value: 7) : $0 })
            #expect(try #require(StaffStatement(.object(other))).isSigned(signature, by: key) == false)
        }
    }

    @Test func `has nine fields, each of its kind, and no other`() {
        for index in json.members.indices {
            var fewer = json.members
            let name = fewer.remove(at: index).key
            #expect(StaffStatement(.object(JSONObject(fewer))) == nil, "\(name)")
            let wrong: JSONValue = name == "log" ? 1 : "Ü"
            #expect(
                StaffStatement(.object(JSONObject(fewer + [JSONMember(key: name, value: wrong)]))) == nil,
                "\(name)"
            )
        }
        #expect(StaffStatement(.object(json.adding("extra", 1))) == nil)
        #expect(StaffStatement(.null) == nil)
    }
}

@Suite struct PrivateFieldTests {
    private struct Vectors: Decodable {
        let commitment: String
        let log_id: String
        let name: String
        let salt: String
        let seq: UInt64
        let value: String
    }

    @Test func `commits to the value of the vector, and to nothing near it`() throws {
        let vectors = try VectorFile.decode(Vectors.self, from: "audit-log/ours-private.json")
        let logID = try #require(LogID([UInt8](hex: vectors.log_id)))
        let salt = [UInt8](hex: vectors.salt)
        let value = [UInt8](hex: vectors.value)
        func commitment(
            salt: [UInt8]? = nil,
            seq: UInt64? = nil,
            name: String? = nil,
            value other: [UInt8]? = nil
        ) -> String {
            PrivateField.commitment(
                salt: salt ?? [UInt8](hex: vectors.salt),
                logID: logID,
                seq: seq ?? vectors.seq,
                name: name ?? vectors.name,
                value: other ?? value
            ).hexadecimal
        }
        #expect(commitment() == vectors.commitment)
        var otherSalt = salt
        otherSalt[31] ^= 1
        // The size before the name keeps a letter from moving over into the value.
        let moved = commitment(name: String(vectors.name.dropLast()), value: Array(vectors.name.utf8.suffix(1)) + value)
        let others = [
            commitment(salt: otherSalt), commitment(seq: vectors.seq + 1), commitment(name: "notes"),
            commitment(value: value + [0]), commitment(value: []), moved,
        ]
        #expect(Set(others + [vectors.commitment]).count == 7)
    }

    @Test func `prints nothing of a private value`() {
        let value = PrivateValue(name: "note", value: Array("phone lost".utf8))
        #expect(value.salt.count == 32 && PrivateValue(name: "note", value: [], salt: [1]) == nil)
        let row = PrivateRow(seq: 1, name: "note", salt: value.salt, value: value.value)
        for text in ["\(value)", String(reflecting: value), "\(row)", String(reflecting: row)] {
            #expect(text.contains("‹private›") && !text.contains("112"))
        }
        var dumped = ""
        dump(value, to: &dumped)
        dump(row, to: &dumped)
        #expect(dumped.contains("‹private›") && !dumped.contains("112"))
    }
}

@Suite struct SealedEpochKeyTests {
    private struct Vectors: Decodable {
        let aad: String
        let enc_ct: String
        let ephemeral_private: String
        let epoch: UInt32
        let info: String
        let plaintext_A: String
        let recipient_private: String
        let recipient_public: String
    }

    private let vectors: Vectors
    private let logID: LogID
    private let commitment: Digest256

    init() throws {
        vectors = try VectorFile.decode(Vectors.self, from: "audit-log/ours-hpke.json")
        logID = try KeyVectors().identity.logID
        commitment = try Digest256(hex: vectors.aad)
    }

    private var context: [UInt8] { KeySchedule.epochContext(logID, epoch: vectors.epoch) }
    private var recipient: X25519.PrivateKey { X25519.PrivateKey(bytes: SecretKey(hex: vectors.recipient_private)) }

    private func opens(
        _ box: [UInt8],
        with key: X25519.PrivateKey,
        context: [UInt8]? = nil,
        commitment: Digest256? = nil
    ) -> Bool {
        let opened = SealedEpochKey.open(
            box,
            with: key,
            context: context ?? self.context,
            commitment: commitment ?? self.commitment
        )
        switch opened {
        case .some(let key): return key.isHex(vectors.plaintext_A)
        case .none: return false
        }
    }

    @Test func `opens the box of the vector`() {
        #expect(recipient.publicKey.hexadecimal == vectors.recipient_public)
        #expect(opens([UInt8](hex: vectors.enc_ct), with: recipient))
    }

    @Test func `seals what the auditor opens, each time differently`() throws {
        let key = SecretKey(hex: vectors.plaintext_A)
        let public_ = [UInt8](hex: vectors.recipient_public)
        let seal = { SealedEpochKey.seal(key, to: public_, context: context, commitment: commitment) }
        let first = try #require(seal())
        let second = try #require(seal())
        #expect(first.count == 80 && first != second)
        #expect(opens(first, with: recipient) && opens(second, with: recipient))
        for short in [[], Array(public_[1...])] {
            let box = SealedEpochKey.seal(key, to: short, context: context, commitment: commitment)
            #expect(box == nil)
        }
    }

    @Test func `opens for nobody else, nowhere else, and not with a bit changed`() throws {
        let box = [UInt8](hex: vectors.enc_ct)
        let other = X25519.PrivateKey(bytes: SecretKey(copying: [UInt8](repeating: 6, count: 32).span))
        #expect(!opens(box, with: other))
        #expect(!opens(box, with: recipient, context: KeySchedule.epochContext(logID, epoch: vectors.epoch + 1)))
        #expect(!opens(box, with: recipient, commitment: MerkleTree.emptyRoot))
        #expect(!opens(Array(box.dropLast()), with: recipient) && !opens(box + [0], with: recipient))
        for bit in 0..<box.count * 8 {
            // The top bit of an X25519 key is not part of it (RFC 7748 §5), but HPKE binds the bytes as they are.
            var changed = box
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!opens(changed, with: recipient), "bit \(bit)")
        }
    }

    @Test func `opens no key that the log did not commit to`() throws {
        let false_ = SecretKey(copying: [UInt8](repeating: 9, count: 32).span)
        let public_ = [UInt8](hex: vectors.recipient_public)
        let sealed = SealedEpochKey.seal(false_, to: public_, context: context, commitment: commitment)
        let box = try #require(sealed)
        let isOpened = SealedEpochKey.open(box, with: recipient, context: context, commitment: commitment) != nil
        #expect(!isOpened)
    }
}
