/// Hybrid public key encryption (RFC 9180): base mode, one message for each ephemeral key.
///
/// One suite only: DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, ChaCha20-Poly1305 0x0003. A sealed message is
///
///     enc, 32 bytes ‖ ciphertext ‖ tag, 16 bytes
///
/// Base mode says who can read, not who wrote: whatever needs an author is signed as well.
public enum HPKE {
    /// The size of what sealing adds to a plaintext, in bytes.
    public static let overhead = encapsulationSize + tagSize

    /// Returns `enc ‖ ciphertext ‖ tag`, or `nil` if `publicKey` is not 32 bytes or is a point of small order.
    ///
    /// - Parameter info: Names the purpose and the place. Opening asks for the same bytes.
    public static func seal(
        _ plaintext: borrowing SecretKey,
        to publicKey: [UInt8],
        info: [UInt8],
        authenticating associatedData: [UInt8]
    ) -> [UInt8]? {
        // Clamped random bytes are as good a key as DeriveKeyPair of RFC 9180 §7.1.3 gives.
        let ephemeral = X25519.PrivateKey(bytes: SecretKey(randomByteCount: encapsulationSize))
        return testOnlySeal(
            plaintext,
            to: publicKey,
            info: info,
            authenticating: associatedData,
            ephemeral: ephemeral
        )
    }

    /// Seals under an ephemeral key of the caller's choice. The key and nonce follow from it, so to use one twice
    /// gives both plaintexts away: outside this file only known answers call it.
    package static func testOnlySeal(
        _ plaintext: borrowing SecretKey,
        to publicKey: [UInt8],
        info: [UInt8],
        authenticating associatedData: [UInt8],
        ephemeral: X25519.PrivateKey
    ) -> [UInt8]? {
        guard let exchanged = ephemeral.sharedSecret(with: publicKey) else { return nil }
        let enc = ephemeral.publicKey
        let schedule = KeySchedule(exchanged: exchanged, kemContext: enc + publicKey, info: info)
        return plaintext.lend { plaintext in
            enc
                + ChaChaPoly.seal(
                    plaintext,
                    key: schedule.key,
                    nonce: schedule.nonce,
                    authenticating: associatedData
                )
        }
    }

    /// Returns the plaintext, or `nil` if the key, `info`, the associated data or any byte of `box` is another.
    public static func open(
        _ box: [UInt8],
        with privateKey: X25519.PrivateKey,
        info: [UInt8],
        authenticating associatedData: [UInt8]
    ) -> SecretKey? {
        guard box.count >= overhead else { return nil }
        let enc = Array(box.prefix(encapsulationSize))
        guard let exchanged = privateKey.sharedSecret(with: enc) else { return nil }
        let schedule = KeySchedule(exchanged: exchanged, kemContext: enc + privateKey.publicKey, info: info)
        return ChaChaPoly.open(
            box.span.extracting(encapsulationSize...),
            key: schedule.key,
            nonce: schedule.nonce,
            authenticating: associatedData
        )
    }

    private static let encapsulationSize = 32
    private static let tagSize = 16
}

/// The key and the nonce of the first and only message: DHKEM (RFC 9180 §4.1), then KeySchedule in base mode (§5.1).
private struct KeySchedule: ~Copyable {
    let key: SecretKey
    let nonce: [UInt8]

    init(exchanged: borrowing SecretKey, kemContext: [UInt8], info: [UInt8]) {
        let none = SecretKey(copying: [UInt8]().span)

        let kem = LabelledHKDF(suite: Array("KEM".utf8) + [0x00, 0x20])
        let extracted = kem.extract(salt: none, "eae_prk", exchanged)
        let shared = kem.expand(extracted, "shared_secret", kemContext, byteCount: 32)

        let hpke = LabelledHKDF(suite: Array("HPKE".utf8) + [0x00, 0x20, 0x00, 0x01, 0x00, 0x03])
        let base: UInt8 = 0x00
        var context = [base]
        // No pre-shared key: its identifier is empty, and so is the key that "secret" extracts.
        hpke.extract(salt: none, "psk_id_hash", none).lend { context.append($0) }
        hpke.extract(salt: none, "info_hash", SecretKey(copying: info.span)).lend { context.append($0) }
        let secret = hpke.extract(salt: shared, "secret", none)
        key = hpke.expand(secret, "key", context, byteCount: 32)
        nonce = hpke.expand(secret, "base_nonce", context, byteCount: 12).lend { [UInt8](copying: $0) }
    }
}

/// LabeledExtract and LabeledExpand (RFC 9180 §4): each call is bound to its suite and its purpose.
private struct LabelledHKDF {
    let suite: [UInt8]

    func extract(
        salt: borrowing SecretKey,
        _ label: StaticString,
        _ material: borrowing SecretKey
    ) -> SecretKey {
        HKDF.extract(salt: salt, prefix: version + suite + Array(label.description.utf8), inputKeyMaterial: material)
    }

    func expand(_ key: borrowing SecretKey, _ label: StaticString, _ info: [UInt8], byteCount: Int) -> SecretKey {
        let size = [UInt8(byteCount >> 8), UInt8(byteCount & 0xff)]
        let info = size + version + suite + Array(label.description.utf8) + info
        return HKDF.expand(key, info: info, byteCount: byteCount)
    }

    private var version: [UInt8] { Array("HPKE-v1".utf8) }
}
