import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

/// A subject being written: sealed fields, their tags, and the manifest over all of them.
///
/// Needs the keys of every role it writes under, so it is made by enrolment, for one operation. What it hands out are
/// finished rows; the store puts them in the transaction that records the write.
struct SubjectDraft {
    private let tenant: TenantID
    private let subject: SubjectID
    private let pseudonym: Pseudonym
    private var matching: SubjectKey
    private var keys: [UInt16: (key: SubjectKey, row: SubjectKeyRow)]
    private var fields: [FieldRow]
    private var tags: [MatchTagRow]
    private let epoch: RowVersion
    private var changed: Set<[UInt32]> = []

    /// How many restores of this database were accepted: nothing is sealed under a version that a lost state used.
    private let restores: UInt32

    /// Makes a new subject with fresh keys.
    init(tenant: TenantID, ring: KeyRing, restores: UInt32) throws {
        let subject = SubjectID.random()
        let pseudonym = try Pseudonym(bytes: Random.bytes(16)).orDamage("pseudonym")
        let keys = try Self.newKeys(of: subject, tenant: tenant, ring: ring) { _ in 1 }
        guard let matching = keys[SubjectKeyClass.matching.rawValue]?.key else { throw VaultError.sealed }
        self.tenant = tenant
        self.subject = subject
        self.pseudonym = pseudonym
        self.matching = matching
        self.keys = keys
        self.restores = restores
        fields = []
        tags = []
        epoch = .first(afterRestores: restores)
    }

    /// Takes up a stored subject, once its rows were found sound.
    init(_ rows: SubjectRows, of vault: SubjectVault, ring: KeyRing) throws {
        try vault.requireSound(rows)
        var keys: [UInt16: (key: SubjectKey, row: SubjectKeyRow)] = [:]
        for keyClass in SubjectKeyClass.allCases {
            // A ring without the role of a class cannot write under it; sealing then fails where it is tried.
            guard ring.activeVersion(of: keyClass.wrappedBy) != nil else { continue }
            let key = try SubjectKeys(rows.unwrapped(keyClass, with: ring, tenant: vault.tenant)).active(keyClass)
            let row = rows.keys.first { $0.keyClass == keyClass.rawValue && $0.version == key.version }
            keys[keyClass.rawValue] = (key, try row.orDamage("subject key"))
        }
        guard let matching = keys[SubjectKeyClass.matching.rawValue]?.key else { throw VaultError.sealed }
        tenant = vault.tenant
        restores = vault.restores
        subject = try rows.identifier()
        pseudonym = rows.subject.pseudonym
        self.matching = matching
        self.keys = keys
        fields = rows.fields
        tags = rows.tags
        epoch = try rows.epoch().next(afterRestores: vault.restores).orDamage("epoch")
    }

    /// Takes up a stored subject, once its rows were found sound, and gives it fresh keys. Whoever does this then sets
    /// every field anew: nothing is to stay under the old ones.
    init(rekeying rows: SubjectRows, of vault: SubjectVault, ring: KeyRing) throws {
        try self.init(rows, of: vault, ring: ring)
        keys = try Self.newKeys(of: subject, tenant: tenant, ring: ring) { keyClass in
            (rows.keys.filter { $0.keyClass == keyClass.rawValue }.map(\.version).max() ?? 0) + 1
        }
        guard let matching = keys[SubjectKeyClass.matching.rawValue]?.key else { throw VaultError.sealed }
        self.matching = matching
    }

    private static func newKeys(
        of subject: SubjectID,
        tenant: TenantID,
        ring: KeyRing,
        version: (SubjectKeyClass) -> UInt32
    ) throws -> [UInt16: (key: SubjectKey, row: SubjectKeyRow)] {
        var keys: [UInt16: (key: SubjectKey, row: SubjectKeyRow)] = [:]
        for keyClass in SubjectKeyClass.allCases {
            let version = version(keyClass)
            let context = SubjectKeyContext(tenant: tenant, subject: subject, keyClass: keyClass, version: version)
            let (key, wrapped) = try ring.makeSubjectKey(as: context)
            let row = SubjectKeyRow(
                subject: subject.bytes,
                keyClass: keyClass.rawValue,
                version: version,
                kekVersion: ring.activeVersion(of: keyClass.wrappedBy) ?? 1,
                wrapped: wrapped.bytes,
                seals: 0,
                state: KeyState.active.rawValue
            )
            keys[keyClass.rawValue] = (key, row)
        }
        return keys
    }

