import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy

extension RecoveryService {
    /// The cases that wait for an approval.
    public func approvals() async throws(ServiceError) -> [CaseView] {
        try await perform(.readCase) {
            let now = clock.now()
            return try await store.read { reader in
                try reader.records(RecoveryCase.self)
                    .filter { $0.state == .waiting && $0.expiresAt > now }
                    .map { try view(of: $0, at: now, in: reader) }
            }
        }
    }

    /// What the caller would sign about a case: the case as it stands, and a number that makes the statement
    /// single-use.
    public func approvalRequest(_ name: CaseID) async throws(ServiceError) -> ApprovalRequest {
        try await perform(.approve) {
            let nonce = Pseudonym(random: random)
            return try await change(name, joining: false) { work, transaction in
                guard work.value.state == .waiting else { throw ServiceError.wrongState(work.value.state) }
                guard !work.value.people.contains(caller.person) else {
                    throw ServiceError.notAllowed("you worked on this case, so somebody else must approve it")
                }
                let policy = try policy(work.value.policy, from: transaction)
                guard let rule = TierName(work.value.tier).flatMap({ policy.rule(for: work.value.purpose, at: $0) })
                else { throw ServiceError.fault("the rule of a case is missing") }
                let until = work.now + policy.approvalValid
                try transaction.put(Nonce(value: nonce, to: caller.name, notAfter: until))
                // Being shown a case is being told of it, and stands in the log.
                work.note("x.case.show", ["actor": .string(caller.name.text)])
                return ApprovalRequest(
                    recoveryCase: try view(of: work.value, at: work.now, in: transaction),
                    actions: rule.grantedActions.map(\.rawValue),
                    digest: digest(of: work.value, under: policy),
                    origin: origin,
                    action: Self.actionWord(of: work.value.purpose),
                    nonce: nonce.text,
                    notAfter: until.seconds
                )
            }
        }
    }

    /// Records a signed statement about a case, if it is one of the caller's own about the case as it stands.
    public func approve(_ statement: SignedStatement) async throws(ServiceError) -> CaseChange {
        try await perform(.approve) {
            let request = statement.request
            return try await change(request.recoveryCase.name, joining: false) { work, transaction in
                let before = work.value.state
                let now = work.now
                guard before == .waiting else { throw ServiceError.wrongState(before) }
                guard !work.value.people.contains(caller.person) else {
                    throw ServiceError.notAllowed("you worked on this case, so somebody else must approve it")
                }
                let policy = try policy(work.value.policy, from: transaction)
                let digest = digest(of: work.value, under: policy)
                guard request.digest == digest, request.recoveryCase.version == work.value.version else {
                    throw ServiceError.conflict("the case changed after you were shown it")
                }
                guard request.origin == origin, request.action == Self.actionWord(of: work.value.purpose) else {
                    throw ServiceError.conflict("the statement is about something else")
                }
                guard let nonce = try transaction.record(Nonce.self, request.nonce), nonce.to == caller.name,
                    nonce.notAfter.seconds == request.notAfter, nonce.notAfter > now
                else { throw ServiceError.conflict("this statement was not asked for, was used, or is too late") }
                let signed = StaffStatements.approval(statement, by: caller.name)
                guard let member = try transaction.record(StaffMember.self, caller.name.text), member.revokedAt == nil,
                    StaffStatements.verify(signed, statement.signature, key: member.publicKey)
                else { throw ServiceError.notAllowed("the signature is not that of \(caller.name.text)") }
                try transaction.remove(Nonce.self, nonce.id)
                let position = work.nextPosition
                work.note(
                    "approval.give",
                    ["actor": .string(caller.name.text), "sig": .string(statement.signature), "stmt": signed]
                )
                try transaction.put(
                    RecordedApproval(
                        recoveryCase: work.value.name,
                        position: position,
                        by: caller.name,
                        person: caller.person,
                        role: try role,
                        isApproval: statement.isApproval,
                        caseVersion: work.value.version,
                        digest: digest,
                        at: now
                    )
                )
                if !statement.isApproval {
                    // One "no" by somebody entitled to say "yes" ends the case. The customer may appeal.
                    try work.enter(.foundRefused)
                    try queueNotices(.refused, of: &work, in: transaction)
                    work.close("denied")
                }
                return try changed(work, from: before, in: transaction)
            }
        }
    }

    /// The word by which statements and grants name what would be done.
    static func actionWord(of purpose: Purpose) -> String {
        JSONValue.word(purpose.rawValue).string ?? ""
    }
}
