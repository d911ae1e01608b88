import RecoveryPolicy
import Testing

@Suite struct PolicyLintTests {
    private static func findings(_ weak: Weak) throws -> [LintFinding] {
        var text = PolicyText.small
        for change in weak.changes {
            #expect(text.contains(change.old), "\(weak.name): \(change.old)")
            text = PolicyText.replacing(change.old, with: change.new, in: text)
        }
        return PolicyLint.findings(in: try PolicyDocument.read(text))
    }

    @Test func `admits the small policy, and a reset with nothing wrong`() throws {
        #expect(PolicyLint.admits(try PolicyDocument.read(PolicyText.small)))
        let weak = Weak("", reset, .weakReset, "", "")
        #expect(try Self.findings(weak).filter { $0.severity == .refusal } == [])
    }

    @Test func `every code has a policy that it is found in`() {
        #expect(Set((Weak.refusals + Weak.warnings).map(\.code)) == Set(LintFinding.Code.allCases))
        #expect(Weak.refusals.allSatisfy { $0.code.severity == .refusal } && Weak.refusals.count >= 45)
        #expect(Weak.warnings.allSatisfy { $0.code.severity == .warning })
        #expect(Set((Weak.refusals + Weak.warnings).map(\.name)).count == Weak.refusals.count + Weak.warnings.count)
    }

    @Test(arguments: Weak.refusals + Weak.warnings)
    func `finds it, with its place and its source`(weak: Weak) throws {
        let findings = try Self.findings(weak)
        let found = try #require(findings.first { $0.code == weak.code }, "\(findings)")
        #expect(found.path == weak.path && found.source == weak.source)
        #expect(!found.text.isEmpty && !found.cure.isEmpty)
    }

    @Test(arguments: Weak.refusals)
    func `refuses for that reason alone`(weak: Weak) throws {
        // A reset by e-mail alone is weak as well, and one under another name breaks other rules too.
        let allowed: [LintFinding.Code: Set<LintFinding.Code>] = [
            .emailRebinds: [.weakReset, .foreignAction, .partialReset, .shortHold]
        ]
        let codes = Set(try Self.findings(weak).filter { $0.severity == .refusal }.map(\.code))
        #expect(codes.subtracting(allowed[weak.code] ?? []) == [weak.code])
    }

    @Test(arguments: [
        ("{all: [saved-code, {issued-code: [email]}]}", true), ("{all: [contact-code, saved-code]}", true),
        ("{all: [totp, {issued-code: [email]}]}", true), ("{all: [key-proof, saved-code]}", true), ("document", true),
        ("{all: [totp, document]}", true), ("{all: [{issued-code: [email]}, {issued-code: [post]}]}", true),
        ("{all: [totp, key-proof]}", false), ("contact-code", false), ("{all: [details, saved-code]}", false),
        ("{at_least: 2, of: [totp, key-proof, saved-code]}", false),
    ])
    func `knows what resets a second factor`(evidence: String, admitted: Bool) throws {
        let findings = try Self.findings(Weak("", reset + [(asked, evidence)], .weakReset, "", ""))
        #expect(!findings.contains { $0.code == .weakReset } == admitted, "\(findings)")
    }

    @Test func `takes a ceiling itself`() throws {
        let edges =
            "attempts_per_check: 10, case_lives: 7d, case_lives_post: 30d, verdict_valid: 60m, grant_valid: 10m, "
            + "code_valid_sms: 10m, code_valid_voice: 10m, code_valid_email: 24h, code_valid_post: 30d, contact_wait: 24h"
        let weak = Weak("", limit(edges) + reset + [("48h", "30d")], .pastLimit, "", "")
        #expect(try Self.findings(weak).filter { $0.severity == .refusal } == [])
    }

    @Test(.timeLimit(.minutes(30))) func `looks at every way of a rule that has as many as may be`() throws {
        // Six of twelve: 924 ways. Two of the members are one factor, and so some ways are impossible.
        let many =
            "{at_least: 6, of: [\(CheckKind.allCases.map(\.name).joined(separator: ", ")), {issued-code: [email, sms]}]}"
        let findings = try Self.findings(Weak("", [guarded, (asked, many)], .impossibleWay, "", ""))
        #expect(findings.contains { $0.code == .impossibleWay })
        #expect(!findings.contains { $0.severity == .refusal })
    }
}