    /// Seals a value in its place, over what stands there, and makes its tags.
    ///
    /// - Parameter forms: Canonical bytes by variant; a variant without any gets a random tag.
    mutating func set(
        _ value: FieldValue,
        record: RecoveryVault.RecordKind,
        field: FieldCode,
        slot: UInt32 = 0,
        padding: PadClass,
        variants: Set<UInt8> = [],
        forms: CanonicalForms? = nil
    ) throws {
        guard let (key, oldKeyRow) = keys[record.keyClass.rawValue] else { throw VaultError.sealed }
        var keyRow = oldKeyRow
        let old = fields.firstIndex { $0.record == record.rawValue && $0.field == field.rawValue && $0.slot == slot }
        let version: RowVersion =
            if let old {
                try (RowVersion(rawValue: fields[old].rowVersion)?.next(afterRestores: restores))
                    .orDamage("row version")
            } else {
                .first(afterRestores: restores)
            }
        let place = FieldContext(
            tenant: tenant,
            subject: subject,
            record: record,
            field: field,
            slot: slot,
            rowVersion: version
        )
        let envelope = try Vault.seal(
            value,
            as: place,
            padding: padding,
            under: key,
            afterSeals: UInt32(clamping: keyRow.seals)
        )
        keyRow.seals += 1
        keys[record.keyClass.rawValue] = (key, keyRow)
        let row = FieldRow(
            subject: subject.bytes,
            record: record.rawValue,
            field: field.rawValue,
            slot: slot,
            rowVersion: version.rawValue,
            envelope: envelope.bytes
        )
        if let old { fields[old] = row } else { fields.append(row) }
        changed.insert([UInt32(record.rawValue), UInt32(field.rawValue), slot])
        tags.removeAll { $0.record == record.rawValue && $0.field == field.rawValue && $0.slot == slot }
        for variant in variants.sorted() {
            let tag: MatchTag =
                if let canonical = forms?.variants[variant] {
                    try canonical.reveal { bytes in
                        try MatchTag(
                            of: bytes,
                            rule: FieldRule.version,
                            variant: variant,
                            at: place,
                            key: matching
                        )
                    }
                } else {
                    .absent(rule: FieldRule.version, variant: variant)
                }
            tags.append(
                MatchTagRow(
                    subject: subject.bytes,
                    record: record.rawValue,
                    field: field.rawValue,
                    slot: slot,
                    norm: FieldRule.version,
                    variant: variant,
                    algorithm: tag.algorithm.rawValue,
                    tag: tag.bytes
                )
            )
        }
    }

    /// Returns the rows that changed, the manifest over all, and what the log says of the write.
    func finished() throws -> SealedSubject {
        let unsigned = SubjectRow(
            subject: subject.bytes,
            epoch: epoch.rawValue,
            manifest: [UInt8](repeating: 0, count: Digest256.byteCount),
            pseudonym: pseudonym
        )
        let all = SubjectRows(unsigned, keys: keys.values.map(\.row), fields: fields, tags: tags)
        let manifest = try Manifest(
            of: all.covered(),
            tenant: tenant,
            subject: subject,
            epoch: epoch,
            key: matching
        )
        var signed = unsigned
        signed.manifest = manifest.code.bytes
        var rows: [SealedRow] = [.subject(signed)]
        rows += keys.values.map { .subjectKey($0.row) }
        for row in fields where changed.contains([UInt32(row.record), UInt32(row.field), row.slot]) {
            rows.append(.field(row))
        }
        for row in tags where changed.contains([UInt32(row.record), UInt32(row.field), row.slot]) {
            rows.append(.tag(row))
        }
        return SealedSubject(
            pseudonym: pseudonym,
            subject: subject.bytes,
            epoch: epoch.rawValue,
            manifest: manifest.code.hexadecimal,
            rows: rows
        )
    }
}

/// Finished rows of one subject.
struct SealedSubject: Sendable {
    let pseudonym: Pseudonym
    let subject: [UInt8]
    let epoch: UInt64
    /// Hexadecimal. The log remembers it with the epoch, so that an older state of the subject is noticed.
    let manifest: String
    let rows: [SealedRow]

    /// What the log says of the write.
    var event: AuditEvent {
        .event(
            "x.vault.write",
            ["count": .integer(Int64(clamping: epoch)), "req": .string(manifest)],
            subject: pseudonym
        )
    }

    func put(in transaction: any StoreTransaction) throws {
        for row in rows { try transaction.put(row) }
    }
}
