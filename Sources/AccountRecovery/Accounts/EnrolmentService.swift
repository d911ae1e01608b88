import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy

extension EnrolmentTicket {
    /// Seconds (63B §4.1.2.2).
    static let lifetime: Int64 = 600
    /// Wrong codes after which the ticket is dead.
    static let mostAttempts = 5
}

/// Serves customers who hold a ticket. Nobody of the staff sees the new factor.
public struct EnrolmentService: EnrolmentDesk {
    private let service: RecoveryService

    public init(_ parts: RecoveryService.Parts) throws {
        service = RecoveryService(parts, caller: try .ticketHolder(random: parts.random))
    }

    public func redeem(_ ticket: SecretText) async throws(ServiceError) -> NewFactor {
        try await service.redeem(ticket)
    }

    public func confirm(_ ticket: SecretText, code: SecretText) async throws(ServiceError) -> CaseChange {
        try await service.confirm(ticket, code)
    }
}

extension RecoveryService {
    /// Bytes of a ticket: 112 bits (63B §4.1.2.2).
    static let ticketSize = 14

    /// Gives the customer the right to bind a new factor. A ticket given before is dead.
    func giveTicket(
        _ ticket: [UInt8],
        _ work: inout CaseWork,
        in transaction: any StoreTransaction
    ) throws -> String {
        for old in try transaction.records(EnrolmentTicket.self, of: work.value.id) {
            try transaction.remove(EnrolmentTicket.self, old.id)
        }
        let text = ticket.hexadecimal
        try transaction.put(
            EnrolmentTicket(
                hash: Self.ticketHash(Array(text.utf8)),
                recoveryCase: work.value.name,
                subject: work.value.subject,
                expiresAt: work.now + EnrolmentTicket.lifetime,
                pendingSlot: nil,
                attempts: 0,
                usedAt: nil
            )
        )
        work.note(
            "x.ticket.issue",
            ["actor": .string(caller.name.text), "subject": .string(work.value.subject.text)]
        )
        return text
    }

    static func ticketHash(_ text: [UInt8]) -> String {
        SHA256.digest(of: Array("account-recovery/ticket/v1\n".utf8) + text).hexadecimal
    }

    /// The ticket, or `notFound`: unknown, used, out of time and tried too often look alike.
    ///
    /// - Parameter isBeingConfirmed: The attempt at hand was counted before, and may be the last.
    private func open(
        _ ticket: SecretText,
        in reader: any StoreReader,
        isBeingConfirmed: Bool = false
    ) throws -> EnrolmentTicket {
        let hash = ticket.lend { span in Self.ticketHash(span.indices.map { span[$0] }) }
        let most = isBeingConfirmed ? EnrolmentTicket.mostAttempts : EnrolmentTicket.mostAttempts - 1
        guard let found = try reader.record(EnrolmentTicket.self, hash), found.usedAt == nil,
            found.expiresAt > clock.now(), found.attempts <= most
        else { throw ServiceError.notFound }
        return found
    }

    func redeem(_ ticket: SecretText) async throws(ServiceError) -> NewFactor {
        try await mapping {
            try await store.commit { transaction in
                var found = try open(ticket, in: transaction)
                guard let rows = try SubjectRows(found.subject, from: transaction) else { throw ServiceError.notFound }
                let slot = rows.freeSlot(for: .totp)
                let (sealed, uri) = try vault.newAuthenticator(slot: slot, issuer: origin, for: rows)
                try sealed.put(in: transaction)
                found.pendingSlot = slot
                try transaction.put(found)
                let event = AuditEvent.event("x.ticket.redeem", subject: found.subject)
                return Recorded(
                    NewFactor(uri: uri, position: try transaction.nextPosition + 2),
                    event,
                    sealed.event
                )
            }
        }
    }

    func confirm(_ ticket: SecretText, _ code: SecretText) async throws(ServiceError) -> CaseChange {
        try await mapping {
            let now = clock.now()
            let (found, rows) = try await store.commit { transaction -> Recorded<(EnrolmentTicket, SubjectRows)> in
                var found = try open(ticket, in: transaction)
                guard let rows = try SubjectRows(found.subject, from: transaction), found.pendingSlot != nil else {
                    throw ServiceError.notFound
                }
                found.attempts += 1
                try transaction.put(found)
                return Recorded((found, rows), .event("x.ticket.try", subject: found.subject))
            }
            let match = try vault.matchingStep(
                of: code,
                slot: found.pendingSlot,
                in: rows,
                at: now,
                after: nil,
                stepsBack: 1
            )
            guard let match, let slot = found.pendingSlot else {
                try await store.commit { _ in
                    let fields: [String: JSONValue] = ["count": .integer(Int64(found.attempts))]
                    return Recorded((), .event("x.ticket.fail", fields, subject: found.subject))
                }
                throw ServiceError.checkFailed
            }
            let restoration = try await change(found.recoveryCase, joining: false) { work, transaction in
                var used = try open(ticket, in: transaction, isBeingConfirmed: true)
                guard used.pendingSlot == slot,
                    var restoration = try transaction.record(Restoration.self, work.value.id)
                else { throw ServiceError.notFound }
                used.usedAt = now
                try transaction.put(used)
                var bound = Authenticator(subject: found.subject, form: .totp, slot: slot, boundAt: now)
                // The code that confirmed the factor is used up by that.
                bound.lastStep = match.step
                try transaction.put(bound)
                try work.enter(.restoreBegun)
                try announce(&restoration, &work, in: transaction) { $0.action == .enrolSecondFactor }
                try transaction.put(restoration)
                return restoration
            }
            guard let index = restoration.steps.firstIndex(where: { $0.action == .enrolSecondFactor }) else {
                throw ServiceError.fault("a plan without the factor it was for")
            }
            let answer = await directory.perform(
                DirectoryOrder(
                    action: .enrolSecondFactor,
                    subject: found.subject,
                    key: restoration.orderKey(of: index),
                    grant: restoration.grant
                )
            )
            let result = try await change(found.recoveryCase, joining: false) { work, transaction in
                let before = work.value.state
                guard var restoration = try transaction.record(Restoration.self, work.value.id) else {
                    throw ServiceError.fault("a plan is missing")
                }
                try note([index: answer], &restoration, &work, in: transaction)
                if before == .restoring { try finishPlan(&work, restoration, in: transaction) }
                try transaction.put(restoration)
                return try changed(work, from: before, in: transaction)
            }
            await deliverWhatIsDue()
            switch answer {
            case .done: return result
            case .failed(let code): throw ServiceError.conflict("the directory refused: \(code)")
            case .unknown:
                throw ServiceError.outcomeUnknown("the directory did not say whether it bound the new factor")
            }
        }
    }
}
