import RecoveryAudit
import RecoveryCrypto

extension RecoveryService {
    /// Takes back what was restored, or what was about to be: the account is locked, whoever is at the desk.
    public func revoke(_ name: CaseID) async throws(ServiceError) -> CaseChange {
        try await perform(.revoke) {
            let key = "\(name.text)/revoke"
            let (before, subject) = try await change(name) { work, transaction in
                let before = work.value.state
                guard before.after(.revoked) != nil else { throw ServiceError.wrongState(before) }
                let restoration = try transaction.record(Restoration.self, work.value.id)
                let position = work.nextPosition
                work.note(
                    "account.intent",
                    [
                        "action": .word(DirectoryAction.lock(reason: "").word),
                        "connector": .string(directory.connector),
                        "grant": .string(grantHash(of: restoration?.grant ?? "")),
                        "subject": .string(work.value.subject.text),
                    ]
                )
                try transaction.put(
                    StandingOrder(
                        key: key,
                        subject: work.value.subject,
                        action: .lock(reason: Self.revokedReason),
                        position: position,
                        outcome: .unknown
                    )
                )
                return (before, work.value.subject)
            }
            let order = DirectoryOrder(
                action: .lock(reason: Self.revokedReason),
                subject: subject,
                key: key,
                grant: nil
            )
            let answer = await directory.perform(order)
            let change = try await change(name) { work, transaction in
                guard var order = try transaction.record(StandingOrder.self, key) else {
                    throw ServiceError.fault("an order is missing")
                }
                var fields: [String: JSONValue] = ["intent": .integer(Int64(order.position))]
                switch answer {
                case .done:
                    order.outcome = .done
                    fields["result"] = "ok"
                case .failed(let code):
                    order.outcome = .failed
                    fields["result"] = "failed"
                    fields["code"] = .code(code)
                case .unknown:
                    fields["result"] = "unknown"
                }
                work.note("account.result", fields)
                try transaction.put(order)
                if answer == .done {
                    try voidGrant(of: &work, why: "revoked", in: transaction)
                    for ticket in try transaction.records(EnrolmentTicket.self, of: work.value.id) {
                        try transaction.remove(EnrolmentTicket.self, ticket.id)
                    }
                    try work.enter(.revoked)
                    try queueNotices(.revoked, of: &work, in: transaction)
                    work.close("revoked")
                }
                return try changed(work, from: before, in: transaction)
            }
            switch answer {
            case .done: break
            case .failed(let code): throw ServiceError.conflict("the directory refused: \(code)")
            case .unknown: throw ServiceError.outcomeUnknown("the directory did not say whether it locked the account")
            }
            await deliverWhatIsDue()
            return change
        }
    }

    private static let revokedReason = "recovery-revoked"
}
