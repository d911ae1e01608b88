import Foundation
import RecoveryCrypto
import RecoveryTestSupport
import Testing

/// The vectors of C2SP/wycheproof lie beside the project and are not part of it. Where they are absent this suite is
/// reported as skipped, and the vectors of the RFCs remain.
///
/// Each test prints a line that says how many cases ran, how many `acceptable` ones are refused on purpose, by
/// number, and how many ask for what this module does not offer.
@Suite(.enabled(if: VectorFile.wycheproof != nil, "no folder ../shared/vectors/wycheproof"))
struct WycheproofTests {
    private enum Verdict: String, Decodable {
        case valid, invalid, acceptable
    }

    private struct File<Group: Decodable>: Decodable {
        let numberOfTests: Int
        let testGroups: [Group]
    }

    private struct Count {
        var ran = 0
        var refusedAsKnown = 0
        var notOffered = 0

        var sum: Int { ran + refusedAsKnown + notOffered }
    }

    private static func groups<Group: Decodable>(of name: String, _ type: Group.Type) throws -> File<Group> {
        let folder = try #require(VectorFile.wycheproof)
        let content = try Data(contentsOf: folder.appending(path: name + "_test.json"))
        return try JSONDecoder().decode(File<Group>.self, from: content)
    }

    private static func report(_ name: String, _ count: Count, of total: Int) {
        print(
            "wycheproof \(name): \(count.ran) ran, \(count.refusedAsKnown) refused as known,",
            "\(count.notOffered) not offered, of \(total)"
        )
        #expect(count.sum == total, "every case of \(name) is counted once")
    }

    private struct AEADGroup: Decodable {
        struct Case: Decodable {
            let tcId: Int
            let key, iv, aad, msg, ct, tag: String
            let result: Verdict
        }

        let ivSize, keySize, tagSize: Int
        let tests: [Case]
    }

    /// Offered are keys of 256 bits, nonces of 96 and tags of 128. The long nonces that OpenSSL refuses (268, 272
    /// and 276) are among those that are not.
    @Test func `seals and opens as the vectors for AES-GCM say`() throws {
        let file = try Self.groups(of: "aes_gcm", AEADGroup.self)
        var count = Count()
        for group in file.testGroups {
            for test in group.tests {
                guard group.keySize == 256, group.ivSize == 96, group.tagSize == 128 else {
                    count.notOffered += 1
                    continue
                }
                count.ran += 1
                let key = SecretKey(hex: test.key)
                let (nonce, aad) = ([UInt8](hex: test.iv), [UInt8](hex: test.aad))
                let box = [UInt8](hex: test.ct + test.tag)
                let opened = AESGCM.open(box.span, key: key, nonce: nonce, authenticating: aad)?.hexadecimal
                #expect(opened == (test.result == .valid ? test.msg : nil), "\(test.tcId)")
                let sealed = AESGCM.seal([UInt8](hex: test.msg).span, key: key, nonce: nonce, authenticating: aad)
                #expect((sealed == box) == (test.result == .valid), "\(test.tcId)")
            }
        }
        #expect(count.ran > 0 && count.ran < count.sum)
        Self.report("aes_gcm", count, of: file.numberOfTests)
    }

    private struct MACGroup: Decodable {
        struct Case: Decodable {
            let tcId: Int
            let key, msg, tag: String
            let result: Verdict
        }

        let tagSize: Int
        let tests: [Case]
    }

    @Test(arguments: [(Hash.sha1, 170), (.sha256, 174), (.sha512, 174)])
    func `makes the tags that the vectors for HMAC say`(hash: Hash, total: Int) throws {
        let file = try Self.groups(of: "hmac_\(hash)", MACGroup.self)
        var count = Count()
        for group in file.testGroups {
            for test in group.tests {
                count.ran += 1
                let tag = HMAC.tag(hash, over: [UInt8](hex: test.msg), key: SecretKey(hex: test.key))
                let start = Array(tag.prefix(group.tagSize / 8))
                #expect(constantTimeEqual(start, [UInt8](hex: test.tag)) == (test.result == .valid), "\(test.tcId)")
            }
        }
        #expect(count.ran == total)
        Self.report("hmac_\(hash)", count, of: file.numberOfTests)
    }

