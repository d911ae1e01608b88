import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy

extension RecoveryService {
    /// Checks a code of an authenticator app (RFC 6238). A step that was accepted kills itself and every earlier one.
    public func checkTOTP(_ name: CaseID, code: SecretText) async throws(ServiceError) -> CheckAnswer {
        try await perform(.check) {
            let reserved = try await reserve(name, .totp) { work, policy, transaction in
                try spend(.totp, of: work.value.subject, policy.limits, at: work.now, in: transaction)
            }
            let (authenticator, rows) = try await bound(.totp, of: reserved.subject)
            let window = reserved.policy.totpWindow
            let (found, alarm) = try noticing {
                try vault.matchingStep(
                    of: code,
                    slot: authenticator?.slot,
                    in: rows,
                    at: clock.now(),
                    after: authenticator?.lastStep,
                    stepsBack: Int64(window.stepsBack)
                )
            }
            return try await conclude(
                name,
                .totp,
                reserved,
                window: window.rawValue,
                evidence: (authenticator.map { "totp/\($0.slot)" }, nil)
            ) { work, transaction in
                if let alarm {
                    try work.note(alarm, in: transaction)
                    return .indeterminate
                }
                guard let match = found ?? nil,
                    var bound = try authenticators(of: work.value.subject, .totp, in: transaction).first,
                    bound.slot == authenticator?.slot, match.isAcceptable(at: work.now, after: bound.lastStep)
                else { return .fail }
                bound.lastStep = match.step
                bound.succeed()
                try transaction.put(bound)
                return .pass
            }
        }
    }

    /// Checks one of the codes that the customer was given to keep. It is used up by passing.
    public func checkSavedCode(_ name: CaseID, code: SecretText) async throws(ServiceError) -> CheckAnswer {
        try await perform(.check) {
            let reserved = try await reserve(name, .savedCode) { work, policy, transaction in
                try spend(.savedCodes, of: work.value.subject, policy.limits, at: work.now, in: transaction)
            }
            let (authenticator, rows) = try await bound(.savedCodes, of: reserved.subject)
            let (found, alarm) = try noticing {
                try vault.matchingSavedCode(code, set: authenticator?.slot, in: rows)
            }
            return try await conclude(name, .savedCode, reserved, evidence: ("saved-codes", nil)) {
                work,
                transaction in
                if let alarm {
                    try work.note(alarm, in: transaction)
                    return .indeterminate
                }
                guard let index = found ?? nil,
                    var bound = try authenticators(of: work.value.subject, .savedCodes, in: transaction).first,
                    bound.slot == authenticator?.slot, bound.usedCodes.insert(index).inserted
                else { return .fail }
                bound.succeed()
                try transaction.put(bound)
                return .pass
            }
        }
    }
}

extension RecoveryService {
    /// The authenticators of one form that a subject has, the newest first.
    func authenticators(
        of subject: Pseudonym,
        _ form: Authenticator.Form,
        in reader: any StoreReader
    ) throws -> [Authenticator] {
        try reader.records(Authenticator.self, of: subject.text)
            .filter { $0.form == form }
            .sorted { $0.slot > $1.slot }
    }

    /// The authenticator that counts, with the sealed rows of its owner. Nothing of either for a stranger.
    func bound(_ form: Authenticator.Form, of subject: Pseudonym) async throws -> (Authenticator?, SubjectRows?) {
        try await store.read { reader in
            (
                try authenticators(of: subject, form, in: reader).first,
                try SubjectRows(subject, from: reader)
            )
        }
    }

    /// Enters an attempt against an authenticator, over all cases, agents and channels, or throws ``LimitHit``.
    ///
    /// Where none is bound a decoy counts, so that a stranger's account runs out of attempts as any other does.
    func spend(
        _ form: Authenticator.Form,
        of subject: Pseudonym,
        _ limits: Limits,
        at now: UnixTime,
        in transaction: any StoreTransaction
    ) throws {
        var authenticator = try counted(form, of: subject, at: now, in: transaction)
        guard !authenticator.isDisabled(under: limits) else { throw LimitHit(scope: "authenticator", retryAfter: nil) }
        if let end = authenticator.coolOffUntil, end > now {
            throw LimitHit(scope: "authenticator", retryAfter: end.seconds - now.seconds)
        }
        authenticator.spend(at: now, limits)
        try transaction.put(authenticator)
    }

    /// The authenticator whose failures are counted: the one that is bound, or the decoy in its place.
    func counted(
        _ form: Authenticator.Form,
        of subject: Pseudonym,
        at now: UnixTime,
        in reader: any StoreReader
    ) throws -> Authenticator {
        let decoy = Authenticator(subject: subject, form: .decoy, slot: form.decoySlot, boundAt: now)
        return try authenticators(of: subject, form, in: reader).first
            ?? reader.record(Authenticator.self, decoy.id) ?? decoy
    }
}

extension Authenticator.Form {
    fileprivate var decoySlot: UInt32 {
        switch self {
        case .totp: 0
        case .savedCodes: 1
        case .email: 2
        case .sms: 3
        case .decoy: 4
        }
    }
}
