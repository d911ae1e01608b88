import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy

extension Policy {
    /// Whether some recovery lifts a lock of this reason.
    fileprivate func lifts(_ reason: String) -> Bool {
        rules.values.contains { tiers in tiers.values.contains { $0.lifts.contains { $0.rawValue == reason } } }
    }
}

extension RecoveryService {
    public func account(_ reference: SecretText) async throws(ServiceError) -> AccountView {
        try await perform(.readAccount) {
            let now = clock.now()
            let (found, factors, codesLeft, open, legal, position) = try await store.read { reader in
                let found = try known(reference, in: reader)
                let legal = try reader.record(LegalHolds.self, found.pseudonym.text)?.standing ?? []
                let bound = try reader.records(Authenticator.self, of: found.pseudonym.text).filter {
                    $0.form != .decoy
                }
                let codes = try authenticators(of: found.pseudonym, .savedCodes, in: reader).first
                let open = try reader.records(RecoveryCase.self, of: found.pseudonym.text)
                    .filter { $0.isOpen(at: now) }.map(\.name)
                let left = codes.map { SavedCode.setSize - $0.usedCodes.count } ?? 0
                let factors = bound.filter { $0.form == .totp || $0.form == .savedCodes }
                    .map { "\($0.form.rawValue)/\($0.slot)" }
                return (found, factors, left, open, legal, try reader.nextPosition)
            }
            guard let account = try await directory.account(found.pseudonym) else { throw ServiceError.notFound }
            return AccountView(
                subject: found.pseudonym,
                lockReason: account.lockReason,
                isFrozen: account.isFrozen,
                hasSecondFactor: account.hasSecondFactor,
                holds: account.holds.filter { $0.value > now.seconds }.sorted { $0.key < $1.key }
                    .map { .init(scopes: [$0.key], until: $0.value) },
                factors: factors,
                savedCodesLeft: codesLeft,
                openCases: open,
                legalHolds: legal.map { .init(reason: $0.reason, since: $0.at.seconds, by: $0.by) },
                position: position
            )
        }
    }

    public func lock(_ reference: SecretText, reason: String) async throws(ServiceError) -> AccountChange {
        try await perform(.lock) {
            guard Self.isReason(reason) else {
                throw ServiceError.invalidInput(
                    "a reason is small letters, digits and hyphens, such as failed-attempts"
                )
            }
            let (found, policy) = try await store.read { reader in
                (try known(reference, in: reader), try policyInForce(from: reader).policy)
            }
            // A lock that no recovery lifts must not be exchanged for one that a recovery does.
            let standing = try await directory.account(found.pseudonym)?.lockReason
            if let standing, !policy.lifts(standing), policy.lifts(reason) {
                throw ServiceError.conflict("the account is locked for another reason, \(standing), which stays")
            }
            let before = try await self.standing(of: found.pseudonym)
            let position = try await order(
                .lock(reason: reason),
                for: found.pseudonym,
                event: .event(
                    "x.account.lock",
                    ["code": .word(reason)],
                    subject: found.pseudonym,
                    actor: caller.name
                )
            )
            return AccountChange(
                before: before,
                after: try await self.standing(of: found.pseudonym),
                position: position,
                remarks: []
            )
        }
    }

