import RecoveryAudit
public import RecoveryCrypto

/// A single-use permission to carry out named actions on one account, signed by the service.
///
/// A compact JWS (RFC 7515, EdDSA as in RFC 8037), so that a directory can check it with any JOSE library:
///
///     header   {"alg":"EdDSA","kid":"…","typ":"recovery-grant+jwt"}
///     payload  {"actions":[…],"approvers":[…],"case":"C-…","case_digest":"…","exp":…,"iat":…,"iss":"origin",
///               "jti":"…","policy":"…","purpose":"…","sub":"pseudonym"}
///
/// Both parts are canonical JSON, so one grant has one spelling.
public struct Grant: Sendable, Hashable {
    static let type = "recovery-grant+jwt"
    /// Seconds from issue to expiry at most. A policy may make it shorter.
    public static let longestLife: Int64 = 600

    /// The origin of the log that holds the verdict.
    public let issuer: String
    public let identifier: Pseudonym
    public let subject: Pseudonym
    public let recoveryCase: CaseID
    public let caseDigest: String
    public let purpose: String
    /// Words of ``DirectoryAction``, in the order of the plan.
    public let actions: [String]
    public let policy: String
    public let approvers: [StaffName]
    public let issuedAt: UnixTime
    public let expiresAt: UnixTime

    /// Returns the compact serialisation (RFC 7515 §7.1).
    func signed(with key: Ed25519.PrivateKey) -> String {
        let input = signingInput(for: key.publicKey)
        return input + "." + Base64.encodeURL(key.signature(of: Array(input.utf8)))
    }

    /// Header and payload, which are signed (RFC 7515 §5.1).
    func signingInput(for key: Ed25519.PublicKey) -> String {
        let header: JSONValue = [
            "alg": "EdDSA", "kid": .string(Self.keyIdentifier(of: key)), "typ": .string(Self.type),
        ]
        return Self.encode(header) + "." + Self.encode(payload)
    }

    /// Names the key in the header: the first eight bytes of the SHA-256 of its public half.
    static func keyIdentifier(of key: Ed25519.PublicKey) -> String {
        SHA256.digest(of: key.bytes).bytes.prefix(8).hexadecimal
    }

    private var payload: JSONValue {
        [
            "actions": .array(actions.map(JSONValue.string)),
            "approvers": .array(approvers.map { .string($0.text) }),
            "case": .string(recoveryCase.text),
            "case_digest": .string(caseDigest),
            "exp": .integer(expiresAt.seconds),
            "iat": .integer(issuedAt.seconds),
            "iss": .string(issuer),
            "jti": .string(identifier.text),
            "policy": .string(policy),
            "purpose": .string(purpose),
            "sub": .string(subject.text),
        ]
    }

    private static func encode(_ value: JSONValue) -> String {
        Base64.encodeURL(CanonicalJSON.write(value))
    }
}

/// What a grant is called in the log: SHA-256 of the compact serialisation, so that the log does not hand out
/// grants to whoever reads it.
func grantHash(of compact: String) -> String {
    SHA256.digest(of: Array(compact.utf8)).hexadecimal
}
