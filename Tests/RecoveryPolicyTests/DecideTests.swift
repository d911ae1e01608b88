import RecoveryPolicy
import Testing

extension Decision {
    /// In one line, for a table.
    fileprivate var line: String {
        switch self {
        case .granted: "granted"
        case .needs(let ways):
            "needs "
                + ways.map { way in
                    way.map { $0.kinds.map(\.name).joined(separator: " or ") }.joined(separator: " + ")
                }
                .joined(separator: "; ")
        case .waiting(let waiting):
            switch waiting.whom {
            case .approvers(let missing):
                "waiting "
                    + missing.sorted { $0.key < $1.key }.map { "\($0.key.rawValue) \($0.value)" }.joined(
                        separator: ", "
                    )
                    + " until \(waiting.untilCaseAge)"
            case .delay: "waiting delay until \(waiting.untilCaseAge)"
            }
        case .refused(let refusal):
            switch refusal {
            case .tierUnknown: "refused tierUnknown"
            case .noRule: "refused noRule"
            case .unknownSignal(let name): "refused unknownSignal \(name)"
            case .forbidden(let name): "refused forbidden \(name)"
            case .expired: "refused expired"
            case .closed: "refused closed"
            }
        }
    }
}

@Suite struct DecideTests {
    @Test func `the table is whole`() {
        #expect(DecideRow.table.count >= 50)
        #expect(Set(DecideRow.table.map(\.name)).count == DecideRow.table.count)
    }

    @Test(arguments: DecideRow.table)
    func `decides as the table says`(row: DecideRow) throws {
        let policy = try PolicyDocument.read(decideTablePolicy)
        var inputs = VerdictInputs(purpose: row.purpose, stake: 500, channel: .phone, caseAge: 300)
        for name in policy.signals.keys { inputs.signals[name] = .never }
        row.change(&inputs)
        let verdict = decide(policy, inputs)
        #expect(verdict.decision.line == row.expected, "\(verdict.reason.lines.joined(separator: "\n"))")
    }

    @Test func `a grant names what it may do`() throws {
        let policy = try PolicyDocument.read(decideTablePolicy)
        var inputs = VerdictInputs(purpose: .unlock, stake: 500, channel: .phone, caseAge: 300)
        for name in policy.signals.keys { inputs.signals[name] = .never }
        inputs.evidence = fullEvidence
        inputs.approvals = [approved(.supervisor, by: "s")]
        guard case .granted(let terms) = decide(policy, inputs).decision else {
            Issue.record("not granted")
            return
        }
        #expect(terms.actions == [.unlock, .placeHold])
        #expect(terms.lifts == [.failedAttempts])
        #expect(terms.hold == [.withdrawals: 3600])
    }

    @Test func `names rules by path, and counts what it used`() throws {
        let policy = try PolicyDocument.read(decideTablePolicy)
        var inputs = VerdictInputs(purpose: .unlock, stake: 500, channel: .phone, caseAge: 300)
        for name in policy.signals.keys { inputs.signals[name] = .never }
        inputs.evidence = [passed(.savedCode)] + fullEvidence
        inputs.approvals = [approved(.agent, by: "a"), approved(.supervisor, by: "s")]
        let verdict = decide(policy, inputs)
        #expect(verdict.rule == "purposes.unlock.normal")
        #expect(
            verdict.evidenceLeaves == [
                "purposes.unlock.normal.evidence.all[0]": 1,
                "purposes.unlock.normal.evidence.all[1]": 2,
                "purposes.unlock.normal.evidence.all[2]": 3,
            ]
        )
        #expect(verdict.countedEvidence == [1, 2, 3])
        #expect(verdict.approvalLeaves == ["purposes.unlock.normal.approvals.any[0]": [1]])
        #expect(
            verdict.reason.lines == [
                "purposes.unlock.normal: granted: the rule is met",
                "  tiers[2]: tier normal: no condition before it holds",
                "  purposes.unlock.normal.evidence: 3 of 3 met",
                "    purposes.unlock.normal.evidence.all[0]: details: met by evidence[1]",
                "    purposes.unlock.normal.evidence.all[1]: totp: met by evidence[2]",
                "    purposes.unlock.normal.evidence.all[2]: issued-code/email or issued-code/sms: met by evidence[3]",
                "  evidence[0]: counts",
                "  evidence[1]: counts",
                "  evidence[2]: counts",
                "  evidence[3]: counts",
                "  purposes.unlock.normal.approvals: met",
                "  approvals[0]: counts",
                "  approvals[1]: counts",
            ]
        )
    }
}
