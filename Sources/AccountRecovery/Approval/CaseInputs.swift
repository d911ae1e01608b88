import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy

extension RecoveryService {
    /// What the policy is shown of a case. The one place where moments become ages.
    func inputs(
        of value: RecoveryCase,
        _ approvals: [RecordedApproval],
        under policy: Policy,
        at now: UnixTime
    ) -> VerdictInputs {
        let digest = digest(of: value, under: policy)
        return VerdictInputs(
            purpose: value.purpose,
            // The tier was chosen when the case was opened, and is part of what approvers sign.
            tier: TierName(value.tier),
            stake: nil,
            channel: value.channels.last ?? .phone,
            caseAge: now.seconds - value.openedAt.seconds,
            signals: readings(of: policy),
            evidence: value.evidence.map {
                Evidence(
                    kind: $0.check,
                    outcome: .passed,
                    age: now.seconds - $0.at.seconds,
                    channel: $0.channel,
                    instrument: $0.address ?? $0.check.name,
                    sameAddress: $0.isSameChannel
                )
            },
            approvals: approvals.filter(\.isApproval).compactMap { approval in
                guard let role = ApproverRole(rawValue: approval.role.rawValue) else { return nil }
                return RecoveryPolicy.Approval(
                    role: role,
                    approver: approval.person.text,
                    age: now.seconds - approval.at.seconds,
                    isBound: approval.caseVersion == value.version && approval.digest == digest
                )
            },
            caseAgents: Set(value.people.map(\.text))
        )
    }

    /// SHA-256 of the case as approvers are shown it: whose it is, what is asked, what was proven, what would be done.
    ///
    /// Anything that changes here voids what was signed before.
    func digest(of value: RecoveryCase, under policy: Policy) -> String {
        let rule = TierName(value.tier).flatMap { policy.rule(for: value.purpose, at: $0) }
        let shown: JSONValue = [
            "actions": .array((rule?.grantedActions ?? []).map { .string($0.rawValue) }),
            "case": .string(value.name.text),
            "evidence": .array(
                value.evidence.map { ["check": .string($0.check.name), "record": .integer(Int64($0.position))] }
            ),
            "holds": .array(
                (rule?.hold ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }
                    .map { ["scope": .string($0.key.rawValue), "seconds": .integer($0.value)] }
            ),
            "policy": .string(value.policy),
            "purpose": .string(value.purpose.rawValue),
            "subject": .string(value.subject.text),
            "tier": .string(value.tier),
            "version": .integer(Int64(value.version)),
        ]
        return SHA256.digest(of: CanonicalJSON.write(shown)).hexadecimal
    }

    /// Every signal the policy knows. No source of signals is configured yet, so each was asked for and not there.
    func readings(of policy: Policy) -> [SignalName: SignalReading] {
        policy.signals.mapValues { _ in .never }
    }
}

extension Rule {
    /// Whether some way to satisfy the rule waits for a letter.
    var asksForPost: Bool { evidence.asks(for: .issuedCode(.post)) }
}

extension Tree where Leaf == CheckChoice {
    /// Whether a leaf accepts this check.
    func asks(for kind: CheckKind) -> Bool {
        switch self {
        case .leaf(let choice): choice.kinds.contains(kind)
        case .group(let group): group.members.contains { $0.asks(for: kind) }
        }
    }
}

extension Tree where Leaf == ApproverCount {
    /// The smallest number of people that can satisfy the tree.
    var fewestPeople: Int {
        switch self {
        case .leaf(let leaf): leaf.count
        case .group(let group): group.members.map(\.fewestPeople).sorted().prefix(group.count).reduce(0, +)
        }
    }
}
