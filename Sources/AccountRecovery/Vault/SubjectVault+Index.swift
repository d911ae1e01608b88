import RecoveryCrypto
import RecoveryVault

/// Listing subjects under the blind indexes. It takes the open values, so it is work of enrolment and maintenance.
extension SubjectVault {
    /// A form of a subject's field that an index is made of.
    struct IndexedForm {
        let field: PersonField
        let form: Personal
    }

    /// The plans that fit this many subjects; `nil` bits where a scan is right.
    ///
    /// - Parameter raise: Bits more than the formula gives, which the operator chose.
    static func bits(forSubjects count: Int, raisedBy raise: Int) -> Int? {
        BlindIndex.bits(subjects: count, indexes: PersonField.indexed.count).map { min($0 + raise, mostBits) }
    }

    /// What a value of the index is cut to at most (§9).
    static let mostBits = 24

    /// Opens the fields of a subject that have an index, and reads the forms that are listed. A field without a value
    /// has none.
    func forms(of part: SubjectPart, _ fields: [PersonField], ring: KeyRing) throws -> [IndexedForm] {
        let subject = try SubjectID(bytes: part.subject).orDamage("subject")
        let keys = SubjectKeys(
            try part.keys.compactMap { row in
                guard let state = KeyState(rawValue: row.state), state.opens else { return nil }
                let context = SubjectKeyContext(
                    tenant: tenant,
                    subject: subject,
                    keyClass: .personal,
                    version: row.version
                )
                return try ring.unwrap(Envelope(unverified: row.wrapped), as: context, state: state)
            }
        )
        return try fields.compactMap { field in
            guard let index = field.index, let row = part.fields.first(where: { $0.field == field.code.rawValue })
            else { return nil }
            let place = FieldContext(
                tenant: tenant,
                subject: subject,
                field: field.code,
                rowVersion: try RowVersion(rawValue: row.rowVersion).orDamage("row version")
            )
            guard case .text(let value, _) = try Vault.open(Envelope(unverified: row.envelope), as: place, with: keys)
            else { return nil }
            // Stored is the first form, and reading it gives the others.
            guard index.variant != 1 else { return IndexedForm(field: field, form: value) }
            var bytes = value.reveal { [UInt8](copying: $0) }
            defer { bytes.wipe() }
            return IndexedForm(field: field, form: try Self.form(of: bytes, field, index))
        }
    }

    private static func form(of bytes: [UInt8], _ field: PersonField, _ index: BlindIndex.Field) throws -> Personal {
        let latest = try CalendarDate(year: 9999, month: 12, day: 31).orDamage("date")
        do {
            return try field.rule(region: nil).canonicalForms(of: bytes, today: latest, variants: [index.variant])
                .variants[index.variant].orDamage("canonical form")
        } catch is ClaimRefusal {
            throw StoreError.corrupt("a stored \(field.rawValue) cannot be read")
        }
    }

    /// Lists a subject in every plan given: those that look-ups read, and those that are being filled.
    func list(
        _ forms: [IndexedForm],
        of subject: [UInt8],
        under plans: [IndexPlanRow],
        in transaction: any StoreTransaction
    ) throws {
        for form in forms {
            for plan in plans where plan.field == form.field.code.rawValue {
                let place = try form.form.reveal { try self.place(of: $0, under: plan) }
                try transaction.put(
                    .index(IndexRow(field: place.field, plan: place.plan, index: place.index, subject: subject))
                )
            }
        }
    }

    /// Plans of these bits for the indexes, under the key that is active now.
    func plans(_ bits: Int, after old: [IndexPlanRow], areActive: Bool) throws -> [IndexPlanRow] {
        guard let version = desk.activeVersion(of: .classKey(.blindIndex)) else { throw VaultError.sealed }
        return PersonField.indexed.map { field in
            let code = field.code.rawValue
            return IndexPlanRow(
                plan: (old.filter { $0.field == code }.map(\.plan).max() ?? 0) + 1,
                field: code,
                keyVersion: version,
                norm: FieldRule.version,
                bits: UInt8(bits),
                isActive: areActive
            )
        }
    }
}
