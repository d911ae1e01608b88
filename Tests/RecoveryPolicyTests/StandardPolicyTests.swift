import RecoveryPolicy
import RecoveryTestSupport
import Testing

@Suite struct StandardPolicyTests {
    @Test func `has nothing that the linter refuses`() throws {
        let policy = try PolicyFile.standard()
        #expect(PolicyLint.findings(in: policy).filter { $0.severity == .refusal } == [])
        #expect(PolicyLint.admits(policy))
    }

    @Test func `is warned only of what it means`() throws {
        let findings = PolicyLint.findings(in: try PolicyFile.standard())
        // One factor unlocks an account with nothing in it. A reset there needs no
        // supervisor either, and is held for 48 hours all the same.
        #expect(
            findings.map { "\($0.code.rawValue) \($0.path)" } == [
                "no-approval purposes.reset-totp.low.approvals",
                "single-factor purposes.unlock.low.evidence",
                "single-factor purposes.unlock.low.evidence",
                "single-factor purposes.unlock.low.evidence",
            ]
        )
    }

    @Test func `decides all its cases as written, through every branch`() throws {
        let report = try PolicyFile.standardCases().run(against: PolicyFile.standard())
        #expect(report.failures.map { "\($0.line) \($0.name): \($0.text)" } == [])
        #expect(report.missed == [])
        #expect(report.ran >= 70)
        #expect(report.branches.count >= 100)
        #expect(report.percent == 100 && report.isPassed)
    }

    @Test func `lifts locks from mistyping and inactivity, and never one set against fraud`() throws {
        let policy = try PolicyFile.standard()
        for tier in policy.tiers {
            #expect(policy.rule(for: .unlock, at: tier.name)?.lifts == [.failedAttempts, .inactivity])
        }
    }

    @Test func `holds after a reset and not after an unlock`() throws {
        let policy = try PolicyFile.standard()
        let normal = try #require(TierName("normal"))
        #expect(policy.rule(for: .unlock, at: normal)?.hold == [:])
        #expect(policy.rule(for: .resetTOTP, at: normal)?.hold == [.withdrawals: 172_800, .contactChanges: 172_800])
        #expect(policy.rule(for: .resetTOTP, at: normal)?.grantedActions.last == .placeHold)
    }
}
