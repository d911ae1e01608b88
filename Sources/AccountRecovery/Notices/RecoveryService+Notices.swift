import RecoveryAudit
import RecoveryCrypto

extension RecoveryService {
    /// The addresses that are told: every one that was validated before the case (63B §4.6).
    private static let addressed: [MessageChannel] = [.email, .sms]

    /// Seconds after which a notice that was not accepted is tried again; doubles with every try.
    private static let firstRetry: Int64 = 60
    private static let mostTries = 8
    private static let noAddress = "no_address"

    /// Puts notices into the outbox, in the transaction of what they tell of. Once for each occasion of a case.
    func queueNotices(
        _ about: NoticeText.About,
        of work: inout CaseWork,
        in transaction: any StoreTransaction
    ) throws {
        for channel in Self.addressed {
            let notice = Notice(
                recoveryCase: work.value.name,
                subject: work.value.subject,
                about: about.rawValue,
                channel: channel,
                slot: 0,
                queuedAt: work.now,
                tries: 0,
                nextTry: work.now
            )
            guard try transaction.record(Notice.self, notice.id) == nil else { continue }
            try transaction.put(notice)
            work.note("notice.queue", ["channel": .word(channel.rawValue), "count": 1, "kind": .word(about.rawValue)])
        }
    }

    public func deliverNotices() async throws(ServiceError) -> Int {
        try await perform(.deliver) { try await sendDueNotices() }
    }

    /// Delivers what is due after something else was done. What fails here stays in the outbox, and must not make
    /// that something look undone.
    func deliverWhatIsDue() async {
        _ = try? await sendDueNotices()
    }

    /// Delivers what is due. The text and the address exist for the length of the delivery only.
    func sendDueNotices() async throws -> Int {
        let now = clock.now()
        let due = try await store.read { reader in
            try reader.records(Notice.self).filter { $0.nextTry.map { $0 <= now } ?? false }
        }
        var delivered = 0
        for notice in due {
            // Nobody to tell: a stranger's case, an erased subject, or no such address. The outbox is done with it.
            let answer = try await send(notice) ?? .failed(code: Self.noAddress)
            try await store.commit { transaction in
                guard var kept = try transaction.record(Notice.self, notice.id) else {
                    throw ServiceError.fault("a notice is missing")
                }
                kept.tries += 1
                var fields: [String: JSONValue] = ["count": .integer(Int64(kept.tries)), "kind": .word(notice.about)]
                switch answer {
                case .accepted:
                    kept.nextTry = nil
                    fields["result"] = "accepted"
                case .failed(let code):
                    let wait = Self.firstRetry << Int64(min(kept.tries - 1, 10))
                    kept.nextTry = kept.tries < Self.mostTries && code != Self.noAddress ? now + wait : nil
                    fields["result"] = "failed"
                    fields["code"] = .code(code)
                }
                try transaction.put(kept)
                if var value = try transaction.record(RecoveryCase.self, notice.recoveryCase.text) {
                    value.records += 1
                    try transaction.put(value)
                }
                return Recorded((), .event("notice.result", fields, case: notice.recoveryCase))
            }
            if answer == .accepted { delivered += 1 }
        }
        return delivered
    }

    /// `nil` where there is no address.
    private func send(_ notice: Notice) async throws -> DeliveryAnswer? {
        let found = try await store.read { reader in
            (
                try SubjectRows(notice.subject, from: reader),
                try holds(of: notice.recoveryCase, notice.subject, in: reader)
            )
        }
        guard let rows = found.0, let address = try vault.address(by: notice.channel, slot: notice.slot, in: rows),
            let about = NoticeText.About(rawValue: notice.about)
        else { return nil }
        let language = NoticeText.Language(tag: try await directory.account(notice.subject)?.language ?? "en")
        let text = NoticeText.notice(
            about,
            case: notice.recoveryCase,
            holds: found.1.map { ($0.scopes, $0.end) },
            in: language
        )
        var body = Array(text.body.utf8)
        return await courier.deliver(
            Message(channel: notice.channel, address: address, subject: text.subject, body: SecretKey(wiping: &body))
        )
    }
}
