import RecoveryAudit
import RecoveryStore
import Testing

@testable import recoveryctl

@Suite struct CaseStoryTests {
    @Test(
        arguments: [
            (
                ["actor": "mia", "channel": "phone", "event": "case.open", "reason": "reset_totp", "tier": 2],
                "mia opened the case: reset totp, by phone, tier 2."
            ),
            (
                ["attempts": 2, "check": "totp", "event": "check.result", "result": "fail"],
                "Failed: totp, attempt 2."
            ),
            (["event": "pii.match", "fields": 3, "result": "pass"], "Passed: 3 details."),
            (
                ["attempts": 1, "check": "document", "event": "check.result", "result": "indeterminate"],
                "No answer (indeterminate): document, attempt 1."
            ),
            (
                ["approvals": 1, "event": "verdict.give", "policy": "cbd07095744a98b2", "verdict": "allow"],
                "The verdict was yes, by the policy cbd07095, with 1 approval."
            ),
            (
                ["actor": "sam", "event": "approval.give", "stmt": ["decision": "refuse"]],
                "sam refused it, signed with their own key."
            ),
            (
                ["event": "hold.start", "scopes": ["contact_changes", "withdrawals"], "until_s": 1_795_730_628],
                "A hold began on contact changes, withdrawals, until 2026-11-26 22:03 UTC."
            ),
            (["case": "C-1", "event": "x.unheard.of", "code": "ok"], "x.unheard.of: code=ok"),
            (["case": "C-1", "event": "case.close"], "The case ended: unknown. The log has unknown records of it."),
        ] as [(JSONValue, String)]
    )
    func `tells a record in a sentence, and one that it does not know by its words`(
        payload: JSONValue,
        sentence: String
    ) throws {
        #expect(try CaseStory.sentence(of: ListedRecord(made: payload)) == sentence)
    }
}
