import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy

extension RecoveryService {
    /// Holds the case against its policy, writes the verdict down, and signs a grant if the answer is yes.
    ///
    /// A grant that is still good is given again, not made again.
    public func decide(_ name: CaseID) async throws(ServiceError) -> DecisionView {
        try await perform(.decide) {
            try await change(name) { work, transaction in
                let before = work.value.state
                guard !before.isFinal, before != .restoring else { throw ServiceError.wrongState(before) }
                if before == .granted, let standing = try standingGrant(of: &work, in: transaction) {
                    return standing
                }
                let policy = try policy(work.value.policy, from: transaction)
                let approvals = try transaction.records(RecordedApproval.self, of: work.value.id)
                let inputs = inputs(of: work.value, approvals, under: policy, at: work.now)
                let verdict = RecoveryPolicy.decide(policy, inputs)
                try record(verdict, of: inputs, policy, &work, in: transaction)
                var grant: Restoration?
                switch verdict.decision {
                case .granted(let terms):
                    try work.enter(.foundGranted)
                    let counted = verdict.countedApprovals.compactMap { index in
                        let bound = approvals.filter(\.isApproval)
                        return bound.indices.contains(index) ? bound[index] : nil
                    }
                    grant = try issue(terms, counted, under: policy, &work, in: transaction)
                case .needs: try work.enter(.foundWanting)
                case .waiting: try work.enter(.foundWaiting)
                case .refused:
                    try work.enter(.foundRefused)
                    try queueNotices(.refused, of: &work, in: transaction)
                    work.close("refused")
                }
                return DecisionView(
                    outcome: verdict.decision.outcome,
                    reasons: verdict.reason.lines,
                    forCaller: verdict.callerText,
                    grant: grant?.grant,
                    grantExpiresAt: grant?.expiresAt.seconds,
                    change: try changed(work, from: before, in: transaction)
                )
            }
        }
    }

    /// The answer for a case that has a grant already, or `nil` after noting that the grant ran out.
    private func standingGrant(
        of work: inout CaseWork,
        in transaction: any StoreTransaction
    ) throws -> DecisionView? {
        guard let restoration = try transaction.record(Restoration.self, work.value.id),
            restoration.expiresAt > work.now
        else {
            try voidGrant(of: &work, why: "expired", in: transaction)
            try work.enter(.grantExpired)
            return nil
        }
        work.note("x.grant.show", ["actor": .string(caller.name.text)])
        return DecisionView(
            outcome: .granted,
            reasons: ["granted: the grant was signed before and was not used"],
            forCaller: "",
            grant: restoration.grant,
            grantExpiresAt: restoration.expiresAt.seconds,
            change: try changed(work, from: .granted, in: transaction)
        )
    }

    private func record(
        _ verdict: RecoveryPolicy.Verdict,
        of inputs: VerdictInputs,
        _ policy: Policy,
        _ work: inout CaseWork,
        in transaction: any StoreTransaction
    ) throws {
        let text = inputs.canonical.text
        let digest = SHA256.digest(of: Array(text.utf8)).hexadecimal
        try transaction.put(VerdictBasis(digest: digest, recoveryCase: work.value.name, inputs: text))
        let word: JSONValue =
            switch verdict.decision {
            case .granted: "allow"
            case .refused: "deny"
            case .needs, .waiting: "more"
            }
        work.note(
            "verdict.give",
            [
                "approvals": .integer(Int64(verdict.countedApprovals.count)),
                "inputs": .string(digest),
                "policy": .string(work.value.policy),
                "tier": .integer(Int64(policy.tiers.firstIndex { $0.name == verdict.tier.tier } ?? 0)),
                "verdict": word,
            ]
        )
    }

    /// Signs the grant and lays down the plan it pays for: first what protects, then what opens.
    private func issue(
        _ terms: Decision.Terms,
        _ approvals: [RecordedApproval],
        under policy: Policy,
        _ work: inout CaseWork,
        in transaction: any StoreTransaction
    ) throws -> Restoration {
        let actions = plan(terms, at: work.now)
        let digest = digest(of: work.value, under: policy)
        // A grant is the verdict in the directory's hands, and must not outlive it.
        let expiry = work.now + min(Grant.longestLife, policy.limits.grantValid, policy.limits.verdictValid)
        let grant = Grant(
            issuer: origin,
            identifier: Pseudonym(random: random),
            subject: work.value.subject,
            recoveryCase: work.value.name,
            caseDigest: digest,
            purpose: work.value.purpose.rawValue,
            actions: actions.map(\.word),
            policy: work.value.policy,
            approvers: approvals.map(\.by),
            issuedAt: work.now,
            expiresAt: expiry
        )
        let compact = grant.signed(with: grantKey)
        let restoration = Restoration(
            recoveryCase: work.value.name,
            subject: work.value.subject,
            grantID: grant.identifier.text,
            grant: compact,
            issuedAt: work.now,
            expiresAt: expiry,
            usedAt: nil,
            usedBy: nil,
            steps: actions.map { .init(action: $0, intent: nil, outcome: .planned) }
        )
        try transaction.put(restoration)
        work.note(
            "grant.issue",
            [
                "action": .word(work.value.purpose.rawValue),
                "approvals": .integer(Int64(Set(approvals.map(\.person)).count)),
                "case_version": .integer(Int64(work.value.version)),
                "evidence": .string(digest),
                "grant": .string(grantHash(of: compact)),
                "until_s": .time(restoration.expiresAt),
            ]
        )
        return restoration
    }

    private func plan(_ terms: Decision.Terms, at now: UnixTime) -> [DirectoryAction] {
        var actions: [DirectoryAction] = []
        let ends = Set(terms.hold.values).sorted()
        for seconds in ends {
            let scopes = terms.hold.filter { $0.value == seconds }.map(\.key.rawValue).sorted()
            actions.append(.placeHold(scopes: scopes, until: (now + seconds).seconds))
        }
        let lifts = terms.lifts.map(\.rawValue).sorted()
        for action in terms.actions {
            switch action {
            case .revokeSessions: actions.append(.revokeSessions)
            case .removeSecondFactor: actions.append(.removeSecondFactor)
            case .unlock: actions.append(.unlock(reasons: lifts))
            case .enrolSecondFactor: actions.append(.enrolSecondFactor)
            case .freeze: actions.append(.freeze)
            case .liftFreeze: actions.append(.unfreeze)
            // A hold is planned above; codes die with the factor they belong to; the rest is refused when a case is
            // opened.
            case .placeHold, .revokeCodes, .issueCodes, .changeContact, .erase: break
            }
        }
        return actions.sorted { $0.rank < $1.rank }
    }
}

extension DirectoryAction {
    /// The order of a plan: a plan that is cut short has protected more than it opened.
    fileprivate var rank: Int {
        switch self {
        case .placeHold: 0
        case .freeze: 1
        case .revokeSessions: 2
        case .removeSecondFactor: 3
        case .lock: 4
        case .unlock: 5
        case .unfreeze: 6
        case .enrolSecondFactor: 7
        }
    }
}

extension Decision {
    fileprivate var outcome: DecisionView.Outcome {
        switch self {
        case .granted: .granted
        case .needs: .needs
        case .waiting: .waiting
        case .refused: .refused
        }
    }
}
