/// Examples beside a policy: what comes in, and what must come out. Docs/Specs/policy.md §8.
public struct PolicyCases: Sendable, Hashable {
    /// The name of the policy they belong to.
    public let policy: String
    /// The share of branches, in percent, below which a run fails.
    public let threshold: Int64
    public let cases: [PolicyCase]
}

/// One example.
public struct PolicyCase: Sendable, Hashable {
    public let name: String
    /// Where it begins in the file, from 1.
    public let line: Int
    /// Signals that it does not name are read as never, in a case file and nowhere else.
    public let inputs: VerdictInputs
    public let expected: Expectation

    public struct Expectation: Sendable, Hashable {
        public let decision: Kind
        /// The code at the root of the reason, if the case cares.
        public let because: Reason.Code?
        public let tier: TierName?
    }

    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case granted, needs, waiting, refused

        init(_ decision: Decision) {
            switch decision {
            case .granted: self = .granted
            case .needs: self = .needs
            case .waiting: self = .waiting
            case .refused: self = .refused
            }
        }
    }
}

/// What a run came to.
public struct CasesReport: Sendable, Hashable {
    public struct Failure: Sendable, Hashable {
        public let name: String
        public let line: Int
        /// Such as `expected granted, found needs`.
        public let text: String
        public let reason: Reason
    }

    public let ran: Int
    public let failures: [Failure]
    /// Every branch of the policy, and those that some case went through. Sorted.
    public let branches: [String]
    public let missed: [String]
    public let threshold: Int64

    /// Whole percent, rounded down, so that 100 means all.
    public var percent: Int64 {
        branches.isEmpty ? 100 : Int64((branches.count - missed.count) * 100 / branches.count)
    }

    /// Whether every case came out as written, there was one, and enough branches were seen.
    public var isPassed: Bool { ran > 0 && failures.isEmpty && percent >= threshold }
}

extension PolicyCases {
    /// Runs every case. Failures and branches come in a fixed order.
    public func run(against policy: Policy) -> CasesReport {
        var failures: [CasesReport.Failure] = []
        var coverage = Coverage(policy)
        for example in cases {
            var inputs = example.inputs
            for name in policy.signals.keys where inputs.signals[name] == nil { inputs.signals[name] = .never }
            let verdict = decide(policy, inputs)
            coverage.note(verdict, inputs)
            if let text = example.expected.difference(from: verdict) {
                failures.append(.init(name: example.name, line: example.line, text: text, reason: verdict.reason))
            }
        }
        return CasesReport(
            ran: cases.count,
            failures: failures,
            branches: coverage.branches.sorted(),
            missed: coverage.branches.subtracting(coverage.seen).sorted(),
            threshold: threshold
        )
    }
}

extension PolicyCase.Expectation {
    fileprivate func difference(from verdict: Verdict) -> String? {
        let found = PolicyCase.Kind(verdict.decision)
        if found != decision { return "expected \(decision.rawValue), found \(found.rawValue)" }
        if let because, because != verdict.reason.code {
            return "expected because \(because.rawValue), found \(verdict.reason.code.rawValue)"
        }
        if let tier, tier != verdict.tier.tier {
            return "expected tier \(tier), found \(verdict.tier.tier?.text ?? "none")"
        }
        return nil
    }
}
