import RecoveryCrypto
import RecoveryVault

/// Whose account a claim names: somebody's, or nobody's, which looks the same.
struct FoundSubject: Sendable {
    let pseudonym: Pseudonym
    /// `nil` for a stranger.
    let row: SubjectRow?
    /// What the claim stood for, or would have, while nobody had it.
    let decoy: Pseudonym
    /// How many tags were computed: as many as there are candidates, whoever was meant.
    let tagCount: Int
}

/// Finding an account with the desk's keys: by the blind index and, among the candidates, by match tags
/// (`Docs/Specs/vault.md` §9). Only an erasure opens a field here.
extension SubjectVault {
    func find(_ reference: SecretText, in reader: any StoreReader) throws -> FoundSubject {
        try find(.reference(reference), in: reader)
    }

    /// Finds the one owner of what is claimed.
    ///
    /// What nobody has, or several have, gives a decoy: a pseudonym derived from the claim, so that limits hold for it. Two
    /// customers with one address are not guessed apart.
    func find(_ claim: AccountClaim, in reader: any StoreReader) throws -> FoundSubject {
        let (index, form) = try indexed(claim)
        let place = try reader.vault.indexPlans().first { $0.field == index.rawValue && $0.isActive }
            .map { plan in try form.reveal { try self.place(of: $0, under: plan) } }
        // Too few people for an index: all of them are candidates.
        let rows = try reader.vault.candidates(field: index.rawValue, variant: index.variant, at: place)
        var owners: Set<[UInt8]> = []
        for row in rows {
            // No early exit: how long this takes must not tell where in the list somebody stands.
            if try isOwner(row, of: form, index) { owners.insert(row.subject) }
        }
        let decoy = try decoyPseudonym(of: form, claim.field)
        // Read whether or not there is one.
        let found = try reader.vault.subject(id: owners.first ?? [])
        let row = owners.count == 1 ? found : nil
        return FoundSubject(pseudonym: row?.pseudonym ?? decoy, row: row, decoy: decoy, tagCount: rows.count)
    }

    /// The decoys that a subject's own address and number stood for while nobody had them.
    func contactDecoys(of rows: SubjectRows) throws -> Set<Pseudonym> {
        let part = SubjectPart(
            subject: rows.subject.subject,
            keys: rows.keys.filter { $0.keyClass == SubjectKeyClass.personal.rawValue },
            fields: rows.fields.filter { $0.record == RecoveryVault.RecordKind.person.rawValue && $0.slot == 0 }
        )
        return Set(
            try forms(of: part, PersonField.indexed, ring: ring(adding: [.pii]))
                .map { try decoyPseudonym(of: $0.form, $0.field) }
        )
    }

    /// The form of a claim that the index of its field is made of.
    func indexed(_ claim: AccountClaim) throws -> (BlindIndex.Field, Personal) {
        let index = try claim.field.index.orDamage("index")
        var region: PhoneRegion?
        if case .phone(_, let country?) = claim {
            guard let known = PhoneRegion(country) else {
                throw ServiceError.invalidClaim(field: "country", reason: "no such region")
            }
            region = known
        }
        let forms = try forms(claim.text, claim.field, region: region, today: nil)
        return (index, try forms.variants[index.variant].orDamage("canonical form"))
    }

    func place(of form: Span<UInt8>, under plan: IndexPlanRow) throws -> IndexPlace {
        let field = try BlindIndex.Field(rawValue: plan.field).orDamage("index plan")
        let index = try BlindIndex(tenant: tenant, field: field, rule: plan.norm, bits: Int(plan.bits))
            .orDamage("index plan")
        let value = try index.value(of: form, keys: desk, version: plan.keyVersion)
        return IndexPlace(field: plan.field, plan: plan.plan, index: value)
    }

    private func isOwner(_ row: CandidateRow, of form: Personal, _ index: BlindIndex.Field) throws -> Bool {
        let subject = try SubjectID(bytes: row.subject).orDamage("subject")
        let context = SubjectKeyContext(
            tenant: tenant,
            subject: subject,
            keyClass: .matching,
            version: row.keyVersion
        )
        let key = try desk.unwrap(Envelope(unverified: row.wrapped), as: context, state: .active)
        let place = FieldContext(
            tenant: tenant,
            subject: subject,
            field: FieldCode(rawValue: index.rawValue),
            rowVersion: try RowVersion(rawValue: row.rowVersion).orDamage("row version")
        )
        let stored = try MatchTag(algorithm: row.algorithm, rule: row.norm, variant: index.variant, bytes: row.tag)
        let tag = try form.reveal { bytes in
            try MatchTag(
                of: bytes,
                algorithm: stored.algorithm,
                rule: stored.rule,
                variant: stored.variant,
                at: place,
                key: key
            )
        }
        return tag.matches(stored)
    }

    private func decoyPseudonym(of form: Personal, _ field: PersonField) throws -> Pseudonym {
        // One label each: the same characters as a reference and as an address are two strangers.
        let key = try markKey(field == .account ? "decoy" : "decoy/\(field.rawValue)")
        let mark = form.reveal { HMAC.sha256(over: [], $0, key: key) }
        return try Pseudonym(bytes: Array(mark.bytes.prefix(16))).orDamage("pseudonym")
    }
}
