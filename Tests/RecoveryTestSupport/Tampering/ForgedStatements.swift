import RecoveryAudit
import RecoveryCrypto

/// What members of staff sign, and the records that carry it.
extension Forgery {
    /// A statement, sound unless told otherwise.
    struct Words {
        var action = "totp.rebind"
        var reference = "C-9"
        var version: Int64 = 1
        var decision = "approve"
        var evidence = String(repeating: "ab", count: 32)
        var kid = "sup-1"
        var log = "audit.example.org/recovery"
        var nonce = String(repeating: "0", count: 31) + "1"
        var notAfter: Int64 = 1_760_100_000
        /// Whose key signs; `nil` for the key of `kid`.
        var signer: String?

        var json: JSONValue {
            [
                "action": .string(action), "case": .string(reference), "case_version": .integer(version),
                "decision": .string(decision), "evidence": .string(evidence), "kid": .string(kid),
                "log": .string(log), "nonce": .string(nonce), "not_after": .integer(notAfter),
            ]
        }
    }

    /// `stmt` and `sig` of those words.
    func signed(_ words: Words) throws -> JSONObject {
        let seed = secrets.agent_seeds[words.signer ?? words.kid] ?? String(repeating: "77", count: 32)
        guard let statement = StaffStatement(words.json) else { throw ForgeryFault() }
        let signature = Self.signingKey(seed).signature(of: statement.signedBytes)
        return ["sig": .string(Base64.encode(signature)), "stmt": words.json]
    }

    /// Appends an EVENT that carries a statement.
    mutating func approve(
        _ event: String = "approval.give",
        actor: String? = nil,
        reference: String? = nil,
        _ change: (inout Words) -> Void = { _ in }
    ) throws {
        var words = Words()
        change(&words)
        let payload = try signed(words)
            .adding("actor", .string(actor ?? words.kid))
            .adding("case", .string(reference ?? words.reference))
            .adding("event", .string(event))
        try append(.event, .object(payload))
    }

    /// Appends an AGENT_KEY_ADD that `adm-1` signs for.
    mutating func addKey(
        _ kid: String,
        agent: String,
        role: String = "agent",
        _ change: (inout Words) -> Void = { _ in }
    )
        throws
    {
        let key = Self.signingKey(String(repeating: "78", count: 32)).publicKey.bytes
        let added: JSONObject = [
            "agent": .string(agent), "key": .string(Base64.encode(key)), "kid": .string(kid), "role": .string(role),
        ]
        var words = Words(action: "agent.key.add", reference: kid, kid: "adm-1")
        words.evidence = SHA256.digest(of: CanonicalJSON.write(.object(added))).hexadecimal
        change(&words)
        let statement = try signed(words)
        try append(.agentKeyAdd, .object(JSONObject(added.members + statement.members)))
    }

    /// Appends a grant that wants `approvals` of what ``Words`` approves of.
    mutating func grant(approvals: Int64, evidence: String? = nil) throws {
        try append(
            .event,
            [
                "action": "totp.rebind", "approvals": .integer(approvals), "case": "C-9", "case_version": 1,
                "event": "grant.issue", "evidence": .string(evidence ?? Words().evidence),
                "grant": .string(Words().evidence), "until_s": 1_760_000_900,
            ]
        )
    }

    /// Appends an ERASE of private fields.
    mutating func erase(_ fields: JSONValue, approvals: JSONValue, reference: String = "E-1") throws {
        try append(
            .erase,
            ["approvals": approvals, "basis": "art17", "case": .string(reference), "fields": fields]
        )
    }

    /// Appends the approval of an ERASE by an administrator.
    mutating func approveErasure(of fields: JSONValue) throws {
        try approve("admin.approve") {
            $0 = Words(action: "audit.erase", reference: "E-1", kid: "adm-2")
            $0.evidence = SHA256.digest(of: CanonicalJSON.write(fields)).hexadecimal
        }
    }

    private var emergency: JSONObject { ["case": "C-9", "until_s": 1_760_000_900, "why": "outage"] }

    /// Appends the approval of what ``openEmergency(approvals:)`` opens.
    mutating func approveEmergency(by kid: String, nonce: String = "4") throws {
        let evidence = SHA256.digest(of: CanonicalJSON.write(.object(emergency))).hexadecimal
        try approve("admin.approve") {
            $0 = Words(action: "breakglass.open", kid: kid)
            $0.evidence = evidence
            $0.nonce = String(repeating: nonce, count: 32)
        }
    }

    /// Appends a `breakglass.open`.
    mutating func openEmergency(approvals: JSONValue) throws {
        let payload = emergency.adding("event", "breakglass.open").adding("actor", "agent-7")
            .adding("approvals", approvals)
        try append(.event, .object(payload))
    }

    /// Appends an AGENT_KEY_REVOKE.
    mutating func revoke(_ kid: String, by signer: String) throws {
        let revoked: JSONObject = ["kid": .string(kid), "why": "left"]
        var words = Words(action: "agent.key.revoke", reference: kid, kid: signer)
        words.evidence = SHA256.digest(of: CanonicalJSON.write(.object(revoked))).hexadecimal
        let statement = try signed(words)
        try append(.agentKeyRevoke, .object(JSONObject(revoked.members + statement.members)))
    }
}
