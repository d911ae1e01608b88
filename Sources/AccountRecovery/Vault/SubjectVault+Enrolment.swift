import RecoveryCrypto
import RecoveryVault

/// What seals: new customers, new factors, erased ones. Fetches all four keys for one operation.
extension SubjectVault {
    /// Reads and seals a customer. Nothing is stored by this.
    ///
    /// - Throws: `invalidClaim` naming the field that cannot be read.
    func sealed(
        _ account: NewAccount,
        ring: KeyRing,
        at now: UnixTime
    ) throws -> (SealedSubject, indexed: [IndexedForm]) {
        // A country whose way of dialling is not known needs its numbers in full; the rule says so where they are not.
        let region = account.country.flatMap { PhoneRegion($0) }
        var draft = try SubjectDraft(tenant: tenant, ring: ring, restores: restores)
        var indexed: [IndexedForm] = []
        for field in PersonField.allCases {
            guard let value = account.fields[field.rawValue] else {
                guard field != .account else {
                    throw ServiceError.invalidClaim(field: field.rawValue, reason: "missing")
                }
                try draft.set(
                    .absent,
                    record: .person,
                    field: field.code,
                    padding: field.padding,
                    variants: field.variants
                )
                continue
            }
            let forms = try forms(value, field, region: region, today: CalendarDate(utc: now))
            if let index = field.index {
                let form = try forms.variants[index.variant].orDamage("canonical form")
                indexed.append(IndexedForm(field: field, form: form))
            }
            try draft.set(
                .text(try Personal(storedText(value, field, forms)), rule: FieldRule.version),
                record: .person,
                field: field.code,
                padding: field.padding,
                variants: field.variants,
                forms: forms
            )
        }
        return (try draft.finished(), indexed)
    }

    /// Names and addresses are stored as they were written, cleaned; the rest in its canonical form (§5.2).
    private func storedText(_ value: SecretText, _ field: PersonField, _ forms: CanonicalForms) throws -> SecretKey {
        let text: Personal
        switch field {
        case .name, .address:
            var input = value.lend { span in span.indices.map { span[$0] } }
            defer { input.wipe() }
            let latest = try CalendarDate(year: 9999, month: 12, day: 31).orDamage("date")
            text = try FieldRule.text.canonicalForms(of: input, today: latest, variants: [1]).variants[1]
                .orDamage("cleaned text")
        case .account, .dateOfBirth, .email, .phone, .nationalID:
            text = try forms.variants[1].orDamage("canonical form")
        }
        return text.reveal { SecretKey(copying: $0) }
    }

    /// Makes a seed for an authenticator and seals it. It counts once its owner proved a code from it.
    func newAuthenticator(
        slot: UInt32,
        issuer: String,
        for rows: SubjectRows
    ) throws -> (SealedSubject, uri: SecretText) {
        let ring = try ring(adding: [.pii, .auth])
        var label = "account"
        if let reference = try personal(.account, in: rows) {
            label = reference.lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
        }
        let text: SecretKey
        do {
            text = try EnrolmentURI(issuer: issuer, account: label, seed: SecretKey(randomByteCount: 20)).text()
        } catch {
            throw ServiceError.fault("an authenticator of ours was refused")
        }
        var draft = try SubjectDraft(rows, of: self, ring: ring)
        try draft.set(
            .text(Personal(text.copy()), rule: FieldRule.version),
            record: .secondFactors,
            field: FactorField.totp,
            slot: slot,
            padding: .to256
        )
        return (try draft.finished(), SecretText(text))
    }

    /// Makes a set of saved codes, and seals what is stored of them.
    func newSavedCodes(set: UInt32, for rows: SubjectRows) throws -> (SealedSubject, text: SecretText) {
        var draft = try SubjectDraft(rows, of: self, ring: ring(adding: [.pii, .auth]))
        // Room for all of them from the start: an array that grows leaves the codes that it held behind.
        let text = try SecretKey(byteCount: SavedCode.setSize * (SavedCode.textSize + 1)) { lines in
            for number in 0..<SavedCode.setSize {
                let letters = Random.base32Code(SavedCode.letterCount)
                SavedCode.text(number: number, letters: letters).lend { lines.append(all: $0) }
                lines.append(0x0a)
                try draft.set(
                    .bytes(Personal(try SavedCode.stored(letters)), rule: FieldRule.version),
                    record: .secondFactors,
                    field: FactorField.savedCode,
                    slot: SavedCode.slot(set: set, number: number),
                    padding: .to64
                )
            }
        }
        return (try draft.finished(), SecretText(text))
    }

    /// Seals nothing over every second factor: what was stored of them is gone.
    func withoutFactors(_ rows: SubjectRows) throws -> SealedSubject {
        var draft = try SubjectDraft(rows, of: self, ring: ring(adding: [.pii, .auth]))
        for row in rows.fields where row.record == RecoveryVault.RecordKind.secondFactors.rawValue {
            try draft.set(
                .absent,
                record: .secondFactors,
                field: FieldCode(rawValue: row.field),
                slot: row.slot,
                padding: row.field == FactorField.totp.rawValue ? .to256 : .to64
            )
        }
        return try draft.finished()
    }

    /// The mark that outlives an erased subject.
    func tombstone(of subject: [UInt8]) throws -> [UInt8] {
        let identifier = try SubjectID(bytes: subject).orDamage("subject")
        return try SubjectMark(.tombstone, tenant: tenant, subject: identifier, keys: desk).bytes
    }
}
