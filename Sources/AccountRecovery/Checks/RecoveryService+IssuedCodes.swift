import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy

extension RecoveryService {
    /// Sends a fresh code to a validated address, and makes the one sent before worthless.
    ///
    /// The code never meets the agent, and lies nowhere: the store keeps a tag, the courier gets the text. An account
    /// without such an address, or no account at all, gives the same answer.
    public func sendCode(_ name: CaseID, by method: MessageChannel) async throws(ServiceError) -> CodeSent {
        try await perform(.check) {
            guard let delivery = DeliveryMethod(rawValue: method.rawValue), let seconds = lifetime(of: method) else {
                throw ServiceError.invalidInput("codes are sent by email or sms")
            }
            let code = vault.newCode()
            let sent = try await change(name) { work, transaction -> (subject: Pseudonym, answer: CodeSent) in
                guard !work.value.state.isFinal, work.value.state != .restoring else {
                    throw ServiceError.wrongState(work.value.state)
                }
                let before = work.value.state
                let policy = try policy(work.value.policy, from: transaction)
                var issued =
                    try transaction.record(IssuedCode.self, "\(name.text)/\(method.rawValue)")
                    ?? IssuedCode(
                        recoveryCase: name,
                        method: method,
                        slot: 0,
                        tag: nil,
                        validUntil: work.now,
                        sends: 0,
                        position: 0
                    )
                let limit = Int(policy.limits.sendsPerCase)
                guard issued.sends < limit else { throw LimitHit(scope: "sends", retryAfter: nil) }
                let daily = AttemptLedger.Limit(Int(policy.limits.sendsPerAddressDay), in: 86_400)
                let address = "sends/\(work.value.subject.text)/\(method.rawValue)"
                try spend([(address, [daily])], at: work.now, in: transaction)
                if issued.tag != nil {
                    work.note("code.void", ["purpose": .word(work.value.purpose.rawValue), "why": "resent"])
                }
                issued.sends += 1
                issued.validUntil = work.now + seconds(policy.limits)
                issued.position = work.nextPosition
                issued.tag = try vault.tag(of: code, for: issued, purpose: work.value.purpose)
                try transaction.put(issued)
                work.note(
                    "code.issue",
                    [
                        "channel": .word(delivery.rawValue),
                        "purpose": .word(work.value.purpose.rawValue),
                        "sends": .integer(Int64(issued.sends)),
                        "until_s": .time(issued.validUntil),
                    ]
                )
                let answer = CodeSent(
                    method: method.rawValue,
                    validUntil: issued.validUntil.seconds,
                    sendsLeft: limit - issued.sends,
                    change: try changed(work, from: before, in: transaction)
                )
                return (work.value.subject, answer)
            }
            try await deliver(code, to: sent.subject, by: method, name, until: sent.answer.validUntil)
            return sent.answer
        }
    }

    /// Checks the code that was sent last in this case and was not used. Right once, and only here: the tag binds
    /// case, purpose and address.
    public func checkIssuedCode(_ name: CaseID, code: SecretText) async throws(ServiceError) -> CheckAnswer {
        try await perform(.check) {
            let now = clock.now()
            let open = try await store.read { reader in
                let sent = try reader.records(IssuedCode.self, of: name.text).sorted { $0.position < $1.position }
                return sent.last { $0.tag != nil && $0.validUntil > now } ?? sent.last
            }
            let method = open?.method ?? .email
            let delivery = DeliveryMethod(rawValue: method.rawValue) ?? .email
            let form: Authenticator.Form = method == .email ? .email : .sms
            let reserved = try await reserve(name, .issuedCode(delivery), method: method.rawValue) {
                work,
                policy,
                transaction in
                try spend(form, of: work.value.subject, policy.limits, at: work.now, in: transaction)
            }
            return try await conclude(
                name,
                .issuedCode(delivery),
                reserved,
                evidence: ("\(method.rawValue)/0", method)
            ) { work, transaction in
                guard var issued = try transaction.record(IssuedCode.self, "\(name.text)/\(method.rawValue)"),
                    let tag = issued.tag, issued.validUntil > work.now,
                    try vault.matches(code, tag, of: issued, purpose: work.value.purpose)
                else { return .fail }
                issued.tag = nil
                try transaction.put(issued)
                // An address is never bound as an authenticator: what counts its failures is what forgets them.
                var counter = try counted(form, of: work.value.subject, at: work.now, in: transaction)
                counter.succeed()
                try transaction.put(counter)
                return .pass
            }
        }
    }

    private func deliver(
        _ code: SecretText,
        to subject: Pseudonym,
        by method: MessageChannel,
        _ name: CaseID,
        until: Int64
    ) async throws {
        let rows = try await store.read { try SubjectRows(subject, from: $0) }
        guard let rows, let address = try vault.address(by: method, slot: 0, in: rows) else { return }
        let language = NoticeText.Language(tag: try await directory.account(subject)?.language ?? "en")
        let text = NoticeText.code(case: name, minutes: max(1, (until - clock.now().seconds) / 60), in: language)
        let message = Message(
            channel: method,
            address: address,
            subject: text.subject,
            body: code.key.wrapped(before: text.before, after: text.after)
        )
        guard case .accepted = await courier.deliver(message) else {
            throw ServiceError.outcomeUnknown("the code could not be handed over for delivery; send it again")
        }
    }

    private func lifetime(of method: MessageChannel) -> (@Sendable (Limits) -> Int64)? {
        switch method {
        case .email: { $0.codeValidEmail }
        case .sms: { $0.codeValidSMS }
        case .voice, .post: nil
        }
    }
}

extension SecretKey {
    /// Returns text, the secret, and text again, without the secret leaving wiped memory.
    borrowing func wrapped(before: String, after: String) -> SecretKey {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(before.utf8.count + byteCount + after.utf8.count)
        bytes += before.utf8
        lend { secret in for index in secret.indices { bytes.append(secret[index]) } }
        bytes += after.utf8
        return SecretKey(wiping: &bytes)
    }
}
