import RecoveryCrypto
import RecoveryVault

/// Everything the store keeps of one subject, still sealed.
struct SubjectRows: Sendable {
    let subject: SubjectRow
    let keys: [SubjectKeyRow]
    let fields: [FieldRow]
    let tags: [MatchTagRow]
    /// What the log says of the last write, if it knows of one.
    let logged: SubjectWrite?

    /// Reads the rows of a pseudonym, or `nil` for a stranger.
    init?(_ pseudonym: Pseudonym, from reader: any StoreReader) throws {
        // Asked for a stranger as well: the steps are the same.
        let logged = try reader.vault.lastWrite(of: pseudonym)
        guard let subject = try reader.vault.subject(pseudonym) else { return nil }
        try self.init(subject, logged: logged, from: reader)
    }

    init(_ subject: SubjectRow, from reader: any StoreReader) throws {
        try self.init(subject, logged: reader.vault.lastWrite(of: subject.pseudonym), from: reader)
    }

    /// Reads the rows of one who is only compared with a reference: nothing of them is believed yet.
    init(candidate subject: SubjectRow, from reader: any StoreReader) throws {
        try self.init(subject, logged: nil, from: reader)
    }

    private init(_ subject: SubjectRow, logged: SubjectWrite?, from reader: any StoreReader) throws {
        self.logged = logged
        self.subject = subject
        keys = try reader.vault.subjectKeys(of: subject.subject)
        fields = try reader.vault.fields(of: subject.subject)
        tags = try reader.vault.tags(of: subject.subject)
    }

    init(_ subject: SubjectRow, keys: [SubjectKeyRow], fields: [FieldRow], tags: [MatchTagRow]) {
        self.subject = subject
        self.keys = keys
        self.fields = fields
        self.tags = tags
        logged = nil
    }

    func field(_ record: RecoveryVault.RecordKind, _ field: FieldCode, slot: UInt32) -> FieldRow? {
        fields.first { $0.record == record.rawValue && $0.field == field.rawValue && $0.slot == slot }
    }
}

/// From the store's plain rows to the vault's checked values. What does not fit is damage, and says so.
extension SubjectRows {
    func identifier() throws -> SubjectID {
        try SubjectID(bytes: subject.subject).orDamage("subject")
    }

    func pseudonym() throws -> RecoveryVault.Pseudonym {
        let bytes = try [UInt8](hexadecimal: subject.pseudonym.text).orDamage("pseudonym")
        return try RecoveryVault.Pseudonym(bytes: bytes).orDamage("pseudonym")
    }

    func epoch() throws -> RowVersion {
        try RowVersion(rawValue: subject.epoch).orDamage("epoch")
    }

    func manifest() throws -> Manifest {
        Manifest(unverifiedCode: try Digest256(subject.manifest).orDamage("manifest"), epoch: try epoch())
    }

    /// The rows as the manifest covers them.
    func covered() throws -> [RecoveryVault.FieldRow] {
        try fields.map { row in
            RecoveryVault.FieldRow(
                record: try RecoveryVault.RecordKind(rawValue: row.record).orDamage("record kind"),
                field: FieldCode(rawValue: row.field),
                slot: row.slot,
                rowVersion: try RowVersion(rawValue: row.rowVersion).orDamage("row version"),
                commitment: try Envelope(unverified: row.envelope).commitment.orDamage("envelope"),
                tags: try tags.filter { $0.record == row.record && $0.field == row.field && $0.slot == row.slot }
                    .map { try MatchTag(algorithm: $0.algorithm, rule: $0.norm, variant: $0.variant, bytes: $0.tag) }
            )
        }
    }

    /// Unwraps the subject's keys of one class.
    func unwrapped(
        _ keyClass: SubjectKeyClass,
        with ring: KeyRing,
        tenant: TenantID
    ) throws -> [SubjectKey] {
        try keys.filter { $0.keyClass == keyClass.rawValue }.compactMap { row -> SubjectKey? in
            guard let state = KeyState(rawValue: row.state), state.opens else { return nil }
            let context = SubjectKeyContext(
                tenant: tenant,
                subject: try identifier(),
                keyClass: keyClass,
                version: row.version
            )
            do {
                return try ring.unwrap(Envelope(unverified: row.wrapped), as: context, state: state)
            } catch let error as VaultError where error.isOfTheRow {
                throw VaultAlarm(error: error, subject: subject.pseudonym, row: DamagedRow(row))
            }
        }
    }
}

extension Optional {
    /// Unwraps a stored value, or says which one makes no sense.
    func orDamage(_ what: String) throws -> Wrapped {
        guard let self else { throw StoreError.corrupt("a stored \(what) is not one") }
        return self
    }
}
