import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy

extension RecoveryService {
    /// Opens a case. Changes nothing on the account, or anyone could lock anyone out.
    ///
    /// An account that does not exist gets a case as well: its subject is a decoy, derived from the reference so that
    /// the same limits are met, and every check fails as it would for a stranger.
    public func openCase(_ request: OpenCase) async throws(ServiceError) -> CaseChange {
        try await perform(.openCase) {
            guard Self.offered.contains(request.purpose) else {
                throw ServiceError.invalidInput(
                    "\(request.purpose.rawValue) cannot be carried out by this version; it does "
                        + Self.offered.map(\.rawValue).joined(separator: ", ")
                )
            }
            let now = clock.now()
            let found = try await store.read { try vault.find(request.account, in: $0) }
            let account = try await directory.account(found.pseudonym)
            let name = CaseID(random: random)
            return try await limiting(found.pseudonym) { transaction in
                let (digest, policy) = try policyInForce(from: transaction)
                let daily = AttemptLedger.Limit(Int(policy.limits.casesPerAccountDay), in: 86_400)
                var scopes = [("cases/\(found.pseudonym.text)", [daily])]
                if request.account.field != .account {
                    let lookUps = AttemptLedger.Limit(Self.mostLookUps, in: 86_400)
                    scopes.append(("lookups/\(caller.person.text)", [lookUps]))
                }
                try spend(scopes, at: now, in: transaction)
                guard let tier = tier(for: request, of: account, under: policy),
                    let rule = policy.rule(for: request.purpose, at: tier)
                else {
                    throw ServiceError.notAllowed("the policy has no rule for \(request.purpose.rawValue) here")
                }
                let life = rule.asksForPost ? policy.limits.caseLivesPost : policy.limits.caseLives
                let value = RecoveryCase(
                    name: name,
                    subject: found.pseudonym,
                    purpose: request.purpose,
                    channels: [request.channel],
                    tier: tier.text,
                    state: .collecting,
                    version: 1,
                    openedBy: caller.name,
                    openedAt: now,
                    expiresAt: now + life,
                    people: [caller.person],
                    policy: digest,
                    evidence: [],
                    records: 0,
                    ticket: request.ticket
                )
                var work = try CaseWork(value, in: transaction, at: now)
                work.note(
                    "case.open",
                    [
                        "actor": .string(caller.name.text),
                        "channel": .word(request.channel.rawValue),
                        "policy": .string(digest),
                        "reason": .word(request.purpose.rawValue),
                        "subject": .string(found.pseudonym.text),
                        "tier": .integer(Int64(policy.tiers.firstIndex { $0.name == tier } ?? 0)),
                    ]
                )
                if request.account.field != .account {
                    work.note("x.case.find", ["code": .word(request.account.field.rawValue)])
                }
                return try work.finish(
                    CaseChange(
                        before: .collecting,
                        recoveryCase: view(of: work.value, at: now, in: transaction),
                        position: work.nextPosition
                    ),
                    in: transaction
                )
            }
        }
    }

    /// Cases that one person may open by an address or a number in a day. Whoever wants to know which addresses are
    /// customers' needs many.
    static let mostLookUps = 200

    /// The purposes whose plans this version can carry out. A case that could be granted and never restored would
    /// promise the customer something.
    static let offered: [Purpose] = [.unlock, .resetTOTP, .freeze, .liftFreeze]

    public func cases(includingEnded: Bool) async throws(ServiceError) -> [CaseView] {
        try await perform(.readCase) {
            let now = clock.now()
            return try await store.read { reader in
                try reader.records(RecoveryCase.self)
                    .filter { includingEnded || !$0.state.isFinal }
                    .sorted { ($0.openedAt, $0.name.text) > ($1.openedAt, $1.name.text) }
                    .map { try view(of: $0, at: now, in: reader) }
            }
        }
    }

