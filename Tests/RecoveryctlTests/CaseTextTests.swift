import ArgumentParser
import RecoveryPolicy
import Testing

@testable import AccountRecovery
@testable import recoveryctl

@Suite struct CaseTextTests {
    private static func text(
        _ state: CaseState = .collecting,
        passed: [CaseView.Passed] = [],
        missing: [String] = [],
        approvals: Int = 0,
        steps: [CaseView.StepView] = []
    ) throws -> CaseText {
        let view = CaseView(
            name: try #require(CaseID("C-7F3KQ2M9XA")),
            purpose: .unlock,
            channel: .phone,
            tier: "normal",
            state: state,
            version: 1,
            openedBy: try #require(StaffName("mia")),
            openedAt: 1_772_375_527,
            expiresAt: 1_772_461_927,
            passed: passed,
            missing: missing,
            approvals: approvals,
            approvalsNeeded: 1,
            policy: String(repeating: "a", count: 64),
            ticket: nil,
            holds: [],
            steps: steps
        )
        return CaseText(view: view, global: try GlobalOptions.parse(["--data", "D", "--as", "mia"]))
    }

    private static let totp = CaseView.Passed(check: "totp", validUntil: 1_772_375_520)
    private static let mail = CaseView.Passed(check: "issued-code/email", validUntil: 1_772_376_000)

    @Test func `says in words how far the caller is verified`() throws {
        let missing = ["totp and issued-code/email", "totp and saved-code", "document"]
        #expect(try Self.text(missing: missing).standing == "NOT VERIFIED")
        #expect(
            try Self.text(passed: [Self.totp], missing: ["issued-code/email or saved-code"]).standing
                == "VERIFIED 1 of 2 until 14:32"
        )
        #expect(
            try Self.text(passed: [Self.mail, Self.totp], missing: ["approval by 1 supervisor"]).standing
                == "VERIFIED 2 of 2 until 14:32"
        )
    }

    @Test func `names the checks of the shortest way that the desk can take`() throws {
        let text = try Self.text(missing: ["document", "key-proof and totp", "totp and issued-code/sms or document"])
        #expect(
            text.next == [
                "recoveryctl --data D --as mia case check C-7F3KQ2M9XA totp",
                "recoveryctl --data D --as mia case check C-7F3KQ2M9XA issued-code --send sms",
                "recoveryctl --data D --as mia case check C-7F3KQ2M9XA issued-code",
            ]
        )
    }

    @Test func `sends a case that waits to somebody else, and then back to its agent`() throws {
        let next = try Self.text(.waiting, missing: ["approval by 1 supervisor"]).next
        #expect(next.count == 2)
        #expect(next.first?.contains("(1 supervisor): recoveryctl --data D --as NAME approval grant") == true)
        #expect(
            try Self.text(.waiting, approvals: 1).next == [
                "mia decides: recoveryctl --data D --as mia case decide C-7F3KQ2M9XA"
            ]
        )
    }

    @Test func `waits for the customer only where nothing else is left`() throws {
        let hold = CaseView.StepView(action: "place_hold", outcome: "unknown")
        let held = CaseView.StepView(action: "place_hold", outcome: "done")
        let enrol = CaseView.StepView(action: "enrol_second_factor", outcome: "planned")
        #expect(
            try Self.text(.restoring, steps: [hold, enrol]).next.first?.hasPrefix("ask the directory again") == true
        )
        #expect(try Self.text(.restoring, steps: [held, enrol]).next.first?.hasPrefix("the customer") == true)
    }

    @Test(arguments: [CaseState.cancelled, .expired, .revoked]) func `has nothing next for a case that is over`(
        state: CaseState
    ) throws {
        #expect(try Self.text(state).next.isEmpty)
    }

    @Test func `reads as one flat JSON object in snake case`() throws {
        let view = try Self.text(passed: [Self.totp]).view
        let line = try Terminal.json(of: CaseChange(before: .collecting, recoveryCase: view, position: 7))
        #expect(line.hasPrefix(#"{"approvals":0,"approvals_needed":1,"before":"collecting","case":"C-7F3KQ2M9XA","#))
        #expect(line.contains(#""passed":[{"check":"totp","valid_until":1772375520}],"#))
        #expect(line.contains(#""position":7,"#))
        #expect(line.contains(#""state":"collecting","#))
    }
}
