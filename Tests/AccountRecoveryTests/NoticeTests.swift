import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct NoticeTests {
    private func texts(_ world: TestDesk) async -> [(channel: MessageChannel, address: String, body: String)] {
        var texts: [(MessageChannel, String, String)] = []
        for number in 0..<(await world.courier.count) {
            let text = await world.courier.lend(number) { message in
                (
                    message.channel,
                    message.address.lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) },
                    message.body.lend { span in String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
                )
            }
            if let text { texts.append(text) }
        }
        return texts
    }

    @Test func `goes to every address, with the hold, the case and how to object`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.resetTOTP)
        let before = await flow.world.courier.count
        let end = flow.world.clock.now() + 48 * 3600
        #expect(try await flow.mia.restore(name).notices == 2)
        let sent = await texts(flow.world).dropFirst(before)
        #expect(sent.map(\.channel) == [.email, .sms])
        #expect(sent.map(\.address) == ["kim.park@example.org", "+447700900123"])
        for text in sent.map(\.body) {
            #expect(text.contains("Your second factor, your saved codes and all sessions were ended."))
            #expect(
                text.contains("On hold until \(end.utc): contact-changes, withdrawals. Nobody can shorten this")
            )
            #expect(text.contains("I object to case \(name.text)"))
            #expect(text.contains("Nobody from support ever asks you for a code outside case \(name.text)"))
        }
    }

    @Test func `is tried eight times, each pause twice as long, and then given up`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        try await flow.approve(name, approving: false)
        await flow.world.courier.fail(with: "550 <kim.park@example.org> unknown")
        #expect(try await flow.sam.deliverNotices() == 0)
        for pause: Int64 in [60, 120, 240, 480, 960, 1920, 3840] {
            let before = await flow.world.store.events.count
            flow.world.clock.move(seconds: pause - 1)
            #expect(try await flow.sam.deliverNotices() == 0)
            #expect(await flow.world.store.events.count == before)
            flow.world.clock.move(seconds: 1)
            #expect(try await flow.sam.deliverNotices() == 0)
            #expect(await flow.world.store.events.count == before + 2)
        }
        await flow.world.courier.fail(with: nil)
        flow.world.clock.move(seconds: 30 * 86_400)
        #expect(try await flow.sam.deliverNotices() == 0)
        let results = await flow.world.events(of: name).filter { $0["event"]?.string == "notice.result" }
        #expect(results.count == 16 && results.allSatisfy { $0["result"]?.string == "failed" })
        #expect(results.allSatisfy { $0["code"]?.string == "code_550" })
        #expect(results.compactMap { $0["count"]?.integer } == (1...8).flatMap { [$0, $0] })
        try await flow.world.audit()
    }

    @Test func `is delivered once after a failure`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        try await flow.approve(name, approving: false)
        await flow.world.courier.fail(with: "busy")
        _ = try await flow.sam.deliverNotices()
        await flow.world.courier.fail(with: nil)
        flow.world.clock.move(seconds: 60)
        #expect(try await flow.sam.deliverNotices() == 2)
        flow.world.clock.move(seconds: 86_400)
        #expect(try await flow.sam.deliverNotices() == 0)
        #expect(await flow.world.eventNames(of: name).count { $0 == "notice.result" } == 4)
    }

    // The log called a notice accepted that nobody could be sent.
    @Test func `is not called accepted where there is no address`() async throws {
        let flow = try await Flow()
        _ = try await flow.world.admin.importAccounts(
            [
                NewAccount(
                    line: 1,
                    fields: ["account": SecretText(testing: "u-3003"), "email": SecretText(testing: "x@example.org")],
                    country: nil,
                    language: "zh-CN",
                    stake: 0
                )
            ],
            skippingBad: false,
            progress: { _ in }
        )
        let factor = try await flow.world.admin.enrolTOTP(SecretText(testing: "u-3003"))
        let authenticator = try Authentic(uri: factor.uri.key)
        let name = try await flow.open(.unlock, "u-3003")
        let code = try authenticator.code(at: flow.world.clock.now())
        #expect(try await flow.mia.checkTOTP(name, code: code).outcome == .pass)
        #expect(try await flow.mia.decide(name).outcome == .granted)
        #expect(try await flow.mia.restore(name).change.recoveryCase.state == .restored)
        let results = await flow.world.events(of: name).filter { $0["event"]?.string == "notice.result" }
        #expect(results.map { $0["result"]?.string } == ["accepted", "failed"])
        #expect(results.map { $0["code"]?.string } == [nil, "no_address"])
        flow.world.clock.move(seconds: 86_400)
        #expect(try await flow.sam.deliverNotices() == 0)
        #expect(await flow.world.events(of: name).count { $0["event"]?.string == "notice.result" } == 2)
        #expect(await texts(flow.world).last?.body.contains("您的账户已解锁。") == true)
        try await flow.world.audit()
    }

    @Test func `is not repeated when a ticket is given again`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.resetTOTP)
        _ = try await flow.mia.restore(name)
        let sent = await flow.world.courier.count
        #expect(try await flow.mia.restore(name).enrolmentTicket != nil)
        #expect(await flow.world.courier.count == sent)
    }

    @Test func `has a text for every occasion in both languages, and a link in none`() throws {
        let name = try #require(CaseID("C-0000000000"))
        var bodies: Set<String> = []
        for about in NoticeText.About.allCases {
            for language in [NoticeText.Language.english, .simplifiedChinese] {
                let holds = [(scopes: ["withdrawals"], until: UnixTime(seconds: 1_900_000_000))]
                let text = NoticeText.notice(about, case: name, holds: holds, in: language)
                #expect(text.body.contains(name.text) && text.body.contains("2030-03-17 17:46 UTC"))
                #expect(!text.body.contains("http") && !text.body.contains("www") && !text.subject.isEmpty)
                bodies.insert(text.body)
            }
        }
        #expect(bodies.count == 2 * NoticeText.About.allCases.count && bodies.count == 20)
    }

    @Test(arguments: [
        ("zh", true), ("zh-CN", true), ("zh-Hans", true), ("ZH-sg", true), ("zh-TW", false), ("zh-Hant-HK", false),
        ("zh-HK", false), ("en", false), ("de", false), ("", false),
    ])
    func `is written in Chinese to those who read simplified letters`(tag: String, isChinese: Bool) {
        #expect((NoticeText.Language(tag: tag) == .simplifiedChinese) == isChinese)
    }
}
