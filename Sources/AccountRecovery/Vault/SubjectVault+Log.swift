import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

/// The private values of the log (`Docs/Specs/audit-log.md` §8), sealed under their subject's key, so that they go when
/// the subject's keys go. The desk's keys open none: writing takes the keys of enrolment and reading those of the courier.
extension SubjectVault {
    /// Seals a text for the record at `position`, and counts the seal.
    ///
    /// A subject that is nobody gets a derived key in the place of one of its own: the same steps, and the same bytes.
    ///
    /// - Parameter salt: 32 fresh bytes, for the commitment.
    func sealed(
        _ text: SecretText,
        as name: PrivateName,
        at position: UInt64,
        of subject: Pseudonym,
        salt: [UInt8],
        in transaction: any StoreTransaction
    ) throws -> SealedPrivateValue {
        let ring = try ring(adding: [.pii])
        let value = FieldValue.text(Personal(text.key.copy()), rule: FieldRule.version)
        let envelope: Envelope
        if let rows = try SubjectRows(subject, from: transaction) {
            let key = try SubjectKeys(rows.unwrapped(.personal, with: ring, tenant: tenant)).active(.personal)
            var row = try rows.keys.first { $0.keyClass == key.keyClass.rawValue && $0.version == key.version }
                .orDamage("subject key")
            let place = try place(of: name, at: position, in: rows.identifier())
            let seals = UInt32(clamping: row.seals)
            envelope = try Vault.seal(value, as: place, padding: .to1024, under: key, afterSeals: seals)
            row.seals += 1
            try transaction.put(.subjectKey(row))
        } else {
            let place = try place(of: name, at: position, in: Self.nobody(subject))
            envelope = try Vault.seal(value, as: place, padding: .to1024, under: nobodysKey(subject), afterSeals: 0)
        }
        return SealedPrivateValue(
            salt: salt,
            value: text.lend { span in span.indices.map { span[$0] } },
            sealed: envelope.bytes
        )
    }

    /// Opens private values, each with the keys of whom its record is about.
    func opened(_ rows: [SealedPrivateRow], in reader: any StoreReader) throws -> [PrivateRow] {
        let ring = try ring(adding: [.pii])
        return try rows.map { row in
            let subject = try subject(of: row, in: reader)
            let name = try PrivateName(rawValue: row.reference.name).orDamage("private name")
            let keys: SubjectKeys
            let place: FieldContext
            if let rows = try SubjectRows(subject, from: reader) {
                keys = SubjectKeys(try rows.unwrapped(.personal, with: ring, tenant: tenant))
                place = try self.place(of: name, at: row.reference.seq, in: rows.identifier())
            } else {
                keys = SubjectKeys([try nobodysKey(subject)])
                place = try self.place(of: name, at: row.reference.seq, in: Self.nobody(subject))
            }
            guard case .text(let value, _) = try Vault.open(Envelope(unverified: row.sealed), as: place, with: keys)
            else { throw StoreError.corrupt("a stored private value is not one") }
            return PrivateRow(
                seq: row.reference.seq,
                name: row.reference.name,
                salt: row.salt,
                value: value.reveal { [UInt8](copying: $0) }
            )
        }
    }

    /// Whom a value is about: the subject of its record, or that of the record's case.
    private func subject(of row: SealedPrivateRow, in reader: any StoreReader) throws -> Pseudonym {
        if let subject = row.subject { return try Pseudonym(subject).orDamage("pseudonym") }
        let found = try row.recoveryCase.flatMap { try reader.record(RecoveryCase.self, $0) }
        return try found.orDamage("case of a private value").subject
    }

    private func place(of name: PrivateName, at position: UInt64, in subject: SubjectID) throws -> FieldContext {
        guard position < UInt64(UInt32.max), let version = RowVersion(rawValue: position + 1) else {
            throw ServiceError.fault("the log is too long for private values")
        }
        return FieldContext(
            tenant: tenant,
            subject: subject,
            record: .logValues,
            field: name.code,
            rowVersion: version
        )
    }

    private func nobodysKey(_ subject: Pseudonym) throws -> SubjectKey {
        let pseudonym = try [UInt8](hexadecimal: subject.text).orDamage("pseudonym")
        let info = Array("ar1/nobody/pii\0".utf8) + pseudonym
        return SubjectKey(ofNobody: HKDF.expand(try markKey("nobody"), info: info))
    }

    private static func nobody(_ subject: Pseudonym) throws -> SubjectID {
        try [UInt8](hexadecimal: subject.text).flatMap { SubjectID(bytes: $0) }.orDamage("pseudonym")
    }
}

/// The private names of the log's events, with the codes under which their values are sealed
/// (`Docs/Specs/vault.md` §5.1).
enum PrivateName: String, CaseIterable {
    case address, contact, detail, kind, note, source, statement, text

    var code: FieldCode {
        switch self {
        case .address: FieldCode(rawValue: 1)
        case .contact: FieldCode(rawValue: 2)
        case .detail: FieldCode(rawValue: 3)
        case .kind: FieldCode(rawValue: 4)
        case .note: FieldCode(rawValue: 5)
        case .source: FieldCode(rawValue: 6)
        case .statement: FieldCode(rawValue: 7)
        case .text: FieldCode(rawValue: 8)
        }
    }
}