    private struct HKDFGroup: Decodable {
        struct Case: Decodable {
            let tcId: Int
            let ikm, salt, info, okm: String
            let size: Int
            let result: Verdict
        }

        let tests: [Case]
    }

    /// The invalid cases ask for more than 255 blocks. That is a mistake of the program, not of its input, and ends
    /// it: see `HKDFTests`. Here they are counted by that reason and no other.
    @Test(arguments: [(Hash.sha1, 87), (.sha256, 86), (.sha512, 83)])
    func `derives the keys that the vectors for HKDF say`(hash: Hash, total: Int) throws {
        let file = try Self.groups(of: "hkdf_\(hash)", HKDFGroup.self)
        var count = Count()
        for test in file.testGroups.flatMap(\.tests) {
            guard test.size <= 255 * hash.byteCount else {
                #expect(test.result == .invalid, "\(test.tcId)")
                count.notOffered += 1
                continue
            }
            count.ran += 1
            let extracted = HKDF.extract(
                hash,
                salt: SecretKey(hex: test.salt),
                inputKeyMaterial: SecretKey(hex: test.ikm)
            )
            let key = HKDF.expand(hash, extracted, info: [UInt8](hex: test.info), byteCount: test.size).hexadecimal
            #expect((key == test.okm) == (test.result == .valid), "\(test.tcId)")
        }
        #expect(count.sum == total)
        #expect(count.notOffered == 3)
        Self.report("hkdf_\(hash)", count, of: file.numberOfTests)
    }

    private struct EdDSAGroup: Decodable {
        struct Key: Decodable {
            let pk: String
        }

        struct Case: Decodable {
            let tcId: Int
            let msg, sig: String
            let result: Verdict
        }

        let publicKey: Key
        let tests: [Case]
    }

    @Test func `verifies what the vectors for Ed25519 call valid, and nothing else`() throws {
        let file = try Self.groups(of: "ed25519", EdDSAGroup.self)
        var count = Count()
        for group in file.testGroups {
            let key = try #require(Ed25519.PublicKey(bytes: [UInt8](hex: group.publicKey.pk)))
            for test in group.tests {
                count.ran += 1
                let verified = key.verifies([UInt8](hex: test.sig), of: [UInt8](hex: test.msg))
                #expect(verified == (test.result == .valid), "\(test.tcId)")
            }
        }
        #expect(count.ran == 151)
        Self.report("ed25519", count, of: file.numberOfTests)
    }

    private struct XDHGroup: Decodable {
        struct Case: Decodable {
            let tcId: Int
            let `public`, `private`, shared: String
            let result: Verdict
        }

        let tests: [Case]
    }

    /// The shared secret of these `acceptable` cases is zero. RFC 7748 §6.1 lets us refuse it, and HPKE asks us to.
    private static let zeroSecrets = Set([32, 33] + Array(63...86) + [117, 118, 154, 165, 166])

    @Test func `agrees on the secrets that the vectors for X25519 say, and on no zero`() throws {
        let file = try Self.groups(of: "x25519", XDHGroup.self)
        var count = Count()
        for test in file.testGroups.flatMap(\.tests) {
            let key = X25519.PrivateKey(bytes: SecretKey(hex: test.private))
            let secret = key.sharedSecret(with: [UInt8](hex: test.public))?.hexadecimal
            if Self.zeroSecrets.contains(test.tcId) {
                count.refusedAsKnown += 1
                #expect(test.result == .acceptable && secret == nil, "\(test.tcId)")
            } else {
                count.ran += 1
                #expect(test.result != .invalid && secret == test.shared, "\(test.tcId)")
            }
        }
        #expect(count.ran == 487 && count.refusedAsKnown == 31)
        Self.report("x25519", count, of: file.numberOfTests)
    }
}
