import RecoveryAudit
import RecoveryCrypto

extension RecoveryService {
    /// Seconds for which a proposed erasure may be signed.
    private static let erasureLasts: Int64 = 300

    /// Lists the private values of an account for the caller to sign that they are erased.
    ///
    /// Where the log has none, there is nothing to sign and nothing is written.
    public func erasureProposal(
        _ reference: SecretText,
        basis: String
    ) async throws(ServiceError) -> ErasureProposal {
        try await perform(.erase) {
            guard Self.isReason(basis) else {
                throw ServiceError.invalidInput("a basis is small letters, digits and hyphens, such as art17")
            }
            let name = ErasureID(random: random)
            let until = clock.now() + Self.erasureLasts
            let propose = { @Sendable (subject: Pseudonym, nonces: [Nonce], values: [[PrivateFieldReference]]) in
                ErasureProposal(
                    name: name,
                    subject: subject,
                    basis: basis,
                    parts: zip(values, nonces).map { .init(fields: $0, nonce: $1.value.text) },
                    notAfter: until.seconds,
                    origin: origin
                )
            }
            let unsigned = try await store.read { reader -> ErasureProposal? in
                let found = try erasable(reference, in: reader)
                let isFree = try holdRefusal(of: found.pseudonym, in: reader) == nil
                return try isFree && privateParts(of: found, in: reader).isEmpty
                    ? propose(found.pseudonym, [], []) : nil
            }
            if let unsigned { return unsigned }
            return try await unlessHeld(reference) { found, transaction in
                let values = try privateParts(of: found, in: transaction)
                let nonces = values.map { _ in
                    Nonce(value: Pseudonym(random: random), to: caller.name, notAfter: until)
                }
                for nonce in nonces { try transaction.put(nonce) }
                return Recorded(
                    propose(found.pseudonym, nonces, values),
                    .event(
                        "x.erase.propose",
                        ["case": .string(name.text), "count": .integer(Int64(values.joined().count))],
                        subject: found.pseudonym,
                        actor: caller.name
                    )
                )
            }
        }
    }

    /// Destroys what opens a customer's data, here and in every backup made from now on (`Docs/Specs/vault.md` §16), and
    /// with it the private values of the log, which then says that they are gone and who signed for it.
    ///
    /// All of it is one transaction. A value that was written after the proposal makes the signature one for something
    /// else.
    public func erase(_ reference: SecretText, _ signed: SignedErasure?) async throws(ServiceError) -> AccountChange {
        try await perform(.erase) {
            try await unlessHeld(reference) { found, transaction in
                var events = try erasePrivates(of: found, signed, in: transaction)
                let subject = found.pseudonym
                let now = clock.now()
                var tombstone: String?
                if let row = found.row {
                    let mark = try vault.tombstone(of: row.subject)
                    tombstone = mark.hexadecimal
                    try transaction.put(.tombstone(mark: mark, at: now.seconds))
                    try transaction.eraseSubject(row.subject)
                    // Those of nobody stay: they count the failures of a stranger.
                    for authenticator in try transaction.records(Authenticator.self, of: subject.text) {
                        try transaction.remove(Authenticator.self, authenticator.id)
                    }
                    try transaction.remove(LegalHolds.self, subject.text)
                }
                var fields: [String: JSONValue] = [:]
                var remarks: [String] = []
                if let tombstone {
                    fields["req"] = .string(tombstone)
                    fields["code"] = .string("keys.\(keyFileDays)d")
                } else {
                    remarks.append("backups of the store made before now still hold it: destroy them")
                }
                if let signed, !events.isEmpty {
                    fields["case"] = .string(signed.proposal.name.text)
                    fields["count"] = .integer(Int64(signed.proposal.count))
                    remarks.append("the log says what was erased: recoveryctl audit show --event erase")
                }
                events.append(.event("x.account.erase", fields, subject: subject, actor: caller.name))
                var change = AccountChange(
                    before: found.row == nil ? "no account, private values" : "known",
                    after: "erased",
                    position: try transaction.nextPosition + UInt64(events.count),
                    remarks: remarks
                )
                change.shredding = tombstone.map { tombstone in
                    ShreddingCertificate(
                        log: origin,
                        record: change.position - 1,
                        subject: subject,
                        tombstone: tombstone,
                        erasedAt: now.seconds,
                        keyFileDays: keyFileDays,
                        unrecoverableFrom: now.seconds + keyFileDays * 86_400
                    )
                }
                return Recorded(change, events[0], Array(events.dropFirst()))
            }
        }
    }

