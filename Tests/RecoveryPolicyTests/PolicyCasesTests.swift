import RecoveryPolicy
import Testing

private let file = """
    policy: small
    threshold: 100
    cases:
      - {case: enough, purpose: unlock, stake: 1, evidence: [totp, saved-code], approvals: [supervisor], expect: granted}
      - {case: too little, purpose: unlock, stake: 1, evidence: [totp], expect: needs, because: needs, expect_tier: only}
      - {case: freeze, purpose: freeze, stake: unknown, evidence: [totp], expect: granted}
      - {case: freeze with a code, purpose: freeze, stake: 1, evidence: [saved-code], expect: granted}
      - {case: freeze with nothing, purpose: freeze, stake: 1, expect: needs}

    """

@Suite struct PolicyCasesTests {
    private static func run(_ old: String = "", _ new: String = "") throws -> CasesReport {
        let text = old.isEmpty ? file : PolicyText.replacing(old, with: new, in: file)
        return try PolicyCases.read(text).run(against: PolicyDocument.read(PolicyText.small))
    }

    @Test func `passes when every case comes out as written and every branch was seen`() throws {
        let report = try Self.run()
        #expect(report.ran == 5 && report.failures == [] && report.missed == [])
        #expect(report.percent == 100 && report.isPassed)
        #expect(
            report.branches == [
                "purposes.freeze.every does not grant",
                "purposes.freeze.every grants",
                "purposes.freeze.every.evidence.any[0]",
                "purposes.freeze.every.evidence.any[1]",
                "purposes.unlock.only does not grant",
                "purposes.unlock.only grants",
                "purposes.unlock.only.approvals",
                "purposes.unlock.only.evidence.all[0]",
                "purposes.unlock.only.evidence.all[1]",
                "tiers[0]",
            ]
        )
    }

    @Test(arguments: [
        (
            "expect: granted}\n  - {case: too", "expect: needs}\n  - {case: too", "expected needs, found granted",
            "enough"
        ),
        ("because: needs", "because: closed", "expected because closed, found needs", "too little"),
        ("expect_tier: only", "expect_tier: high", "expected tier high, found only", "too little"),
        (
            "stake: 1, evidence: [totp], ", "stake: 1, case_age: 25h, evidence: [totp], ",
            "expected needs, found refused", "too little"
        ),
        ("[totp, saved-code]", "[totp, {check: saved-code, age: 16m}]", "expected granted, found needs", "enough"),
        (
            "[totp, saved-code]", "[totp, {check: saved-code, outcome: failed}]", "expected granted, found needs",
            "enough"
        ),
        (
            "approvals: [supervisor]", "approvals: [{role: supervisor, approver: ann}], agents: [ann]",
            "expected granted, found waiting", "enough"
        ),
        (
            "approvals: [supervisor]", "approvals: [{role: supervisor, bound: false}]",
            "expected granted, found waiting", "enough"
        ),
    ])
    func `fails a case that comes out otherwise`(old: String, new: String, text: String, name: String) throws {
        let report = try Self.run(old, new)
        #expect(report.failures.map(\.text) == [text])
        #expect(report.failures.map(\.name) == [name])
        #expect(!report.isPassed)
    }

    @Test func `names each branch that no case went through`() throws {
        let line =
            "  - {case: freeze with a code, purpose: freeze, stake: 1, evidence: [saved-code], expect: granted}\n"
        let report = try Self.run(line, "")
        #expect(report.missed == ["purposes.freeze.every.evidence.any[1]"])
        #expect(report.percent == 90 && report.failures == [] && !report.isPassed)
        let lax = PolicyText.replacing(
            "threshold: 100",
            with: "threshold: 90",
            in: PolicyText.replacing(line, with: "", in: file)
        )
        #expect(try PolicyCases.read(lax).run(against: PolicyDocument.read(PolicyText.small)).isPassed)
    }

    @Test func `fails when there is no case`() throws {
        let empty = try PolicyCases.read("policy: small\nthreshold: 0\ncases: []\n")
        #expect(!empty.run(against: try PolicyDocument.read(PolicyText.small)).isPassed)
    }

    @Test(arguments: [
        ("expect: needs}", "expects: needs}", PolicyError.Code.unknownKey),
        ("expect: needs}", "expect: maybe}", .unknownName),
        ("stake: unknown", "stake: lots", .notANumber), ("stake: unknown, ", "", .missingKey),
        ("case: freeze with nothing", "case: freeze", .duplicateMember),
        ("evidence: [saved-code]", "evidence: [*a]", .alias),
        ("purpose: freeze, stake: unknown", "purpose: free, stake: 1", .unknownName),
        ("evidence: [saved-code]", "evidence: [saved]", .unknownName),
        ("evidence: [saved-code]", "case_age: 5, evidence: [saved-code]", .notADuration),
        ("evidence: [saved-code]", "signals: {Moon: never}", .notAName),
        ("threshold: 100", "threshold: 101", .notANumber),
        ("evidence: [saved-code]", "approvals: [auditor]", .unknownName),
    ])
    func `is read as strictly as a policy`(old: String, new: String, code: PolicyError.Code) throws {
        let text = PolicyText.replacing(old, with: new, in: file)
        #expect(text != file)
        let error = #expect(throws: PolicyError.self) { try PolicyCases.read(text) }
        #expect(error?.code == code)
    }
}

@Suite struct ExplanationTests {
    @Test func `says a policy in sentences`() throws {
        #expect(
            try PolicyDocument.read(PolicyText.small).explanation == [
                "Policy small, version 1: One purpose.",
                "A passed check counts for 15m, an approval for 30m.",
                "A caller is asked for 3 details, 1 of them not guessable; they prove nothing.",
                "A case is of tier only otherwise.",
                "unlock, at every tier:",
                "  Evidence: totp and saved-code.",
                "  Approval: 1 × supervisor, by whoever takes it up.",
                "  Then: unlock.",
                "  Nothing is held.",
                "freeze, at every tier:",
                "  Evidence: one of totp, saved-code.",
                "  Approval: none.",
                "  Then: freeze.",
                "  Nothing is held.",
                "The owner is told, at all validated addresses, of: granted.",
            ]
        )
    }

    @Test func `speaks of every purpose, tier and signal of the shipped policy`() throws {
        let policy = try PolicyFile.standard()
        let text = policy.explanation.joined(separator: "\n")
        for purpose in Purpose.allCases { #expect(text.contains("\n\(purpose.rawValue), at ")) }
        #expect(
            text.contains(
                "tier high if (sim-changed was seen within 7d or address-changed was seen within 7d or the stake is at least 10000); it asks for approval."
            )
        )
        #expect(
            text.contains(
                "For 7d after sim-changed, the signal closes issued-code/sms, issued-code/voice. Not known counts as seen."
            )
        )
        #expect(text.contains("Evidence: 3 of saved-code, totp, document, issued-code/email, issued-code/sms."))
        #expect(text.contains("Held: contact-changes for 2d, withdrawals for 2d."))
    }
}
