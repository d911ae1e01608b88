import RecoveryCrypto

/// What a statement may say, by the record that carries it (§9.5). One row of the table each.
enum StatementCarrier {
    case approvalGive, appealDecide, checkResult, adminApprove, agentKeyAdd, agentKeyRevoke

    /// `nil` for a record that carries no statements.
    init?(_ read: ReadRecord) {
        switch read.type {
        case .agentKeyAdd: self = .agentKeyAdd
        case .agentKeyRevoke: self = .agentKeyRevoke
        case .event:
            switch read.event?.0 {
            case "approval.give": self = .approvalGive
            case "appeal.decide": self = .appealDecide
            case "check.result": self = .checkResult
            case "admin.approve": self = .adminApprove
            default: return nil
            }
        case .genesis, .epochOpen, .epochSeal, .erase, .anchor, .prune, .clock, nil: return nil
        }
    }

    func admits(action: String) -> Bool {
        switch self {
        case .approvalGive:
            !["audit.", "agent.", "breakglass.", "appeal.", "check."].contains { action.hasPrefix($0) }
        case .appealDecide: action == "appeal.decide"
        case .checkResult: action == "check.attest"
        case .adminApprove: true
        case .agentKeyAdd: action == "agent.key.add"
        case .agentKeyRevoke: action == "agent.key.revoke"
        }
    }

    /// Who may say it. That a key may revoke itself is the caller's to know.
    func admits(role: String) -> Bool {
        switch self {
        case .approvalGive, .appealDecide: role == "supervisor" || role == "admin"
        case .checkResult: role == "agent" || role == "supervisor"
        case .adminApprove: role == "admin" || role == "auditor"
        case .agentKeyAdd, .agentKeyRevoke: role == "admin"
        }
    }

    /// The part of the payload that the statement must have been shown, where the verifier can tell; `nil` elsewhere.
    func evidence(in payload: JSONObject) -> Digest256? {
        switch self {
        case .agentKeyAdd: payload.digest(of: ["agent", "key", "kid", "role"])
        case .agentKeyRevoke: payload.digest(of: ["kid", "why"])
        case .approvalGive, .appealDecide, .checkResult, .adminApprove: nil
        }
    }

    /// The field whose value `stmt.case` must repeat (§9.4).
    var subject: String {
        switch self {
        case .agentKeyAdd, .agentKeyRevoke: "kid"
        case .approvalGive, .appealDecide, .checkResult, .adminApprove: "case"
        }
    }

    /// Whether the record names its author in `actor` (§9.4).
    var namesActor: Bool { subject == "case" }
}

extension JSONObject {
    /// SHA-256 of the canonical JSON of an object with only these fields.
    func digest(of keys: [String]) -> Digest256 {
        let members = keys.compactMap { key in self[key].map { JSONMember(key: key, value: $0) } }
        return SHA256.digest(of: CanonicalJSON.write(.object(JSONObject(members))))
    }
}
