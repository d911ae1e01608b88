import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy

/// An attempt that is spent: committed before anything is compared, so that a crash counts as one.
struct Reservation: Sendable {
    let subject: Pseudonym
    let purpose: Purpose
    let before: CaseState
    let attemptsLeft: Int
    let policy: Policy
}

/// Thrown inside a transaction by a limit, before anything is written. Caught there, so that the hit is recorded.
struct LimitHit: Error {
    let scope: String
    /// Seconds; `nil` where no waiting helps.
    let retryAfter: Int64?

    /// What `limit.hit` says of it.
    var fields: [String: JSONValue] {
        var fields: [String: JSONValue] = ["scope": .word(scope)]
        if let retryAfter { fields["retry_s"] = .integer(retryAfter) }
        return fields
    }
}

extension RecoveryService {
    /// Spends an attempt of `check` in a case, and whatever else `spend` spends, and commits that.
    ///
    /// - Throws: `limited` where a limit was hit; the hit is in the log.
    func reserve(
        _ name: CaseID,
        _ check: CheckKind,
        method: String? = nil,
        spend: @escaping @Sendable (inout CaseWork, Policy, any StoreTransaction) throws -> Void
    ) async throws -> Reservation {
        try await change(name) { work, transaction in
            guard !work.value.state.isFinal, work.value.state != .restoring else {
                throw ServiceError.wrongState(work.value.state)
            }
            let policy = try policy(work.value.policy, from: transaction)
            // A social network carries no evidence, so there is nothing to try through it.
            guard work.value.channels.last?.carriesEvidence ?? false else {
                throw ServiceError.notAllowed("no evidence is taken through this channel: move the case to another")
            }
            let scope = "check/\(name.text)/\(check.name)"
            var ledger = try transaction.record(AttemptLedger.self, scope) ?? AttemptLedger(scope: scope)
            // The case is over before an attempt of it is forgotten, so waiting does not help.
            let left = Int(policy.limits.attemptsPerCheck) - ledger.times.count
            guard left > 0 else { throw LimitHit(scope: "check", retryAfter: nil) }
            try spend(&work, policy, transaction)
            ledger.spend(at: work.now, keepingFor: nil)
            try transaction.put(ledger)
            var fields: [String: JSONValue] = ["check": .word(check.name)]
            if let method { fields["method"] = .word(method) }
            work.note("check.start", fields)
            return Reservation(
                subject: work.value.subject,
                purpose: work.value.purpose,
                before: work.value.state,
                attemptsLeft: left - 1,
                policy: policy
            )
        }
    }

    /// Enters one attempt in each ledger, or throws ``LimitHit`` and enters none: whom one limit stops must not use
    /// up what another counts.
    func spend(
        _ scopes: [(scope: String, limits: [AttemptLedger.Limit])],
        at now: UnixTime,
        in transaction: any StoreTransaction
    ) throws {
        var ledgers: [AttemptLedger] = []
        for (scope, limits) in scopes {
            var ledger = try transaction.record(AttemptLedger.self, scope) ?? AttemptLedger(scope: scope)
            let wait = ledger.wait(at: now, for: limits)
            guard wait == 0 else {
                throw LimitHit(scope: scope.split(separator: "/").first.map(String.init) ?? scope, retryAfter: wait)
            }
            ledger.spend(at: now, keepingFor: limits.map(\.seconds).max() ?? 0)
            ledgers.append(ledger)
        }
        for ledger in ledgers { try transaction.put(ledger) }
    }

    /// Commits the outcome of a check with its record, and the evidence if it passed.
    ///
    /// - Parameters:
    ///   - evidence: What a pass is worth: the instrument, and how a code travelled to it. `nil` where a pass proves
    ///     nothing.
    ///   - judge: The outcome, in the transaction that uses it up: whoever comes second with the same code fails here.
    func conclude(
        _ name: CaseID,
        _ check: CheckKind,
        _ reserved: Reservation,
        window: String? = nil,
        evidence: (address: String?, sentBy: MessageChannel?)?,
        judge: @escaping @Sendable (inout CaseWork, any StoreTransaction) throws -> CheckAnswer.Outcome
    ) async throws -> CheckAnswer {
        try await change(name) { work, transaction in
            // Somebody may have ended the case while the code was being compared.
            guard !work.value.state.isFinal, work.value.state != .restoring else {
                throw ServiceError.wrongState(work.value.state)
            }
            let outcome = try judge(&work, transaction)
            let position = work.nextPosition
            let limit = Int(reserved.policy.limits.attemptsPerCheck)
            var fields: [String: JSONValue] = [
                "attempts": .integer(Int64(limit - reserved.attemptsLeft)),
                "check": .word(check.name),
                "result": .string(outcome.rawValue),
            ]
            if let window { fields["window"] = .word(window) }
            work.note("check.result", fields)
            if outcome == .pass, let evidence {
                // Doing the same check again replaces what it gave before: it is the same factor.
                work.value.evidence.removeAll { $0.check == check && $0.address == evidence.address }
                work.value.evidence.append(
                    RecordedEvidence(
                        check: check,
                        channel: work.value.channels.last ?? .phone,
                        address: evidence.address,
                        isSameChannel: evidence.sentBy.map(work.value.came(by:)) ?? false,
                        at: work.now,
                        position: position
                    )
                )
                try voidApprovals(of: &work, in: transaction)
                try voidGrant(of: &work, why: "altered", in: transaction)
                work.markAltered()
            }
            return CheckAnswer(
                outcome: outcome,
                attemptsLeft: reserved.attemptsLeft,
                change: try changed(work, from: reserved.before, in: transaction)
            )
        }
    }

    /// Says in the log that what was signed for the case counts no more.
    func voidApprovals(of work: inout CaseWork, in transaction: any StoreTransaction) throws {
        let standing = try transaction.records(RecordedApproval.self, of: work.value.id)
            .contains { $0.caseVersion == work.value.version && $0.isApproval }
        if standing { work.note("approval.void", ["why": "altered"]) }
    }

    /// Makes a grant that was not spent worthless.
    func voidGrant(of work: inout CaseWork, why: String, in transaction: any StoreTransaction) throws {
        guard let restoration = try transaction.record(Restoration.self, work.value.id), restoration.usedAt == nil
        else { return }
        try transaction.remove(Restoration.self, work.value.id)
        work.note("grant.void", ["grant": .string(grantHash(of: restoration.grant)), "why": .word(why)])
    }
}

extension RecoveryCase {
    /// Whether the case came to the desk from an address of this kind.
    ///
    /// Which address it was is not recorded. Whoever writes from a mailbox reads it too, so a code sent there proves
    /// nothing new; a call or a chat proves no mailbox and no telephone.
    fileprivate func came(by method: MessageChannel) -> Bool {
        method == .email && channels.contains(.email)
    }
}
