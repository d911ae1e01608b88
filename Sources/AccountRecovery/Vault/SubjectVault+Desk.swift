import RecoveryCrypto
import RecoveryPolicy
import RecoveryVault

/// What the desk's keys do: find, compare, recognise. Nothing here opens a field.
extension SubjectVault {
    /// Finds the owner of an account reference by the blind index and, among the candidates, by match tags.
    ///
    /// A reference that nobody has gives a decoy: a pseudonym derived from the reference, so that limits hold for it.
    func find(_ reference: SecretText, in reader: any StoreReader) throws -> FoundSubject {
        let forms = try canonical(reference, .account, region: nil, today: nil)
        var found: SubjectRow?
        for subject in try candidates(forms, in: reader) {
            guard let row = try reader.vault.subject(id: subject) else { continue }
            // No early exit: how long this takes must not tell where in the list somebody stands.
            if try isOwner(SubjectRows(candidate: row, from: reader), of: forms) { found = row }
        }
        let decoy = try decoyPseudonym(of: forms)
        return FoundSubject(pseudonym: found?.pseudonym ?? decoy, row: found, decoy: decoy)
    }

    private func candidates(_ reference: Personal, in reader: any StoreReader) throws -> [[UInt8]] {
        let field = BlindIndex.Field.accountReference
        guard let plan = try reader.vault.indexPlans().first(where: { $0.field == field.rawValue && $0.isActive })
        else {
            // Too few people for an index (`Docs/Specs/vault.md` §9): all of them are candidates.
            return try reader.vault.subjects(after: nil, limit: Self.scanLimit).map(\.subject)
        }
        let index = try BlindIndex(tenant: tenant, field: field, rule: plan.norm, bits: Int(plan.bits))
            .orDamage("index plan")
        return try reader.vault.subjects(
            field: plan.field,
            plan: plan.plan,
            index: reference.reveal { try index.value(of: $0, keys: desk, version: plan.keyVersion) }
        )
    }

    /// Without an index there are fewer than 16 subjects; erasures may leave an index behind with fewer.
    private static let scanLimit = 4096

    private func isOwner(_ rows: SubjectRows, of reference: Personal) throws -> Bool {
        guard let field = rows.field(.person, .accountReference, slot: 0),
            let stored = rows.tags.first(where: { $0.field == field.field && $0.record == field.record })
        else { return false }
        let key = try SubjectKeys(rows.unwrapped(.matching, with: desk, tenant: tenant)).active(.matching)
        let place = FieldContext(
            tenant: tenant,
            subject: try rows.identifier(),
            field: .accountReference,
            rowVersion: try RowVersion(rawValue: field.rowVersion).orDamage("row version")
        )
        let tag = try reference.reveal { bytes in
            try MatchTag(of: bytes, rule: stored.norm, variant: stored.variant, at: place, key: key)
        }
        let other = try MatchTag(
            algorithm: stored.algorithm,
            rule: stored.norm,
            variant: stored.variant,
            bytes: stored.tag
        )
        return tag.matches(other)
    }

    private func decoyPseudonym(of reference: Personal) throws -> Pseudonym {
        let key = try markKey("decoy")
        let mark = reference.reveal { HMAC.sha256(over: [], $0, key: key) }
        return try Pseudonym(bytes: Array(mark.bytes.prefix(16))).orDamage("pseudonym")
    }

    /// Reads every claim, or refuses the first that cannot be read, before anything is compared or counted.
    func normalise(_ details: [ClaimedDetail], at now: UnixTime) throws -> [PersonField: CanonicalForms] {
        var claims: [PersonField: CanonicalForms] = [:]
        let region = try details.first { $0.field == "country" }.map { try self.region($0.value) }
        for detail in details where detail.field != "country" {
            guard let field = PersonField(rawValue: detail.field), field.isClaimable else {
                let known = PersonField.allCases.filter(\.isClaimable).map(\.rawValue).joined(separator: ", ")
                throw ServiceError.invalidInput("no detail of this name is compared; there are: \(known)")
            }
            guard claims[field] == nil else { throw ServiceError.invalidInput("\(detail.field) comes twice") }
            claims[field] = try forms(detail.value, field, region: region, today: CalendarDate(utc: now))
        }
        guard claims.keys.contains(where: { !$0.isGuessable }) else {
            throw ServiceError.invalidInput("at least one detail must be one that cannot be guessed, such as email")
        }
        return claims
    }

