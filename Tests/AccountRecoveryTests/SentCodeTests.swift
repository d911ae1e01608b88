import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct SentCodeTests {
    enum Place: String, CaseIterable, Sendable {
        case itsOwn, anotherCase, anotherPurpose, anotherAddress, anotherSlot
    }

    // The tag is bound; this moves the row itself, as whoever can reach the database would.
    @Test(arguments: Place.allCases)
    func `counts in its case, for its purpose and its address, and nowhere it is moved to`(place: Place) async throws {
        let flow = try await Flow()
        let sent = try await flow.open(.unlock)
        let other = place == .anotherPurpose ? try await flow.open(.resetTOTP) : try await flow.open(.unlock)
        _ = try await flow.mia.sendCode(sent, by: .email)
        let code = try await flow.world.sentCode()
        let target = place == .anotherCase || place == .anotherPurpose ? other : sent
        try await flow.world.store.commit { transaction in
            let found = try transaction.record(IssuedCode.self, "\(sent.text)/email")
            let original = try #require(found)
            var moved = IssuedCode(
                recoveryCase: target,
                method: place == .anotherAddress ? .sms : .email,
                slot: place == .anotherSlot ? 1 : 0,
                tag: original.tag,
                validUntil: original.validUntil,
                sends: original.sends,
                position: original.position
            )
            moved.position += place == .itsOwn ? 0 : 1
            try transaction.remove(IssuedCode.self, original.id)
            try transaction.put(moved)
            return Recorded((), .event("x.test.move"))
        }
        let answer = try await flow.mia.checkIssuedCode(target, code: code)
        #expect(answer.outcome == (place == .itsOwn ? .pass : .fail))
        #expect(answer.change.recoveryCase.passed.count == (place == .itsOwn ? 1 : 0))
    }
}
