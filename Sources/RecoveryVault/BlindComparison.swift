internal import RecoveryCrypto

/// Compares what a caller says with what is stored, all of it at once, and says of the set only whether it holds
/// (Docs/Specs/vault.md §11 step 4).
///
/// The work depends on the configuration alone: every field, slot and variant is computed in a fixed order, claimed
/// or not, and nothing stops at the first difference. Neither time nor answer tells which field was wrong.
/// Limits, attempts and the log are the service's, around this.
public struct BlindComparison: Sendable {
    /// A field that can be claimed.
    public struct Field: Sendable, Hashable {
        public let record: RecordKind
        public let field: FieldCode
        public let slots: UInt32
        /// The version of the rule in force, from 1.
        public let rule: UInt8
        /// The variants that are enabled, ascending.
        public let variants: [UInt8]
        /// How its tags are made, where the subject is unknown.
        public let algorithm: MatchTag.Algorithm

        public init(
            record: RecordKind = .person,
            field: FieldCode,
            slots: UInt32 = 1,
            rule: UInt8,
            variants: Set<UInt8>,
            algorithm: MatchTag.Algorithm = .hmac
        ) {
            self.record = record
            self.field = field
            self.slots = slots
            self.rule = rule
            self.variants = variants.sorted()
            self.algorithm = algorithm
        }
    }

    /// What is known of a subject without opening anything.
    public struct Subject: Sendable {
        public let tenant: TenantID
        public let subject: SubjectID
        public let manifest: Manifest
        public let rows: [FieldRow]

        public init(tenant: TenantID, subject: SubjectID, manifest: Manifest, rows: [FieldRow]) {
            self.tenant = tenant
            self.subject = subject
            self.manifest = manifest
            self.rows = rows
        }
    }

    /// What the caller's claims amount to. It finds an account and feeds signals; it proves nobody's identity.
    public enum Answer: String, Sendable, Hashable, CaseIterable {
        case pass
        case fail
        /// Something that was claimed could not be compared. Does not count against the caller.
        case indeterminate
    }

    public struct Outcome: Sendable, Hashable {
        public let answer: Answer
        /// If not, rows are stale, missing or extra: an alarm, not an answer to the caller.
        public let isManifestSound: Bool
        /// The first 4 bytes of the recomputed tag of each field claimed, by which the service notices different
        /// values for one field. Kept with the subject, never logged.
        public let prints: [FieldCode: [UInt8]]
        /// How many tags were computed. Follows from the configuration alone, whatever was claimed of whomever.
        let tagCount: Int
    }

    /// In the order of comparison: by record, then by field.
    public let fields: [Field]

    /// Takes the configured fields in any order. Of two with one record and code, the first counts.
    public init(fields: [Field]) {
        var seen: Set<[UInt16]> = []
        self.fields = fields.filter { seen.insert([$0.record.rawValue, $0.field.rawValue]).inserted }
            .sorted { ($0.record.rawValue, $0.field) < ($1.record.rawValue, $1.field) }
    }

    /// Compares the claims with the subject's tags.
    ///
    /// - Parameters:
    ///   - claims: Canonical forms by field, of records of persons. A field that is not configured cannot match.
    ///   - required: How many of the claimed fields must match, from 1; by default all of them.
    ///   - key: The subject's matching key, or that of the ``Decoy``.
    /// - Throws: ``VaultError/keyUnavailable(_:)`` for a key of another class, ``VaultError/cryptoFailure(call:)``.
    public func outcome(
        of claims: [FieldCode: CanonicalForms],
        against subject: Subject,
        required: Int? = nil,
        key: SubjectKey
    ) throws(VaultError) -> Outcome {
        let found = try Manifest(
            of: subject.rows,
            tenant: subject.tenant,
            subject: subject.subject,
            epoch: subject.manifest.epoch,
            key: key
        )
        let isSound = found.matches(subject.manifest)
        var matches = 0
        var uncertain = 0
        var prints: [FieldCode: [UInt8]] = [:]
        var tagCount = 0
        for field in fields {
            let forms = field.record == .person ? claims[field.field] : nil
            let comparison = try compare(field, forms, subject, key)
            // Arithmetic instead of branches: a field that was not claimed costs what the others cost, and counts 0.
            let isClaimed = forms == nil ? 0 : 1
            matches += isClaimed & comparison.isMatch
            tagCount += comparison.tagCount
            uncertain += isClaimed & comparison.isMissing & ~comparison.isMatch
            if forms != nil { prints[field.field] = comparison.print }
        }
        let needed = max(required ?? claims.count, 1)
        let answer: Answer =
            if !isSound { .indeterminate } else if matches >= needed { .pass } else if matches + uncertain >= needed {
                .indeterminate
            } else { .fail }
        return Outcome(answer: answer, isManifestSound: isSound, prints: prints, tagCount: tagCount)
    }

    private struct FieldComparison {
        /// 1 if a tag of any slot and variant is that of the claim.
        var isMatch = 0
        /// 1 if a configured tag is not there: the row is older than the configuration, or lost.
        var isMissing = 0
        /// The first bytes of the first tag computed.
        var print: [UInt8] = []
        var tagCount = 0
    }

    private func compare(
        _ field: Field,
        _ forms: CanonicalForms?,
        _ subject: Subject,
        _ key: SubjectKey
    ) throws(VaultError) -> FieldComparison {
        var comparison = FieldComparison()
        for slot in 0..<field.slots {
            let row = subject.rows.first { $0.record == field.record && $0.field == field.field && $0.slot == slot }
            let place = FieldContext(
                tenant: subject.tenant,
                subject: subject.subject,
                record: field.record,
                field: field.field,
                slot: slot,
                rowVersion: row?.rowVersion ?? .first(afterRestores: 0)
            )
            for variant in field.variants {
                let stored = row?.tags.first { $0.rule == field.rule && $0.variant == variant }
                let canonical = forms?.variants[variant]
                let compared = canonical ?? Self.dummy
                let computed = try compared.reveal { (bytes) throws(VaultError) in
                    try MatchTag(
                        of: bytes,
                        algorithm: stored?.algorithm ?? field.algorithm,
                        rule: field.rule,
                        variant: variant,
                        at: place,
                        key: key
                    )
                }
                comparison.tagCount += 1
                let other = stored ?? .absent(rule: field.rule, variant: variant)
                comparison.isMatch |= (computed.matches(other) ? 1 : 0) & (canonical == nil ? 0 : 1)
                comparison.isMissing |= stored == nil ? 1 : 0
                if comparison.print.isEmpty { comparison.print = Array(computed.bytes.prefix(4)) }
            }
        }
        return comparison
    }

    /// Stands in for what was not claimed. Its result is thrown away.
    private static let dummy = Personal(SecretKey(copying: Array("not claimed".utf8).span))
}