    /// Compares all claims at once, for somebody real or for nobody, in the same steps.
    func compare(
        _ claims: [PersonField: CanonicalForms],
        of pseudonym: Pseudonym,
        in reader: any StoreReader
    ) throws -> CheckAnswer.Outcome {
        let claims = Dictionary(uniqueKeysWithValues: claims.map { ($0.key.code, $0.value) })
        let outcome: BlindComparison.Outcome
        if let rows = try SubjectRows(pseudonym, from: reader) {
            let key = try SubjectKeys(rows.unwrapped(.matching, with: desk, tenant: tenant)).active(.matching)
            let subject = BlindComparison.Subject(
                tenant: tenant,
                subject: try rows.identifier(),
                manifest: try rows.manifest(),
                rows: try rows.covered()
            )
            outcome = try comparison.outcome(of: claims, against: subject, key: key)
            try requireNewest(rows, isManifestSound: outcome.isManifestSound)
        } else {
            outcome = try decoy.outcome(of: claims, by: comparison, keys: desk)
        }
        switch outcome.answer {
        case .pass: return .pass
        case .fail: return .fail
        case .indeterminate: return .indeterminate
        }
    }

    /// Draws a code of eight digits.
    func newCode() -> SecretText {
        SecretText(Random.digits(8))
    }

    /// The tag by which a sent code is known. It binds the case, what it is for, and where it went.
    func tag(of code: SecretText, for issued: IssuedCode, purpose: Purpose) throws -> String {
        var message = Transcript(label: "account-recovery/issued-code/v1")
        message.append(issued.recoveryCase.text)
        message.append(purpose.rawValue)
        message.append("\(issued.method.rawValue)/\(issued.slot)")
        let key = try markKey("issued-code")
        return code.key.lend { HMAC.sha256(over: message.bytes, $0, key: key).hexadecimal }
    }

    func matches(_ code: SecretText, _ tag: String, of issued: IssuedCode, purpose: Purpose) throws -> Bool {
        let computed = try self.tag(of: code, for: issued, purpose: purpose)
        return constantTimeEqual(Array(computed.utf8), Array(tag.utf8))
    }
}

/// Reading claims and values, which needs no key.
extension SubjectVault {
    func forms(
        _ value: SecretText,
        _ field: PersonField,
        region: PhoneRegion?,
        today: CalendarDate?
    ) throws -> CanonicalForms {
        var bytes = value.lend { span in span.indices.map { span[$0] } }
        defer { bytes.wipe() }
        let latest = try (today ?? CalendarDate(year: 9999, month: 12, day: 31)).orDamage("date")
        do {
            return try field.rule(region: region).canonicalForms(of: bytes, today: latest)
        } catch {
            throw ServiceError.invalidClaim(field: field.rawValue, reason: error.rawValue)
        }
    }

    /// The first variant alone: what is stored, and by what an account is found.
    func canonical(
        _ value: SecretText,
        _ field: PersonField,
        region: PhoneRegion?,
        today: CalendarDate?
    ) throws -> Personal {
        try forms(value, field, region: region, today: today).variants[1].orDamage("canonical form")
    }

    func region(_ value: SecretText) throws -> PhoneRegion {
        let code = value.lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
        guard let region = PhoneRegion(code) else {
            throw ServiceError.invalidClaim(field: "country", reason: "no such region")
        }
        return region
    }
}
