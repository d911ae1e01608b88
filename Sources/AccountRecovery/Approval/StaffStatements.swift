import RecoveryAudit
import RecoveryCrypto

/// Statements that staff sign with keys the service does not hold (`Docs/Specs/audit-log.md` §9).
enum StaffStatements {
    /// The statement of an approval or a refusal.
    static func approval(_ statement: SignedStatement, by name: StaffName) -> JSONValue {
        let request = statement.request
        return make(
            action: request.action,
            case: request.recoveryCase.name.text,
            version: request.recoveryCase.version,
            decision: statement.isApproval ? "approve" : "refuse",
            evidence: request.digest,
            by: name,
            origin: request.origin,
            nonce: request.nonce,
            notAfter: request.notAfter
        )
    }

    /// The statement by which an administrator admits somebody. Its evidence is the digest of who they are.
    static func admission(_ admission: AdmissionStatement, by name: StaffName) -> JSONValue {
        make(
            action: "agent.key.add",
            case: admission.name.text,
            version: 0,
            decision: "approve",
            evidence: SHA256.digest(of: CanonicalJSON.write(admission.subjectMatter)).hexadecimal,
            by: name,
            origin: admission.origin,
            nonce: admission.nonce,
            notAfter: admission.notAfter
        )
    }

    /// The statement by which somebody revokes a key. Its evidence is the digest of whose, and why.
    static func revocation(_ revocation: RevocationStatement, by name: StaffName) -> JSONValue {
        make(
            action: "agent.key.revoke",
            case: revocation.name.text,
            version: 0,
            decision: "approve",
            evidence: SHA256.digest(of: CanonicalJSON.write(revocation.subjectMatter)).hexadecimal,
            by: name,
            origin: revocation.origin,
            nonce: revocation.nonce,
            notAfter: revocation.notAfter
        )
    }

    /// The statement by which an administrator approves that private values are erased. Its evidence is the digest of
    /// which, as the ERASE record lists them.
    static func erasure(_ erasure: ErasureProposal, _ part: ErasureProposal.Part, by name: StaffName) -> JSONValue {
        make(
            action: "audit.erase",
            case: erasure.name.text,
            version: 0,
            decision: "approve",
            evidence: SHA256.digest(of: CanonicalJSON.write(part.list)).hexadecimal,
            by: name,
            origin: erasure.origin,
            nonce: part.nonce,
            notAfter: erasure.notAfter
        )
    }

    private static func make(
        action: String,
        case name: String,
        version: Int,
        decision: String,
        evidence: String,
        by signer: StaffName,
        origin: String,
        nonce: String,
        notAfter: Int64
    ) -> JSONValue {
        [
            "action": .string(action),
            "case": .string(name),
            "case_version": .integer(Int64(version)),
            "decision": .string(decision),
            "evidence": .string(evidence),
            "kid": .string(signer.text),
            "log": .string(origin),
            "nonce": .string(nonce),
            "not_after": .integer(notAfter),
        ]
    }

    /// The bytes that are signed: a label, a newline, and the canonical statement.
    static func signedBytes(of statement: JSONValue) -> [UInt8] {
        Array("rva/v1/agent-statement\n".utf8) + CanonicalJSON.write(statement)
    }

    static func verify(_ statement: JSONValue, _ signature: String, key: String) -> Bool {
        guard let signature = Base64.decode(signature),
            let key = [UInt8](hexadecimal: key).flatMap({ Ed25519.PublicKey(bytes: $0) })
        else { return false }
        return key.verifies(signature, of: signedBytes(of: statement))
    }
}

extension RevocationStatement {
    /// The fields of AGENT_KEY_REVOKE that a statement is about.
    var subjectMatter: JSONValue { ["kid": .string(name.text), "why": .word(why)] }
}

extension AdmissionStatement {
    /// The fields of AGENT_KEY_ADD that a statement is about.
    var subjectMatter: JSONValue {
        let key = [UInt8](hexadecimal: publicKey).map { Base64.encode($0) } ?? ""
        return [
            "agent": .string(person.text),
            "key": .string(key),
            "kid": .string(name.text),
            "role": .string(role.rawValue),
        ]
    }
}
