import RecoveryCrypto
import RecoveryVault

/// New keys for a subject (`Docs/Specs/vault.md` §14): every envelope is sealed again with a new row version, and tags and
/// manifest are written anew.
extension SubjectVault {
    /// Opens and seals all that is stored of a subject. The old keys drain: they open what a data backup has, and private
    /// values of the log, which stay under the key that sealed them.
    func rekeyed(_ rows: SubjectRows, ring: KeyRing) throws -> SealedSubject {
        var draft = try SubjectDraft(rekeying: rows, of: self, ring: ring)
        for row in rows.fields {
            let record = try RecoveryVault.RecordKind(rawValue: row.record).orDamage("record kind")
            let value = try value(of: row, record, in: rows, with: ring)
            let padding = try PadClass(rawValue: row.envelope.count > 5 ? row.envelope[5] : 0).orDamage("pad class")
            let variants = rows.tags.filter { ($0.record, $0.field, $0.slot) == (row.record, row.field, row.slot) }
            try draft.set(
                value,
                record: record,
                field: FieldCode(rawValue: row.field),
                slot: row.slot,
                padding: padding,
                variants: Set(variants.map(\.variant)),
                forms: record == .person ? try forms(of: value, FieldCode(rawValue: row.field)) : nil
            )
        }
        let sealed = try draft.finished()
        let old = rows.keys.filter { $0.state == KeyState.active.rawValue }.map { row in
            var row = row
            row.state = KeyState.draining.rawValue
            return SealedRow.subjectKey(row)
        }
        return SealedSubject(
            pseudonym: sealed.pseudonym,
            subject: sealed.subject,
            epoch: sealed.epoch,
            manifest: sealed.manifest,
            rows: old + sealed.rows
        )
    }

    /// What is stored is canonical, or cleaned: the rule makes of it what it made of the words it came from.
    private func forms(of value: FieldValue, _ code: FieldCode) throws -> CanonicalForms? {
        guard case .text(let text, _) = value, let field = PersonField.allCases.first(where: { $0.code == code }),
            !field.variants.isEmpty
        else { return nil }
        return try forms(SecretText(text.reveal { SecretKey(copying: $0) }), field, region: nil, today: nil)
    }
}
