import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

/// Somebody real, a reference that nobody has, and one whose owner was erased: nothing tells them apart at a case.
@Suite struct StrangerTests {
    /// What an answer says, without the names and positions that differ from case to case.
    private static func shape(_ value: some Encodable, _ name: CaseID) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
            .replacing(name.text, with: "CASE")
            .replacing(/"position":[0-9]+/, with: "")
    }

    private static func answer<Value: Encodable & Sendable>(
        _ name: CaseID,
        _ body: () async throws -> Value
    ) async throws -> String {
        do {
            return try shape(try await body(), name)
        } catch let error as ServiceError {
            return "\(error)"
        }
    }

    /// Everything that can be asked about a case without a right code, and the answers.
    private static func conversation(_ flow: Flow, _ reference: String, _ purpose: Purpose) async throws -> [String] {
        let text: (String) -> SecretText = SecretText.init(testing:)
        let opened = try await flow.mia.openCase(
            OpenCase(account: text(reference), purpose: purpose, channel: .phone, ticket: "T-1")
        )
        let name = opened.recoveryCase.name
        var answers = [try shape(opened, name)]
        for _ in 0..<6 {
            answers.append(try await answer(name) { try await flow.mia.checkTOTP(name, code: text("123456")) })
        }
        for code in ["0-AAAAA-AAAAA-AAAAA-AAAAA-AAAAAA", "none"] {
            answers.append(try await answer(name) { try await flow.mia.checkSavedCode(name, code: text(code)) })
        }
        answers.append(try await answer(name) { try await flow.mia.checkIssuedCode(name, code: text("00000000")) })
        for method in [MessageChannel.email, .sms, .email, .email, .email] {
            answers.append(try await answer(name) { try await flow.mia.sendCode(name, by: method) })
            answers.append(try await answer(name) { try await flow.mia.checkIssuedCode(name, code: text("00000000")) })
        }
        let details = [("name", "No Body"), ("date_of_birth", "1970-01-01"), ("email", "nobody@example.org")]
            .map { ClaimedDetail(field: $0.0, value: text($0.1)) }
        for _ in 0..<4 { answers.append(try await answer(name) { try await flow.mia.checkDetails(name, details) }) }
        for note in ["Says that her phone is lost.", ""] {
            answers.append(try await answer(name) { try await flow.mia.addNote(name, text(note)) })
        }
        answers.append(try await answer(name) { try await flow.mia.decide(name) })
        answers.append(try await answer(name) { try await flow.mia.restore(name).change })
        answers.append(try await answer(name) { try await flow.mia.revoke(name) })
        answers.append(try await answer(name) { try await flow.sam.approvalRequest(name) })
        answers.append(try await answer(name) { try await flow.max.recoveryCase(name) })
        answers.append(try await answer(name) { try await flow.max.cancel(name) })
        for _ in 0..<3 {
            answers.append(
                try await answer(name) {
                    let request = OpenCase(account: text(reference), purpose: purpose, channel: .phone)
                    return try await flow.mia.openCase(request).recoveryCase.tier
                }
            )
        }
        return answers
    }

    // A stranger's stake of nothing put every such case into the light tier.
    @Test(arguments: [Purpose.unlock, .resetTOTP, .freeze, .liftFreeze])
    func `is answered as anybody else`(purpose: Purpose) async throws {
        let flow = try await Flow()
        _ = try await flow.world.lockedCustomer("u-2002")
        _ = try await flow.world.admin.erase(SecretText(testing: "u-2002"))
        let known = try await Self.conversation(flow, Flow.reference, purpose)
        #expect(known.count == 35)
        #expect(try await Self.conversation(flow, "nobody-here", purpose) == known)
        #expect(try await Self.conversation(flow, "u-2002", purpose) == known)
        try await flow.world.audit()
    }

    @Test func `is the same stranger each time, under a name that says nothing`() async throws {
        let flow = try await Flow()
        let store = flow.world.store
        let vault = flow.world.parts.vault
        let found = try await store.read { reader in
            try ["nobody-here", "NOBODY HERE", "nobody-else"].map {
                try vault.find(SecretText(testing: $0), in: reader)
            }
        }
        #expect(found.allSatisfy { $0.row == nil })
        #expect(found[0].pseudonym == found[1].pseudonym && found[0].pseudonym != found[2].pseudonym)
    }

    @Test(arguments: ["a wrong code", "no such account"])
    func `cannot be frozen, and is told no more than of a wrong code`(what: String) async throws {
        let flow = try await Flow()
        let reference = SecretText(testing: what == "a wrong code" ? Flow.reference : "nobody-here")
        for _ in 0..<10 {
            let error = await thrown { _ = try await flow.mia.freeze(reference, totp: SecretText(testing: "000000")) }
            #expect(error == .checkFailed)
        }
        let error = await thrown { _ = try await flow.mia.freeze(reference, totp: SecretText(testing: "000000")) }
        #expect(error == .limited(retryAfter: 30))
        #expect(
            await flow.world.eventNames().suffix(5)
                == ["x.freeze.start", "x.freeze.fail", "x.freeze.start", "x.freeze.fail", "limit.hit"]
        )
        #expect(try await !flow.account().isFrozen)
    }
}
