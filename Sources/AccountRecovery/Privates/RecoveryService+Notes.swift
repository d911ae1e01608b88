import RecoveryAudit
import RecoveryCrypto

extension RecoveryService {
    /// Notes in a case at most: what one agent writes down, an administrator may have to sign away.
    static let mostNotes = 100

    /// Writes a note on a case that is not over. It lies beside the log, sealed under the key of the customer, and the
    /// log commits to it: nobody can change it later, and it goes with the customer's keys. The desk cannot read it back.
    ///
    /// A note on the case of nobody's account is taken, kept and answered alike.
    ///
    /// - Throws: `invalidInput` for a text that is none, `conflict` past ``mostNotes``.
    public func addNote(_ name: CaseID, _ text: SecretText) async throws(ServiceError) -> CaseChange {
        try await perform(.note) {
            try NoteText.require(text)
            return try await change(name) { work, transaction in
                guard work.value.isOpen(at: work.now) else { throw ServiceError.wrongState(work.value.state) }
                guard try transaction.vault.privateRows(ofCase: name.text).count < Self.mostNotes else {
                    throw ServiceError.conflict("the case has \(Self.mostNotes) notes, and no more can be added")
                }
                let note = try vault.sealed(
                    text,
                    as: .note,
                    at: work.nextPosition,
                    of: work.value.subject,
                    salt: random.bytes(PrivateField.saltSize),
                    in: transaction
                )
                work.note(
                    "case.note",
                    ["actor": .string(caller.name.text)],
                    privates: [PrivateName.note.rawValue: note]
                )
                return try changed(work, from: work.value.state, in: transaction)
            }
        }
    }
}