    /// Closes the account at once on the strength of one factor (63B §4.3). Lifting it takes the full path.
    public func freeze(_ reference: SecretText, totp code: SecretText) async throws(ServiceError) -> AccountChange {
        try await perform(.freeze) {
            let now = clock.now()
            let found = try await store.read { try vault.find(reference, in: $0) }
            try await limiting(found.pseudonym) { transaction in
                let limits = try policyInForce(from: transaction).policy.limits
                try spend(.totp, of: found.pseudonym, limits, at: now, in: transaction)
                return Recorded((), .event("x.freeze.start", subject: found.pseudonym, actor: caller.name))
            }
            let (authenticator, rows) = try await bound(.totp, of: found.pseudonym)
            let match = try vault.matchingStep(
                of: code,
                slot: authenticator?.slot,
                in: rows,
                at: now,
                after: authenticator?.lastStep,
                stepsBack: 1
            )
            let passed = try await store.commit { transaction -> Recorded<Bool> in
                guard let match, var bound = try authenticators(of: found.pseudonym, .totp, in: transaction).first,
                    bound.slot == authenticator?.slot,
                    match.isAcceptable(at: clock.now(), after: bound.lastStep)
                else {
                    return Recorded(false, .event("x.freeze.fail", subject: found.pseudonym, actor: caller.name))
                }
                bound.lastStep = match.step
                bound.succeed()
                try transaction.put(bound)
                return Recorded(true, .event("x.freeze.pass", subject: found.pseudonym, actor: caller.name))
            }
            // A stranger's account and a wrong code are the same answer.
            guard passed else { throw ServiceError.checkFailed }
            let before = try await standing(of: found.pseudonym)
            let position = try await order(
                .freeze,
                for: found.pseudonym,
                event: .event("x.freeze.order", subject: found.pseudonym, actor: caller.name),
                once: .event("freeze.on", ["why": "customer"], subject: found.pseudonym, actor: caller.name)
            )
            return AccountChange(
                before: before,
                after: try await standing(of: found.pseudonym),
                position: position,
                remarks: [
                    "lifting it takes a case: recoveryctl case open ACCOUNT --purpose lift-freeze --channel phone"
                ]
            )
        }
    }

    /// Announces an order to the directory, carries it out, and records what came of it.
    ///
    /// - Parameter done: What else the log says once the directory has done it.
    func order(
        _ action: DirectoryAction,
        for subject: Pseudonym,
        event: AuditEvent,
        once done: AuditEvent? = nil
    ) async throws -> UInt64 {
        let key = "order/" + random.bytes(16).hexadecimal
        try await store.commit { transaction in
            let order = StandingOrder(
                key: key,
                subject: subject,
                action: action,
                position: try transaction.nextPosition,
                outcome: .unknown
            )
            try transaction.put(order)
            return Recorded((), event)
        }
        let answer = await directory.perform(.init(action: action, subject: subject, key: key, grant: nil))
        let position = try await store.commit { transaction -> Recorded<UInt64> in
            guard var order = try transaction.record(StandingOrder.self, key) else {
                throw ServiceError.fault("an order is missing")
            }
            var fields: [String: JSONValue] = [:]
            switch answer {
            case .done:
                order.outcome = .done
                fields["code"] = "ok"
            case .failed(let code):
                order.outcome = .failed
                fields["code"] = .code(code)
            case .unknown: fields["code"] = "unknown"
            }
            try transaction.put(order)
            let more = answer == .done ? [done].compactMap(\.self) : []
            let position = try transaction.nextPosition + 1 + UInt64(more.count)
            return Recorded(position, .event("x.order.result", fields, subject: subject), more)
        }
        switch answer {
        case .done: return position
        case .failed(let code): throw ServiceError.conflict("the directory refused: \(code)")
        case .unknown: throw ServiceError.outcomeUnknown("the directory did not say whether it was done")
        }
    }

    /// The owner of a reference, where it may be said that there is none.
    func known(_ reference: SecretText, in reader: any StoreReader) throws -> FoundSubject {
        let found = try vault.find(reference, in: reader)
        guard found.row != nil else { throw ServiceError.notFound }
        return found
    }

    private func standing(of subject: Pseudonym) async throws -> String {
        guard let account = try await directory.account(subject) else { return "unknown" }
        var words = [account.lockReason.map { "locked: \($0)" } ?? "open"]
        if account.isFrozen { words.append("frozen") }
        return words.joined(separator: ", ")
    }

    /// A word that the log can hold, as people type it.
    static func isReason(_ text: String) -> Bool {
        let letters = Array(text.utf8)
        return (1...40).contains(letters.count) && (0x61...0x7a).contains(letters[0])
            && letters.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    }
}
