public import RecoveryCrypto

/// What a member of staff signed with a key that the service does not hold (audit-log.md §9).
public struct StaffStatement: Sendable, Hashable {
    public enum Decision: String, Sendable {
        case approve
        case refuse
    }

    public let action: String
    public let caseReference: String
    public let caseVersion: Int64
    public let decision: Decision
    /// SHA-256 of what was shown, 64 hex digits.
    public let evidence: String
    /// Which key signs.
    public let kid: String
    /// The origin of the log that the statement is for.
    public let log: String
    /// Issued by the service, 32 hex digits.
    public let nonce: String
    /// Unix seconds.
    public let notAfter: Int64

    /// The statement as it was read.
    public let json: JSONObject

    static let shape = PayloadShape(required: [
        "action": .word, "case": .ref, "case_version": .int(), "decision": .oneOf(["approve", "refuse"]),
        "evidence": .hash, "kid": .ref, "log": .anyText, "nonce": .psn, "not_after": .int(),
    ])

    /// Reads a statement, or refuses.
    public init?(_ json: JSONValue) {
        guard case .object(let object) = json, StaffStatement.shape.admits(object),
            let action = object["action"]?.string, let caseReference = object["case"]?.string,
            let caseVersion = object["case_version"]?.integer,
            let decision = object["decision"]?.string.flatMap(Decision.init),
            let evidence = object["evidence"]?.string, let kid = object["kid"]?.string,
            let log = object["log"]?.string, let nonce = object["nonce"]?.string,
            let notAfter = object["not_after"]?.integer
        else { return nil }
        self.action = action
        self.caseReference = caseReference
        self.caseVersion = caseVersion
        self.decision = decision
        self.evidence = evidence
        self.kid = kid
        self.log = log
        self.nonce = nonce
        self.notAfter = notAfter
        self.json = object
    }

    /// What is signed: a label of its own, a newline, and the canonical JSON of the statement.
    public var signedBytes: [UInt8] {
        var bytes = Array("rva/v1/agent-statement\n".utf8)
        CanonicalJSON.write(json, to: &bytes)
        return bytes
    }

    /// Whether `signature`, 64 bytes, is that of `key` on this statement.
    public func isSigned(_ signature: [UInt8], by key: Ed25519.PublicKey) -> Bool {
        key.verifies(signature, of: signedBytes)
    }
}
