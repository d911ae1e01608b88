import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct MessageTests {
    private struct Sent {
        let channel: MessageChannel
        let address: String
        let subject: String
        let body: String
    }

    private func messages(_ world: TestDesk) async -> [Sent] {
        var sent: [Sent] = []
        for number in 0..<(await world.courier.count) {
            let message = await world.courier.lend(number) { message in
                Sent(
                    channel: message.channel,
                    address: message.address.lend { span in
                        String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
                    },
                    subject: message.subject,
                    body: message.body.lend { span in
                        String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
                    }
                )
            }
            if let message { sent.append(message) }
        }
        return sent
    }

    /// What a mail program would make a link of, or a reader would type: a scheme, or letters with a dot between them.
    private static func links(in text: String) -> [String] {
        text.matches(of: /(?i)\b[a-z][a-z0-9+.-]*:\/\/\S*|\b(?:mailto|tel|www)[:.]\S*|[\p{L}0-9-]+\.\p{L}{2,}\S*/)
            .map { String($0.output) }
    }

    @Test(arguments: [
        ("go to https://example.org/x now", 1), ("example.org", 1), ("see www.x.y", 1), ("t.me/x or bit.ly/y", 2),
        ("mailto:x@example.org", 1), ("例え.テスト", 1),
        ("Your account was unlocked. Case: C-7F3KQ2M9XA. Until 2030-03-17 17:46 UTC", 0),
        ("您的账户已解锁。案件：C-7F3KQ2M9XA", 0),
    ])
    func `a link is known by what it looks like`(text: String, count: Int) {
        #expect(Self.links(in: text).count == count)
    }

    @Test func `no text has a link, whatever it is about and in whichever language`() throws {
        let name = try #require(CaseID("C-0000000000"))
        var texts: [String] = []
        for language in [NoticeText.Language.english, .simplifiedChinese] {
            for about in NoticeText.About.allCases {
                let holds = [(scopes: ["contact-changes", "withdrawals"], until: UnixTime(seconds: 1_900_000_000))]
                let notice = NoticeText.notice(about, case: name, holds: holds, in: language)
                texts += [notice.subject, notice.body]
            }
            let code = NoticeText.code(case: name, minutes: 30, in: language)
            texts += [code.subject, code.before + "12345678" + code.after]
        }
        #expect(texts.count == 44 && texts.allSatisfy { !$0.isEmpty })
        #expect(texts.flatMap(Self.links) == [])
    }

    /// Everything that sends, played to its end: codes, and notices of every kind that this version has.
    private func playEverything(_ flow: Flow, _ meanwhile: () async throws -> Void) async throws {
        let unlock = try await flow.waiting(.unlock)
        try await meanwhile()
        try await flow.approve(unlock)
        _ = try await flow.mia.decide(unlock)
        _ = try await flow.mia.restore(unlock)
        _ = try await flow.sam.revoke(unlock)
        let refused = try await flow.open(.resetTOTP)
        try await flow.passSavedCode(refused)
        try await flow.passIssuedCode(refused, by: .sms)
        _ = try await flow.mia.decide(refused)
        try await flow.approve(refused, approving: false)
        flow.world.clock.move(seconds: 86_400)
        let freeze = try await flow.open(.freeze)
        try await flow.passTOTP(freeze)
        _ = try await flow.mia.decide(freeze)
        _ = try await flow.mia.restore(freeze)
        flow.world.clock.move(seconds: 30)
        _ = try await flow.mia.restore(try await flow.granted(.liftFreeze))
        let reset = try await flow.open(.resetTOTP)
        try await flow.passSavedCode(reset, 1)
        try await flow.passIssuedCode(reset)
        _ = try await flow.mia.decide(reset)
        try await flow.approve(reset)
        _ = try await flow.mia.decide(reset)
        let ticket = SecretText(testing: try #require(await flow.mia.restore(reset).enrolmentTicket))
        let customer = try EnrolmentService(flow.world.parts)
        let fresh = try Authentic(uri: try await customer.redeem(ticket).uri.key)
        _ = try await customer.confirm(ticket, code: fresh.code(at: flow.world.clock.now()))
        _ = try await flow.sam.deliverNotices()
    }

    @Test func `no message has a link, and none goes to an address that was not on file before the case`()
        async throws
    {
        let flow = try await Flow()
        try await playEverything(flow) {
            // Whoever holds the account's name brings an address of their own while the case is open.
            let new = NewAccount(
                line: 1,
                fields: [
                    "account": SecretText(testing: Flow.reference), "email": SecretText(testing: "thief@example.net"),
                    "phone": SecretText(testing: "+447700900999"),
                ],
                country: nil,
                language: "en",
                stake: 0
            )
            for skippingBad in [false, true] {
                _ = await thrown {
                    _ = try await flow.world.admin.importAccounts([new], skippingBad: skippingBad) { _ in }
                }
            }
        }
        let sent = await messages(flow.world)
        let about = Set(
            await flow.world.events().filter { $0["event"]?.string == "notice.result" }
                .filter { $0["result"]?.string == "accepted" }.compactMap { $0["kind"]?.string }
        )
        #expect(
            about == ["unlocked", "revoked", "refused", "frozen", "unfrozen", "factor_reset", "factor_bound"]
        )
        #expect(sent.count { $0.body.contains("Your code is: ") } >= 4)
        for message in sent {
            let onFile = message.channel == .email ? "kim.park@example.org" : "+447700900123"
            #expect(message.address == onFile)
            #expect(Self.links(in: message.subject) == [] && Self.links(in: message.body) == [])
        }
        #expect(Set(sent.map(\.channel)) == [.email, .sms] && sent.count >= 18)
    }
}
