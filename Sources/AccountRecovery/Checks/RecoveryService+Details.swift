import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy

extension RecoveryService {
    /// Compares what the caller says with what is stored, without opening it (`Docs/Specs/vault.md` §11).
    ///
    /// A claim that cannot be read ends here and costs nothing. Otherwise the attempt is committed as used before
    /// anything is compared. The answer is for the whole set: which field was right is neither said nor recorded.
    public func checkDetails(_ name: CaseID, _ details: [ClaimedDetail]) async throws(ServiceError) -> CheckAnswer {
        try await perform(.check) {
            let claims = try vault.normalise(details, at: clock.now())
            let reserved = try await reserve(name, .details) { work, policy, transaction in
                guard claims.count >= Int(policy.details.fields) else {
                    throw ServiceError.invalidInput("at least \(policy.details.fields) details are compared at once")
                }
                try spendDetails(of: work.value.subject, policy.limits, at: work.now, in: transaction)
            }
            let (found, alarm) = try await store.read { reader in
                try noticing { try vault.compare(claims, of: reserved.subject, in: reader) }
            }
            let outcome = found ?? .indeterminate
            return try await conclude(name, .details, reserved, evidence: nil) { work, transaction in
                if let alarm { try work.note(alarm, in: transaction) }
                work.note("pii.match", ["fields": .integer(Int64(claims.count)), "result": .string(outcome.rawValue)])
                // Only a failure counts against the subject and the agent (`Docs/Specs/vault.md` §11).
                if outcome != .fail { try forgiveDetails(of: work.value.subject, in: transaction) }
                return outcome
            }
        }
    }

    private var detailsScopes: (subject: (Pseudonym) -> String, agent: String) {
        ({ "details/subject/\($0.text)" }, "details/agent/\(caller.person.text)")
    }

    private static let day: Int64 = 86_400
    private static let month: Int64 = 30 * 86_400

    private func spendDetails(
        of subject: Pseudonym,
        _ limits: Limits,
        at now: UnixTime,
        in transaction: any StoreTransaction
    ) throws {
        let scopes = detailsScopes
        let bySubject: [AttemptLedger.Limit] = [
            .init(Int(limits.detailsFailuresPerSubjectDay), in: Self.day),
            .init(Int(limits.detailsFailuresPerSubjectMonth), in: Self.month),
        ]
        let byAgent = AttemptLedger.Limit(Int(limits.detailsFailuresPerAgentDay), in: Self.day)
        try spend([(scopes.subject(subject), bySubject), (scopes.agent, [byAgent])], at: now, in: transaction)
    }

    private func forgiveDetails(of subject: Pseudonym, in transaction: any StoreTransaction) throws {
        let scopes = detailsScopes
        for scope in [scopes.subject(subject), scopes.agent] {
            guard var ledger = try transaction.record(AttemptLedger.self, scope) else { continue }
            ledger.forgive()
            try transaction.put(ledger)
        }
    }
}
