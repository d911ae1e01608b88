import RecoveryCrypto
import RecoveryVault

/// What opens single values: an address to write to, a factor to check. Each call fetches its key and lets it go.
extension SubjectVault {
    /// Returns the address of a channel as UTF-8, or `nil` where the subject has none.
    func address(by channel: MessageChannel, slot: UInt32, in rows: SubjectRows) throws -> SecretKey? {
        switch channel {
        case .email: try personal(.email, slot: slot, in: rows)
        case .sms, .voice: try personal(.phone, slot: slot, in: rows)
        case .post: try personal(.address, slot: slot, in: rows)
        }
    }

    /// Opens one personal field.
    func personal(_ field: PersonField, slot: UInt32 = 0, in rows: SubjectRows) throws -> SecretKey? {
        guard let row = rows.field(.person, field.code, slot: slot) else { return nil }
        return try opened(row, of: .person, in: rows, with: ring(adding: [.pii]))
    }

    /// Returns the time step that `code` was made for by the authenticator in `slot`, and when it ends, or `nil`.
    ///
    /// Somebody without an authenticator is checked against a seed that nobody has, in the same steps.
    func matchingStep(
        of code: SecretText,
        slot: UInt32?,
        in rows: SubjectRows?,
        at now: UnixTime,
        after lastStep: Int64?,
        stepsBack: Int64
    ) throws -> MatchedStep? {
        let ring = try ring(adding: [.auth])
        var uri: SecretKey?
        if let rows, let slot, let row = rows.field(.secondFactors, FactorField.totp, slot: slot) {
            uri = try opened(row, of: .secondFactors, in: rows, with: ring)
        } else {
            try decoy.verify(keys: desk)
        }
        let isReal = uri != nil
        let text = try uri ?? Self.strangersURI()
        let enrolled: EnrolmentURI
        do {
            enrolled = try EnrolmentURI(parsing: text)
        } catch {
            throw StoreError.corrupt("a stored authenticator cannot be read")
        }
        let step = enrolled.totp.matchingStep(for: code.key, at: now, after: lastStep, window: -stepsBack...0)
        guard isReal, let step else { return nil }
        return MatchedStep(step, ending: UnixTime(seconds: (step + stepsBack + 1) * enrolled.totp.period))
    }

    private static func strangersURI() throws -> SecretKey {
        do {
            return try EnrolmentURI(issuer: nil, account: "nobody", seed: SecretKey(randomByteCount: 20)).text()
        } catch {
            throw ServiceError.fault("an authenticator of ours was refused")
        }
    }

    /// Returns the number of the saved code that `code` is, or `nil`. Always costs one scrypt.
    func matchingSavedCode(_ code: SecretText, set: UInt32?, in rows: SubjectRows?) throws -> Int? {
        let ring = try ring(adding: [.auth])
        let typed = SavedCode(parsing: code.key)
        var stored: SecretKey?
        if let rows, let set, let number = typed?.number,
            let row = rows.field(.secondFactors, FactorField.savedCode, slot: SavedCode.slot(set: set, number: number))
        {
            stored = try opened(row, of: .secondFactors, in: rows, with: ring)
        } else {
            try decoy.verify(keys: desk)
        }
        let isReal = stored != nil && typed != nil
        let entry = stored ?? SecretKey(randomByteCount: SavedCode.storedSize)
        let given = typed?.letters.copy() ?? SecretKey(randomByteCount: SavedCode.letterCount)
        guard try SavedCode.matches(given, stored: entry) else { return nil }
        return isReal ? typed?.number : nil
    }

    /// Opens a row with the subject's key of its class.
    func opened(
        _ row: FieldRow,
        of record: RecoveryVault.RecordKind,
        in rows: SubjectRows,
        with ring: KeyRing
    ) throws -> SecretKey? {
        try requireSound(rows)
        switch try value(of: row, record, in: rows, with: ring) {
        case .absent: return nil
        case .text(let value, _), .bytes(let value, _): return value.reveal { SecretKey(copying: $0) }
        }
    }

    /// Opens a row of a subject whose rows were found sound.
    func value(
        of row: FieldRow,
        _ record: RecoveryVault.RecordKind,
        in rows: SubjectRows,
        with ring: KeyRing
    ) throws -> FieldValue {
        let keys = SubjectKeys(try rows.unwrapped(record.keyClass, with: ring, tenant: tenant))
        let place = FieldContext(
            tenant: tenant,
            subject: try rows.identifier(),
            record: record,
            field: FieldCode(rawValue: row.field),
            slot: row.slot,
            rowVersion: try RowVersion(rawValue: row.rowVersion).orDamage("row version")
        )
        do throws(VaultError) {
            return try Vault.open(Envelope(unverified: row.envelope), as: place, with: keys)
        } catch {
            guard error.isOfTheRow else { throw error }
            throw VaultAlarm(error: error, subject: rows.subject.pseudonym, row: DamagedRow(row))
        }
    }
}
