import RecoveryCrypto

/// Whether what needs the word of several people has it (§9.6; `approval-missing`, `approval-duplicate`).
struct ApprovalChecks {
    /// `approval.give` by case, since the last `approval.void` of the case as a whole.
    private var given: [String: [ProvenStatement]] = [:]
    /// Approvals that an `approval.void` names.
    private var voided: Set<UInt64> = []
    /// `admin.approve` by position.
    private var ofAdmins: [UInt64: ProvenStatement] = [:]

    /// - Parameter proven: The statement of this record, if it has one and everything about it holds.
    mutating func check(_ read: ReadRecord, _ proven: ProvenStatement?, _ findings: inout Findings) {
        if let payload = read.payload(of: .erase) {
            let evidence = payload["fields"].map { SHA256.digest(of: CanonicalJSON.write($0)) }
            count(payload, people: 1, action: "audit.erase", evidence: evidence, at: read.index, &findings)
        }
        guard let (name, payload) = read.event else { return }
        switch name {
        case "approval.give":
            if let proven { given[proven.statement.caseReference, default: []].append(proven) }
        case "admin.approve":
            ofAdmins[read.index] = proven
        case "approval.void":
            if let seq = payload.count("of") {
                voided.insert(seq)
            } else if let reference = payload["case"]?.string {
                given[reference] = nil
            }
        case "grant.issue":
            checkGrant(payload, at: read.index, &findings)
        case "breakglass.open":
            let evidence = payload.digest(of: ["case", "until_s", "why"])
            count(payload, people: 2, action: name, evidence: evidence, at: read.index, &findings)
        default: break
        }
    }

    private func checkGrant(_ grant: JSONObject, at index: UInt64, _ findings: inout Findings) {
        guard let needed = grant.count("approvals"), needed > 0 else { return }
        let counted = (grant["case"]?.string.flatMap { given[$0] } ?? []).filter { approval in
            let statement = approval.statement
            return statement.decision == .approve && !voided.contains(approval.seq)
                && grant["action"] == .string(statement.action)
                && grant["case_version"] == .integer(statement.caseVersion)
                && grant["evidence"] == .string(statement.evidence)
        }
        judge(counted, people: needed, at: index, &findings)
    }

    /// Every record that `approvals` names must be an administrator's approval of exactly this.
    private func count(
        _ payload: JSONObject,
        people needed: UInt64,
        action: String,
        evidence: Digest256?,
        at index: UInt64,
        _ findings: inout Findings
    ) {
        let named = payload["approvals"]?.array ?? []
        let counted = named.compactMap { seq in
            seq.integer.flatMap(UInt64.init(exactly:)).flatMap { ofAdmins[$0] }
        }.filter { approval in
            let statement = approval.statement
            return statement.decision == .approve && statement.action == action
                && statement.evidence == evidence?.hexadecimal
                && payload["case"] == .string(statement.caseReference)
        }
        if counted.count < named.count {
            findings.add(.approvalMissing, seq: index)
        } else {
            judge(counted, people: needed, at: index, &findings)
        }
    }

    private func judge(
        _ counted: [ProvenStatement],
        people needed: UInt64,
        at index: UInt64,
        _ findings: inout Findings
    ) {
        if counted.count < needed {
            findings.add(.approvalMissing, seq: index, "\(counted.count) of \(needed)")
        } else if Set(counted.map(\.agent)).count < needed {
            findings.add(.approvalDuplicate, seq: index)
        }
    }
}
