extension PolicyCases {
    /// Reads a case file.
    ///
    /// - Throws: ``PolicyError`` at the first thing that is not understood, as ``PolicyDocument/read(_:)`` does.
    public static func read(_ text: String) throws(PolicyError) -> PolicyCases {
        let fields = try Fields(try StrictNode.compose(text), keys: ["policy", "threshold", "cases"])
        var cases: [PolicyCase] = []
        for node in try fields.required("cases").list() {
            let example = try policyCase(node)
            guard !cases.contains(where: { $0.name == example.name }) else {
                throw node.error(.duplicateMember, "a case of this name stands above", "rename one")
            }
            cases.append(example)
        }
        return PolicyCases(
            policy: try fields.required("policy").name(),
            threshold: try fields.required("threshold").integer(0...100),
            cases: cases
        )
    }

    private static let caseKeys = [
        "case", "purpose", "tier", "stake", "channel", "case_age", "signals", "evidence", "approvals", "agents",
        "expect",
        "because", "expect_tier",
    ]

    private static func policyCase(_ node: StrictNode) throws(PolicyError) -> PolicyCase {
        let fields = try Fields(node, keys: caseKeys)
        let channel = try fields["channel"]?.choice(Channel.self) ?? .phone
        var inputs = VerdictInputs(
            purpose: try fields.required("purpose").choice(Purpose.self),
            tier: try fields["tier"].map { node throws(PolicyError) in try tierName(node) },
            stake: try stake(fields.required("stake")),
            channel: channel,
            caseAge: try fields["case_age"].map { node throws(PolicyError) in try age(node) } ?? 300
        )
        for member in try fields["signals"]?.members() ?? [] {
            guard let name = SignalName(member.key) else { throw member.notAName }
            inputs.signals[name] = try reading(member.value)
        }
        for (index, node) in (try fields["evidence"]?.list() ?? []).enumerated() {
            inputs.evidence.append(try evidence(node, index: index, channel: channel))
        }
        for (index, node) in (try fields["approvals"]?.list() ?? []).enumerated() {
            inputs.approvals.append(try approval(node, index: index))
        }
        for node in try fields["agents"]?.list() ?? [] { inputs.caseAgents.insert(try node.name()) }
        return PolicyCase(
            name: try fields.required("case").text(atMost: 200),
            line: node.line,
            inputs: inputs,
            expected: .init(
                decision: try fields.required("expect").choice(PolicyCase.Kind.self),
                because: try fields["because"]?.choice(Reason.Code.self),
                tier: try fields["expect_tier"].map { node throws(PolicyError) in try tierName(node) }
            )
        )
    }

    private static func tierName(_ node: StrictNode) throws(PolicyError) -> TierName {
        guard let name = TierName(try node.name()) else { throw node.error(.notAName, "not a name", "name a tier") }
        return name
    }

    private static func stake(_ node: StrictNode) throws(PolicyError) -> Int64? {
        node.plain == "unknown" ? nil : try node.integer(0...1_000_000_000_000)
    }

    private static func reading(_ node: StrictNode) throws(PolicyError) -> SignalReading {
        switch node.plain {
        case "never": .never
        case "unknown": .unknown
        default: .seen(age: try age(node))
        }
    }

    /// A duration, or `0s`.
    private static func age(_ node: StrictNode) throws(PolicyError) -> Int64 {
        node.plain == "0s" ? 0 : try node.duration()
    }

    /// A name such as `issued-code/email`, or a mapping with `check` and what differs from a check that has just passed.
    private static func evidence(
        _ node: StrictNode,
        index: Int,
        channel: Channel
    ) throws(PolicyError) -> Evidence {
        guard node.isMapping else {
            let kind = try node.checkKind()
            return Evidence(kind: kind, outcome: .passed, age: 60, channel: channel, instrument: kind.factor.rawValue)
        }
        let fields = try Fields(
            node,
            keys: ["check", "outcome", "age", "channel", "instrument", "same_address"]
        )
        let kind = try fields.required("check").checkKind()
        return Evidence(
            kind: kind,
            outcome: try fields["outcome"]?.choice(Evidence.Outcome.self) ?? .passed,
            age: try fields["age"].map { node throws(PolicyError) in try age(node) } ?? 60,
            channel: try fields["channel"]?.choice(Channel.self) ?? channel,
            instrument: try fields["instrument"]?.name() ?? kind.factor.rawValue,
            sameAddress: try fields["same_address"]?.flag() ?? false
        )
    }

    /// A role, or a mapping with `role` and what differs from an approval by somebody new, drawn by the system.
    private static func approval(_ node: StrictNode, index: Int) throws(PolicyError) -> Approval {
        guard node.isMapping else {
            return Approval(
                role: try node.choice(ApproverRole.self),
                approver: "approver-\(index)",
                age: 60,
                isBound: true,
                isDrawn: true
            )
        }
        let fields = try Fields(node, keys: ["role", "approver", "age", "bound", "drawn"])
        return Approval(
            role: try fields.required("role").choice(ApproverRole.self),
            approver: try fields["approver"]?.name() ?? "approver-\(index)",
            age: try fields["age"].map { node throws(PolicyError) in try age(node) } ?? 60,
            isBound: try fields["bound"]?.flag() ?? true,
            isDrawn: try fields["drawn"]?.flag() ?? true
        )
    }
}