    public func recoveryCase(_ name: CaseID) async throws(ServiceError) -> CaseView {
        try await perform(.readCase) {
            let now = clock.now()
            return try await store.read { try view(of: load(name, from: $0), at: now, in: $0) }
        }
    }

    public func cancel(_ name: CaseID) async throws(ServiceError) -> CaseChange {
        try await perform(.cancel) {
            try await change(name) { work, transaction in
                let before = work.value.state
                try work.enter(.cancelled)
                try voidGrant(of: &work, why: "cancelled", in: transaction)
                work.close("cancelled")
                return try changed(work, from: before, in: transaction)
            }
        }
    }

    /// The tier of a case. An account that the directory does not have falls into the last, which takes the rest: a
    /// stake of nothing would make strangers known by the light tier.
    private func tier(for request: OpenCase, of account: DirectoryAccount?, under policy: Policy) -> TierName? {
        guard let account else { return policy.tiers.last?.name }
        let inputs = VerdictInputs(
            purpose: request.purpose,
            stake: account.stake,
            channel: request.channel,
            caseAge: 0,
            signals: readings(of: policy)
        )
        return policy.tier(for: inputs).tier
    }
}

extension RecoveryService {
    /// What a change to a case looks like from outside.
    func changed(
        _ work: CaseWork,
        from before: CaseState,
        in reader: any StoreReader
    ) throws -> CaseChange {
        CaseChange(
            before: before,
            recoveryCase: try view(of: work.value, at: work.now, in: reader),
            position: work.nextPosition
        )
    }

    /// The case as the desk may see it.
    func view(of value: RecoveryCase, at now: UnixTime, in reader: any StoreReader) throws -> CaseView {
        let policy = try policy(value.policy, from: reader)
        let approvals = try reader.records(RecordedApproval.self, of: value.id)
        let verdict = RecoveryPolicy.decide(policy, inputs(of: value, approvals, under: policy, at: now))
        let holds = try holds(of: value.name, value.subject, in: reader)
        let restoration = try reader.record(Restoration.self, value.id)
        let needed = TierName(value.tier).flatMap { policy.rule(for: value.purpose, at: $0) }?.approvals
        return CaseView(
            name: value.name,
            purpose: value.purpose,
            channel: value.channels.last ?? .phone,
            tier: value.tier,
            state: value.hasRunOut(at: now) ? .expired : value.state,
            version: value.version,
            openedBy: value.openedBy,
            openedAt: value.openedAt.seconds,
            expiresAt: value.expiresAt.seconds,
            passed: value.evidence.map {
                .init(check: $0.check.name, validUntil: $0.at.seconds + policy.evidenceValid)
            }.filter { $0.validUntil > now.seconds },
            missing: value.isOpen(at: now) ? missing(in: verdict.decision) : [],
            approvals: verdict.approvalStandings.count { $0 == .counts },
            approvalsNeeded: needed?.fewestPeople ?? 0,
            policy: value.policy,
            ticket: value.ticket,
            holds: holds.map { .init(scopes: $0.scopes, until: $0.end.seconds) },
            steps: restoration?.usedAt == nil
                ? [] : restoration?.steps.map { .init(action: $0.action.word, outcome: $0.outcome.rawValue) } ?? []
        )
    }

    /// The holds that a case placed.
    func holds(of name: CaseID, _ subject: Pseudonym, in reader: any StoreReader) throws -> [Hold] {
        try reader.records(Hold.self, of: subject.text).filter { $0.recoveryCase == name }
    }

    private func missing(in decision: Decision) -> [String] {
        switch decision {
        case .granted, .refused: []
        case .needs(let ways):
            ways.map { way in
                way.map { $0.kinds.map(\.name).joined(separator: " or ") }.joined(separator: " and ")
            }
        case .waiting(let waiting):
            switch waiting.whom {
            case .approvers(let roles):
                roles.sorted { $0.key < $1.key }.map { "approval by \($0.value) \($0.key.rawValue)" }
            case .delay: ["time: the case must be older"]
            }
        }
    }
}