    /// Approves and erases every private value of a subject, if exactly these were signed for. The store deletes each
    /// with the record that names it.
    private func erasePrivates(
        of found: FoundSubject,
        _ signed: SignedErasure?,
        in transaction: any StoreTransaction
    ) throws -> [AuditEvent] {
        let values = try privateParts(of: found, in: transaction)
        guard let signed else {
            guard values.isEmpty else {
                throw ServiceError.conflict(
                    "the log has \(values.joined().count) private values of this account: their erasure wants the "
                        + "signature of an administrator"
                )
            }
            return []
        }
        let proposal = signed.proposal
        guard proposal.subject == found.pseudonym, proposal.parts.map(\.fields) == values,
            signed.signatures.count == values.count
        else {
            throw ServiceError.conflict(
                "the private values of this account are others than were signed for: propose anew"
            )
        }
        guard let signer = try transaction.record(StaffMember.self, caller.name.text), signer.revokedAt == nil else {
            throw ServiceError.notAllowed("the signature is not that of \(caller.name.text)")
        }
        var events: [AuditEvent] = []
        for (part, signature) in zip(proposal.parts, signed.signatures) {
            guard let nonce = try transaction.record(Nonce.self, part.nonce), nonce.to == caller.name,
                nonce.notAfter > clock.now(), nonce.notAfter.seconds == proposal.notAfter, proposal.origin == origin
            else { throw ServiceError.conflict("this statement was not asked for, was used, or is too late") }
            let statement = StaffStatements.erasure(proposal, part, by: caller.name)
            guard StaffStatements.verify(statement, signature, key: signer.publicKey) else {
                throw ServiceError.notAllowed("the signature is not that of \(caller.name.text)")
            }
            try transaction.remove(Nonce.self, nonce.id)
            let approval = try transaction.nextPosition + UInt64(events.count)
            let approving: [String: JSONValue] = [
                "case": .string(proposal.name.text), "sig": .string(signature), "stmt": statement,
            ]
            events.append(.event("admin.approve", approving, actor: caller.name))
            events.append(
                AuditEvent(
                    .erase,
                    [
                        "approvals": [.integer(Int64(approval))], "basis": .word(proposal.basis),
                        "case": .string(proposal.name.text), "fields": part.list,
                    ]
                )
            )
        }
        return events
    }

    /// Runs `body` for an account that may be erased. Where a legal hold forbids it, that is committed instead.
    private func unlessHeld<Value: Sendable>(
        _ reference: SecretText,
        _ body: @escaping @Sendable (FoundSubject, any StoreTransaction) throws -> Recorded<Value>
    ) async throws -> Value {
        let outcome = try await store.commit { transaction -> Recorded<Result<Value, ServiceError>> in
            let found = try erasable(reference, in: transaction)
            if let refusal = try holdRefusal(of: found.pseudonym, in: transaction) {
                let fields: [String: JSONValue] = ["route": .string(Operation.erase.route), "why": "legal_hold"]
                return Recorded(
                    .failure(refusal),
                    .event("access.deny", fields, subject: found.pseudonym, actor: caller.name)
                )
            }
            let now = clock.now()
            guard try !cases(of: found, in: transaction).contains(where: { $0.isOpen(at: now) }) else {
                throw ServiceError.conflict("a case of this account is open: end it first")
            }
            return try body(found, transaction).map(Result.success)
        }
        return try outcome.get()
    }

    /// Whose data a reference stands for: an account's, or what was noted down about somebody who has none.
    private func erasable(_ reference: SecretText, in reader: any StoreReader) throws -> FoundSubject {
        let found = try vault.find(reference, in: reader)
        guard try found.row != nil || !privateParts(of: found, in: reader).isEmpty else { throw ServiceError.notFound }
        return found
    }

    /// The cases of an account, and those that were opened for its reference, address or number while nobody had it: what
    /// was noted down there is about the same person.
    private func cases(of found: FoundSubject, in reader: any StoreReader) throws -> [RecoveryCase] {
        var subjects: Set = [found.pseudonym, found.decoy]
        if let row = found.row {
            let rows = try SubjectRows(row, from: reader)
            subjects.formUnion(try vault.contactDecoys(of: rows))
        }
        return try subjects.flatMap { try reader.records(RecoveryCase.self, of: $0.text) }
    }

    /// Every private value of these cases and of the subject itself, in the order and the portions of ERASE.
    private func privateParts(of found: FoundSubject, in reader: any StoreReader) throws -> [[PrivateFieldReference]] {
        var values = Set(try reader.vault.privateRows(of: found.pseudonym).map(\.reference))
        for recoveryCase in try cases(of: found, in: reader) {
            values.formUnion(try reader.vault.privateRows(ofCase: recoveryCase.id).map(\.reference))
        }
        let sorted = values.sorted()
        return stride(from: 0, to: sorted.count, by: ErasureProposal.Part.largest).map {
            Array(sorted[$0..<min($0 + ErasureProposal.Part.largest, sorted.count)])
        }
    }
}
