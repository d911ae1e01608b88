public import RecoveryCrypto

/// An epoch key A_e that one auditor can open (audit-log.md §5): HPKE base mode, 80 bytes. It opens the MACs of that
/// epoch and no other, since S_e is never given away.
public enum SealedEpochKey {
    /// enc, ciphertext and tag, in bytes.
    public static let size = 80

    /// Returns A_e sealed for the holder of `publicKey`; `nil` if that is no X25519 key.
    ///
    /// - Parameters:
    ///   - context: ctx_e, which becomes part of `info`.
    ///   - commitment: C_e, authenticated with the key.
    public static func seal(
        _ authenticationKey: borrowing SecretKey,
        to publicKey: [UInt8],
        context: [UInt8],
        commitment: Digest256
    ) -> [UInt8]? {
        HPKE.seal(authenticationKey, to: publicKey, info: label + context, authenticating: commitment.bytes)
    }

    /// Returns A_e, or `nil` if the box is for another key, epoch, log or commitment, or if what is inside does not
    /// open `commitment`: a box that opens is not yet the right key.
    public static func open(
        _ box: [UInt8],
        with privateKey: X25519.PrivateKey,
        context: [UInt8],
        commitment: Digest256
    ) -> SecretKey? {
        guard box.count == size,
            let key = HPKE.open(box, with: privateKey, info: label + context, authenticating: commitment.bytes),
            key.byteCount == Digest256.byteCount
        else { return nil }
        guard constantTimeEqual(KeySchedule.commitment(to: key, context: context), commitment) else { return nil }
        return key
    }

    private static let label = Array("rva/v1/epoch-seal".utf8) + [0]
}
