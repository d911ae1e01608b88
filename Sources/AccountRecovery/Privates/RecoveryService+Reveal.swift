import RecoveryAudit
import RecoveryCrypto

extension RecoveryService {
    /// Values that one person may see in a day.
    static let mostReveals = 20

    /// Opens one field of a customer, after the record of it was committed: who is cut short in between has seen nothing
    /// and is on record all the same.
    ///
    /// - Throws: `notFound` for an account that is not there, or a case that is not of this account.
    public func reveal(_ request: RevealRequest) async throws(ServiceError) -> Revealed {
        try await perform(.reveal) {
            guard let field = PersonField(rawValue: request.field) else {
                let known = PersonField.allCases.map(\.rawValue).joined(separator: ", ")
                throw ServiceError.invalidInput("there is no such field; there are: \(known)")
            }
            guard Self.isReason(request.purpose) else {
                throw ServiceError.invalidInput(
                    "a purpose is small letters, digits and hyphens, such as subject-access"
                )
            }
            try NoteText.require(request.reason)
            let found = try await store.read { try known(request.account, in: $0) }
            let (left, position) = try await limiting(found.pseudonym) { transaction in
                try record(request, field, of: found.pseudonym, in: transaction)
            }
            let value = try await store.read { reader -> SecretText? in
                guard let rows = try SubjectRows(found.pseudonym, from: reader) else { throw ServiceError.notFound }
                guard let opened = try vault.personal(field, in: rows) else { return nil }
                return request.isUnmasked ? SecretText(opened) : Mask.text(opened, of: field)
            }
            return Revealed(
                field: field.rawValue,
                value: value,
                isMasked: !request.isUnmasked,
                left: left,
                position: position
            )
        }
    }

    private func record(
        _ request: RevealRequest,
        _ field: PersonField,
        of subject: Pseudonym,
        in transaction: any StoreTransaction
    ) throws -> Recorded<(left: Int, position: UInt64)> {
        let value = try load(request.recoveryCase, from: transaction)
        guard value.subject == subject else { throw ServiceError.notFound }
        let now = clock.now()
        let scope = "reveals/\(caller.person.text)"
        try spend([(scope, [AttemptLedger.Limit(Self.mostReveals, in: 86_400)])], at: now, in: transaction)
        let used = try transaction.record(AttemptLedger.self, scope)?.count(at: now, in: 86_400) ?? 0
        var work = try CaseWork(value, in: transaction, at: now)
        let reason = try vault.sealed(
            request.reason,
            as: .note,
            at: work.nextPosition,
            of: subject,
            salt: random.bytes(PrivateField.saltSize),
            in: transaction
        )
        work.note(
            "pii.reveal",
            [
                "actor": .string(caller.name.text),
                "field": .word(request.isUnmasked ? field.rawValue : field.rawValue + ".masked"),
                "purpose": .word(request.purpose), "subject": .string(subject.text),
            ],
            privates: [PrivateName.note.rawValue: reason]
        )
        return try work.finish((Self.mostReveals - used, work.nextPosition), in: transaction)
    }
}
