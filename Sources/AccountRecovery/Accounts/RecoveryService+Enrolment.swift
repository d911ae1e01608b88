import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

extension RecoveryService {
    /// Binds the first authenticator, as the operator enrols a customer: its URI is shown once. One that is bound is
    /// replaced by a recovery alone, or an administrator could take any account.
    ///
    /// A factor that is bound and that nobody has would lock its owner out. So it is handed over first: whatever cuts
    /// this short leaves an owner with a secret that counts for nothing, and another attempt.
    public func enrolTOTP(
        _ reference: SecretText,
        handOver: @escaping @Sendable (SecretText) throws -> Void
    ) async throws(ServiceError) -> NewFactor {
        try await perform(.enrol) {
            let now = clock.now()
            let (subject, uri, position) = try await store.commit {
                transaction -> Recorded<(Pseudonym, SecretText, UInt64)> in
                let (pseudonym, rows, slot) = try next(.totp, of: reference, in: transaction)
                // A reset takes the old factor away before the customer binds the new one. That is theirs alone to do.
                let isReset = try transaction.records(RecoveryCase.self, of: pseudonym.text)
                    .contains { $0.state == .restoring }
                guard !isReset else { throw ServiceError.conflict("a recovery of this account is under way") }
                guard try authenticators(of: pseudonym, .totp, in: transaction).isEmpty else {
                    throw ServiceError.exists("a second factor is bound; only a case replaces it (reset-totp)")
                }
                let (sealed, uri) = try vault.newAuthenticator(slot: slot, issuer: origin, for: rows)
                try sealed.put(in: transaction)
                try transaction.put(Authenticator(subject: pseudonym, form: .totp, slot: slot, boundAt: now))
                let event = AuditEvent.event(
                    "x.enrol.totp",
                    ["count": .integer(Int64(slot))],
                    subject: pseudonym,
                    actor: caller.name
                )
                try handOver(uri)
                return Recorded((pseudonym, uri, try transaction.nextPosition + 2), event, sealed.event)
            }
            _ = try await order(
                .enrolSecondFactor,
                for: subject,
                event: .event("x.enrol.order", subject: subject, actor: caller.name)
            )
            return NewFactor(uri: uri, position: position)
        }
    }

    /// Makes the first set of saved codes, shown once and before they count. A set that was given out is replaced by a
    /// recovery alone.
    public func enrolCodes(
        _ reference: SecretText,
        handOver: @escaping @Sendable (SecretText) throws -> Void
    ) async throws(ServiceError) -> NewCodes {
        try await perform(.enrol) {
            let now = clock.now()
            return try await store.commit { transaction in
                let (pseudonym, rows, set) = try next(.savedCodes, of: reference, in: transaction)
                guard try authenticators(of: pseudonym, .savedCodes, in: transaction).isEmpty else {
                    throw ServiceError.exists("saved codes were given out; only a case replaces them (replace-codes)")
                }
                let (sealed, text) = try vault.newSavedCodes(set: set, for: rows)
                try sealed.put(in: transaction)
                try transaction.put(Authenticator(subject: pseudonym, form: .savedCodes, slot: set, boundAt: now))
                let event = AuditEvent.event(
                    "x.enrol.codes",
                    ["count": .integer(Int64(SavedCode.setSize))],
                    subject: pseudonym,
                    actor: caller.name
                )
                try handOver(text)
                return Recorded(
                    NewCodes(text: text, count: SavedCode.setSize, position: try transaction.nextPosition + 2),
                    event,
                    sealed.event
                )
            }
        }
    }

    /// The owner of a reference, their rows, and a slot that no factor of this form ever had.
    private func next(
        _ form: Authenticator.Form,
        of reference: SecretText,
        in transaction: any StoreTransaction
    ) throws -> (Pseudonym, SubjectRows, slot: UInt32) {
        let found = try known(reference, in: transaction)
        guard let row = found.row else { throw ServiceError.notFound }
        let rows = try SubjectRows(row, from: transaction)
        return (found.pseudonym, rows, rows.freeSlot(for: form))
    }
}

extension SubjectRows {
    /// A slot above every one that was used: a code for a dead factor must never meet a live one.
    func freeSlot(for form: Authenticator.Form) -> UInt32 {
        let field = form == .totp ? FactorField.totp.rawValue : FactorField.savedCode.rawValue
        let used = fields.filter { $0.record == 2 && $0.field == field }.map(\.slot).max()
        guard let used else { return 0 }
        return form == .totp ? used + 1 : used / UInt32(SavedCode.setSize) + 1
    }
}
