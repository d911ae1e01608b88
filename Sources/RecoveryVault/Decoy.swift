internal import RecoveryCrypto

/// A subject that nobody is, made when the process starts: what is unwrapped and compared when a caller names an
/// unknown or erased one (Docs/Specs/vault.md §11 step 3).
///
/// The steps and their number are the same as for somebody real: one key to unwrap, one manifest, all the tags, which
/// are random and match nothing.
public struct Decoy: Sendable {
    private let context: SubjectKeyContext
    private let wrapped: Envelope
    private let subject: BlindComparison.Subject

    /// Makes a subject with every configured field in every slot.
    ///
    /// - Throws: ``VaultError/keyUnavailable(_:)`` if there is no active key for matching.
    public init(for comparison: BlindComparison, keys: KeyRing) throws(VaultError) {
        let context = SubjectKeyContext(tenant: .random(), subject: .random(), keyClass: .matching, version: 1)
        let (key, wrapped) = try keys.makeSubjectKey(as: context)
        var rows: [FieldRow] = []
        for field in comparison.fields {
            for slot in 0..<field.slots {
                rows.append(
                    FieldRow(
                        record: field.record,
                        field: field.field,
                        slot: slot,
                        rowVersion: .first(afterRestores: 0),
                        commitment: SHA256.digest(of: Random.bytes(32)),
                        tags: field.variants.map { variant in
                            .absent(algorithm: field.algorithm, rule: field.rule, variant: variant)
                        }
                    )
                )
            }
        }
        let manifest = try Manifest(
            of: rows,
            tenant: context.tenant,
            subject: context.subject,
            epoch: .first(afterRestores: 0),
            key: key
        )
        self.context = context
        self.wrapped = wrapped
        subject = BlindComparison.Subject(
            tenant: context.tenant,
            subject: context.subject,
            manifest: manifest,
            rows: rows
        )
    }

    /// Proves the rows of nobody, as those of somebody real are proven before one of them is opened.
    public func verify(keys: KeyRing) throws(VaultError) {
        let key = try keys.unwrap(wrapped, as: context)
        let found = try Manifest(
            of: subject.rows,
            tenant: subject.tenant,
            subject: subject.subject,
            epoch: subject.manifest.epoch,
            key: key
        )
        guard found.matches(subject.manifest) else { throw .cryptoFailure(call: "EVP_MAC_final") }
    }

    /// Does what is done for somebody real. The answer is ``BlindComparison/Answer/fail``, or `pass` once in 2¹²⁸.
    public func outcome(
        of claims: [FieldCode: CanonicalForms],
        by comparison: BlindComparison,
        required: Int? = nil,
        keys: KeyRing
    ) throws(VaultError) -> BlindComparison.Outcome {
        let key = try keys.unwrap(wrapped, as: context)
        return try comparison.outcome(of: claims, against: subject, required: required, key: key)
    }
}
