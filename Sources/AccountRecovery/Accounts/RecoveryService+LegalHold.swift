import RecoveryAudit

extension RecoveryService {
    /// Keeps an account from being erased, for a reason of its own: a second one stands beside the first.
    public func placeLegalHold(_ reference: SecretText, reason: String) async throws(ServiceError) -> AccountChange {
        try await perform(.legalHold) {
            try await changeHolds(of: reference, reason, "x.legal.hold") { holds in
                guard !holds.standing.contains(where: { $0.reason == reason }) else {
                    throw ServiceError.exists("the legal hold \(reason) stands already")
                }
                holds.standing.append(.init(reason: reason, by: caller.name, at: clock.now()))
                return ["recoveryctl account erase is refused while it stands"]
            }
        }
    }

    /// Lifts the legal hold of this reason. Whoever does so cannot erase the account.
    public func liftLegalHold(_ reference: SecretText, reason: String) async throws(ServiceError) -> AccountChange {
        try await perform(.legalHold) {
            try await changeHolds(of: reference, reason, "x.legal.release") { holds in
                guard let index = holds.standing.firstIndex(where: { $0.reason == reason }) else {
                    throw ServiceError.conflict("no legal hold \(reason) stands on this account")
                }
                holds.standing.remove(at: index)
                holds.lifters.insert(caller.person)
                return ["you lifted it, so another administrator must erase the account, if it is to be erased"]
            }
        }
    }

    private func changeHolds(
        of reference: SecretText,
        _ reason: String,
        _ event: String,
        _ change: @escaping @Sendable (inout LegalHolds) throws -> [String]
    ) async throws -> AccountChange {
        guard Self.isReason(reason) else {
            throw ServiceError.invalidInput("a reason is small letters, digits and hyphens, such as court-order")
        }
        return try await store.commit { transaction in
            let found = try known(reference, in: transaction)
            var holds =
                try transaction.record(LegalHolds.self, found.pseudonym.text) ?? LegalHolds(subject: found.pseudonym)
            let before = holds.words
            let remarks = try change(&holds)
            try transaction.put(holds)
            return Recorded(
                AccountChange(
                    before: before,
                    after: holds.words,
                    position: try transaction.nextPosition + 1,
                    remarks: remarks
                ),
                .event(event, ["code": .word(reason)], subject: found.pseudonym, actor: caller.name)
            )
        }
    }

    /// Why the caller may not erase this account, if they may not.
    func holdRefusal(of subject: Pseudonym, in reader: any StoreReader) throws -> ServiceError? {
        guard let holds = try reader.record(LegalHolds.self, subject.text) else { return nil }
        guard holds.standing.isEmpty else {
            return .notAllowed("the account is under \(holds.words); it is not erased while that stands")
        }
        guard !holds.lifters.contains(caller.person) else {
            return .notAllowed("you lifted a legal hold of this account, so another administrator must erase it")
        }
        return nil
    }
}
