import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy

extension RecoveryService {
    /// Spends the grant: announces every action, calls the directory for each, and writes down what came of it.
    ///
    /// Asked again while an outcome is unknown, it asks the directory again with the same keys.
    public func restore(_ name: CaseID) async throws(ServiceError) -> RestoreView {
        try await perform(.restore) {
            let begun = try await begin(name)
            var outcomes: [Int: DirectoryAnswer] = [:]
            for (index, step) in begun.restoration.steps.enumerated() where step.isDueNow {
                let order = DirectoryOrder(
                    action: step.action,
                    subject: begun.restoration.subject,
                    key: begun.restoration.orderKey(of: index),
                    grant: begun.restoration.grant
                )
                let answer = await directory.perform(order)
                outcomes[index] = answer
                // What failed or is unknown stops the plan: later steps open more than earlier ones.
                guard answer == .done else { break }
            }
            let view = try await settle(name, outcomes, before: begun.before)
            await deliverWhatIsDue()
            if outcomes.values.contains(.unknown) {
                throw ServiceError.outcomeUnknown("the directory did not say whether it carried out \(name.text)")
            }
            return view
        }
    }

    /// How long, in seconds, a plan belongs to whoever began it.
    private static let turn: Int64 = 60

    private func begin(_ name: CaseID) async throws -> (before: CaseState, restoration: Restoration) {
        try await change(name) { work, transaction in
            let before = work.value.state
            guard before == .granted || before == .restoring,
                var restoration = try transaction.record(Restoration.self, work.value.id)
            else { throw ServiceError.wrongState(before) }
            if restoration.usedAt == nil {
                guard restoration.expiresAt > work.now else {
                    throw ServiceError.conflict("the grant ran out; decide again")
                }
                // Holds last from now, when the factors change, and not from when the grant was signed.
                restoration.moveHolds(by: work.now.seconds - restoration.issuedAt.seconds)
                let hash = grantHash(of: restoration.grant)
                work.note("grant.use", ["action": .word(work.value.purpose.rawValue), "grant": .string(hash)])
            } else if restoration.usedBy != caller.person, let since = restoration.usedAt,
                work.now.seconds - since.seconds < Self.turn
            {
                throw ServiceError.conflict("somebody else is spending this grant")
            }
            // Where only the customer's part is left, asking again gives a new ticket, and the one before is dead.
            guard restoration.steps.contains(where: { $0.isDueNow || $0.awaitsCustomer }) else {
                throw ServiceError.conflict("nothing of the plan is left to do")
            }
            // Asking again announces nothing new, and is written down all the same.
            if restoration.usedAt != nil { work.note("x.restore.again", ["actor": .string(caller.name.text)]) }
            try work.enter(.restoreBegun)
            restoration.usedAt = restoration.usedAt ?? work.now
            restoration.usedBy = caller.person
            try announce(&restoration, &work, in: transaction, where: \.isDueNow)
            try transaction.put(restoration)
            return (before, restoration)
        }
    }

    /// Writes an intent for every step that matches and has none: no call without one.
    func announce(
        _ restoration: inout Restoration,
        _ work: inout CaseWork,
        in transaction: any StoreTransaction,
        where isMeant: (Restoration.Step) -> Bool
    ) throws {
        for index in restoration.steps.indices where isMeant(restoration.steps[index]) {
            guard restoration.steps[index].intent == nil else { continue }
            let position = work.nextPosition
            work.note(
                "account.intent",
                [
                    "action": .word(restoration.steps[index].action.word),
                    "connector": .string(directory.connector),
                    "grant": .string(grantHash(of: restoration.grant)),
                    "subject": .string(restoration.subject.text),
                ]
            )
            restoration.steps[index].intent = position
            restoration.steps[index].outcome = .unknown
            try transaction.put(
                StandingOrder(
                    key: restoration.orderKey(of: index),
                    subject: restoration.subject,
                    action: restoration.steps[index].action,
                    position: position,
                    outcome: .unknown
                )
            )
        }
    }

    private func settle(
        _ name: CaseID,
        _ outcomes: [Int: DirectoryAnswer],
        before: CaseState
    ) async throws -> RestoreView {
        let ticket = random.bytes(Self.ticketSize)
        return try await change(name) { work, transaction in
            guard var restoration = try transaction.record(Restoration.self, work.value.id) else {
                throw ServiceError.fault("a plan is missing")
            }
            try note(outcomes, &restoration, &work, in: transaction)
            var shownTicket: String?
            // Somebody may have revoked the case meanwhile: what the directory did is on record, and opens nothing.
            if work.value.state == .restoring {
                try finishPlan(&work, restoration, in: transaction)
                if restoration.steps.allSatisfy({ $0.outcome == .done || $0.awaitsCustomer }), !restoration.isDone {
                    shownTicket = try giveTicket(ticket, &work, in: transaction)
                    try queueNotices(.factorReset, of: &work, in: transaction)
                }
            } else if outcomes.isEmpty {
                throw ServiceError.wrongState(work.value.state)
            }
            try transaction.put(restoration)
            let queued = try transaction.records(Notice.self, of: work.value.subject.text)
                .count { $0.recoveryCase == work.value.name && $0.nextTry != nil }
            return RestoreView(
                change: try changed(work, from: before, in: transaction),
                notices: queued,
                enrolmentTicket: shownTicket,
                ticketExpiresAt: shownTicket == nil ? nil : (work.now + EnrolmentTicket.lifetime).seconds
            )
        }
    }

