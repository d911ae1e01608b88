internal import RecoveryCrypto

/// Seals and opens envelopes of all types (Docs/Specs/vault.md §6 and §7): the bytes, without what they mean.
///
/// Every message has a key of its own, derived from the long-lived key, a random salt and the whole context. With it
/// comes a commitment, which AES-GCM alone lacks: without one, an envelope can be made that opens under two keys.
enum EnvelopeCipher {
    static let saltSize = Envelope.saltRange.count

    /// Encrypts a padded plaintext. Its size is that of a bucket.
    static func seal(
        _ padded: borrowing SecretKey,
        as context: SealContext,
        padClass: PadClass = .to32,
        keyVersion: UInt32,
        key: borrowing SecretKey,
        salt: [UInt8]
    ) -> Envelope {
        precondition(salt.count == saltSize, "callers take the salt from the generator or from a vector")
        let header = EnvelopeHeader(
            type: context.type,
            padClass: padClass,
            keyVersion: keyVersion,
            plaintextSize: padded.byteCount
        )
        let associatedData = context.associatedData(header: header.bytes)
        let message = HKDF.expandCommitted(key, info: info(salt, associatedData))
        let box = padded.lend { padded in
            AESGCM.seal(padded, key: message.key, nonce: nonce(of: salt), authenticating: associatedData)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(padded.byteCount + Envelope.overhead)
        bytes += header.bytes
        bytes += salt
        message.commitment.append(to: &bytes)
        bytes += box
        return Envelope(unverified: bytes)
    }

    /// Decrypts an envelope and returns the padded plaintext, after steps 1 to 6 of §7 in their order.
    ///
    /// - Parameter key: Finds the key of the version that the header names. It is asked once: a key is never tried
    ///   because another failed.
    static func open(
        _ envelope: Envelope,
        as context: SealContext,
        keyVersions: ClosedRange<UInt32> = 1...(.max),
        key: (UInt32) throws(VaultError) -> KeyBox
    ) throws(VaultError) -> OpenedEnvelope {
        let header = try EnvelopeHeader(of: envelope, expecting: context.type, keyVersions: keyVersions)
        let key = try key(header.keyVersion)
        let salt = Array(envelope.bytes[Envelope.saltRange])
        let associatedData = context.associatedData(header: header.bytes)
        let message = HKDF.expandCommitted(key.bytes, info: info(salt, associatedData))
        guard let stored = envelope.commitment, constantTimeEqual(message.commitment, stored) else {
            throw .keyOrContext
        }
        let box = envelope.bytes.span.extracting(Envelope.commitmentRange.upperBound..<envelope.bytes.count)
        guard
            let padded = AESGCM.open(box, key: message.key, nonce: nonce(of: salt), authenticating: associatedData)
        else { throw .tampered }
        return OpenedEnvelope(padded: padded, padClass: header.padClass)
    }

    /// `OKM = Expand(key, "rv1/msg\0" ‖ salt ‖ AAD, 64)`: 32 bytes of key, 32 of commitment (§6 step 3).
    private static func info(_ salt: [UInt8], _ associatedData: [UInt8]) -> [UInt8] {
        var info: [UInt8] = []
        info.reserveCapacity(8 + salt.count + associatedData.count)
        info += "rv1/msg\0".utf8
        info += salt
        info += associatedData
        return info
    }

    private static func nonce(of salt: [UInt8]) -> [UInt8] {
        Array(salt.suffix(12))
    }
}

/// What was inside, authenticated, and the one byte of the header that says how it must be padded.
struct OpenedEnvelope: ~Copyable {
    let padded: SecretKey
    let padClass: PadClass
}
