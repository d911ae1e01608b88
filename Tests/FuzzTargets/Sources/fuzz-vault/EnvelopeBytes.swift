import FuzzDriver
import RecoveryCrypto

@testable import RecoveryVault

/// A sealed value as the store hands it back; behind a leading zero, what might be inside one.
enum EnvelopeBytes {
    private static let key = KeyBox(SecretKey(copying: [UInt8](repeating: 9, count: 32).span))
    private static let keys = SubjectKeys([SubjectKey(keyClass: .personal, version: 1, state: .active, box: key)])
    private static let salt = [UInt8](repeating: 3, count: EnvelopeCipher.saltSize)
    private static let context: FieldContext? = {
        let name = [UInt8](repeating: 5, count: 16)
        guard let tenant = TenantID(bytes: name), let subject = SubjectID(bytes: name) else { return nil }
        return FieldContext(tenant: tenant, subject: subject, field: .email, rowVersion: .first(afterRestores: 0))
    }()

    /// One envelope of ours, of the least size.
    private static let own = context.map { seal([1, 1, 0, 2, 0x6f, 0x6b] + [UInt8](repeating: 0, count: 26), as: $0) }

    static let target = Target("envelope") { bytes in
        law(own != nil, "the context is one")
        guard let context, let own else { return }
        if bytes.first == 0 { return inside(Array(bytes.dropFirst()), context) }
        let envelope = Envelope(unverified: bytes)
        guard (try? Vault.open(envelope, as: context, with: keys)) != nil else { return }
        law(bytes == own.bytes, "nothing opens that was not sealed here")
    }

    /// What somebody with the key may have sealed: it opens only if padding it again gives the same.
    private static func inside(_ padded: [UInt8], _ context: FieldContext) {
        guard padded.count >= 32, padded.count == Padding.bucket(padded.count) else { return }
        guard let value = try? Vault.open(seal(padded, as: context), as: context, with: keys) else { return }
        guard let again = Padding.pad(value, .to32) else { return law(false, "what was opened can be sealed") }
        law(again.lend { [UInt8](copying: $0) } == padded, "what was opened is padded the same")
    }

    private static func seal(_ padded: [UInt8], as context: FieldContext) -> Envelope {
        EnvelopeCipher.seal(
            SecretKey(copying: padded.span),
            as: .field(context),
            keyVersion: 1,
            key: key.bytes,
            salt: salt
        )
    }
}