    /// Ends a case whose plan is done, or was refused by the directory. Every address is told.
    func finishPlan(
        _ work: inout CaseWork,
        _ restoration: Restoration,
        in transaction: any StoreTransaction
    ) throws {
        if restoration.steps.contains(where: { $0.outcome == .failed }) {
            try work.enter(.restoreFailed)
            try queueNotices(.refused, of: &work, in: transaction)
            work.close("failed")
        } else if restoration.isDone {
            try work.enter(.restoreDone)
            try queueNotices(.init(work.value.purpose), of: &work, in: transaction)
            work.close("restored")
        }
    }

    /// Writes down what the directory answered, and what follows from it here.
    func note(
        _ outcomes: [Int: DirectoryAnswer],
        _ restoration: inout Restoration,
        _ work: inout CaseWork,
        in transaction: any StoreTransaction
    ) throws {
        for (index, answer) in outcomes.sorted(by: { $0.key < $1.key }) {
            guard restoration.steps.indices.contains(index), let intent = restoration.steps[index].intent,
                restoration.steps[index].outcome != .done
            else { continue }
            var fields: [String: JSONValue] = ["intent": .integer(Int64(intent))]
            switch answer {
            case .done:
                restoration.steps[index].outcome = .done
                fields["result"] = "ok"
            case .failed(let code):
                restoration.steps[index].outcome = .failed
                fields["result"] = "failed"
                fields["code"] = .code(code)
            case .unknown:
                fields["result"] = "unknown"
            }
            work.note("account.result", fields)
            if var order = try transaction.record(StandingOrder.self, restoration.orderKey(of: index)) {
                order.outcome = restoration.steps[index].outcome
                try transaction.put(order)
            }
            switch answer {
            case .done: try follow(restoration.steps[index].action, restoration, &work, in: transaction)
            case .failed:
                // A factor that the directory does not take must not count here either.
                if restoration.steps[index].action == .enrolSecondFactor {
                    try unbindFactors(of: &work, in: transaction)
                }
            case .unknown: break
            }
        }
    }

    private func unbindFactors(of work: inout CaseWork, in transaction: any StoreTransaction) throws {
        for form in [Authenticator.Form.totp, .savedCodes] {
            for old in try authenticators(of: work.value.subject, form, in: transaction) {
                try transaction.remove(Authenticator.self, old.id)
            }
        }
    }

    private func follow(
        _ action: DirectoryAction,
        _ restoration: Restoration,
        _ work: inout CaseWork,
        in transaction: any StoreTransaction
    ) throws {
        switch action {
        case .placeHold(let scopes, let until):
            let end = UnixTime(seconds: until)
            let subject = restoration.subject
            work.note(
                "hold.start",
                [
                    "scopes": .array(scopes.sorted().map(JSONValue.word)),
                    "subject": .string(subject.text),
                    "until_s": .time(end),
                ]
            )
            try transaction.put(
                Hold(recoveryCase: work.value.name, subject: subject, scopes: scopes, start: work.now, end: end)
            )
        case .unfreeze:
            work.note(
                "freeze.off",
                ["grant": .string(grantHash(of: restoration.grant)), "subject": .string(restoration.subject.text)]
            )
        case .freeze:
            work.note("freeze.on", ["subject": .string(restoration.subject.text), "why": "customer"])
        case .removeSecondFactor:
            try unbindFactors(of: &work, in: transaction)
            guard let rows = try SubjectRows(restoration.subject, from: transaction) else { return }
            let sealed = try vault.withoutFactors(rows)
            try sealed.put(in: transaction)
            work.note(sealed.event)
        case .unlock, .enrolSecondFactor, .revokeSessions, .lock: break
        }
    }
}

extension Restoration {
    /// The key under which the directory knows a step, for ever.
    func orderKey(of index: Int) -> String { "\(grantID)/\(index)" }

    /// Moves the ends of holds that were not placed yet. Never to an earlier moment.
    mutating func moveHolds(by seconds: Int64) {
        for index in steps.indices {
            guard case .placeHold(let scopes, let until) = steps[index].action, steps[index].intent == nil else {
                continue
            }
            steps[index].action = .placeHold(scopes: scopes, until: until + max(0, seconds))
        }
    }
}

extension Restoration.Step {
    /// Whether only the customer can bring it on: the new factor counts after a right code from it.
    var awaitsCustomer: Bool { action == .enrolSecondFactor && outcome == .planned }

    /// Whether the desk can carry it out now. What the customer brought on and nobody answered is asked again here.
    var isDueNow: Bool { outcome == .unknown || outcome == .planned && action != .enrolSecondFactor }
}

extension NoticeText.About {
    init(_ purpose: Purpose) {
        switch purpose {
        case .unlock: self = .unlocked
        case .resetTOTP: self = .factorBound
        case .replaceCodes: self = .codesReplaced
        case .changeContact: self = .contactChanged
        case .freeze: self = .frozen
        case .liftFreeze: self = .unfrozen
        case .erase: self = .erased
        }
    }
}
