import RecoveryCrypto
import RecoveryPolicy
import RecoveryVault

/// What the desk's keys do: compare and recognise. Nothing here opens a field.
extension SubjectVault {
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
