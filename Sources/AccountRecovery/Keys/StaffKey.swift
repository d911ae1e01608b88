import RecoveryAudit
import RecoveryCrypto

/// The signing key of a member of staff: what a program holds for the person in front of it, and nothing else.
public struct StaffKey: Sendable {
    private let key: Ed25519.PrivateKey

    /// Sixty-four hexadecimal digits.
    public var publicKey: String { key.publicKey.bytes.hexadecimal }

    /// Reads a key file, or says what is wrong with it.
    public init(readingFrom path: String) throws(ServiceError) {
        key = Ed25519.PrivateKey(seed: try HexKeyFile.read(path))
    }

    init(_ key: Ed25519.PrivateKey) {
        self.key = key
    }

    /// Makes a key and writes it to a new file.
    public static func create(at path: String) throws(ServiceError) -> StaffKey {
        let seed = SecretKey(randomByteCount: 32)
        try HexKeyFile.write(seed, to: path)
        return StaffKey(Ed25519.PrivateKey(seed: seed))
    }

    /// Proves that this is the key of `member`.
    public func signIn(as member: StaffMember) throws(ServiceError) -> Caller {
        try Caller(member) { key.signature(of: $0) }
    }

    /// Signs an approval, or a refusal, of a case as it was shown.
    public func sign(_ request: ApprovalRequest, approving: Bool, as name: StaffName) -> SignedStatement {
        let unsigned = SignedStatement(request: request, isApproval: approving, signature: "")
        let statement = StaffStatements.approval(unsigned, by: name)
        return SignedStatement(request: request, isApproval: approving, signature: signature(of: statement))
    }

    /// Signs the admission of somebody.
    public func sign(_ admission: AdmissionStatement, as name: StaffName) -> String {
        signature(of: StaffStatements.admission(admission, by: name))
    }

    /// Signs the revocation of a key, this one or another's.
    public func sign(_ revocation: RevocationStatement, as name: StaffName) -> String {
        signature(of: StaffStatements.revocation(revocation, by: name))
    }

    /// Signs that the private values of an account are erased, as they were listed.
    public func sign(_ proposal: ErasureProposal, as name: StaffName) -> SignedErasure {
        SignedErasure(
            proposal: proposal,
            signatures: proposal.parts.map { signature(of: StaffStatements.erasure(proposal, $0, by: name)) }
        )
    }

    private func signature(of statement: JSONValue) -> String {
        Base64.encode(signature(of: StaffStatements.signedBytes(of: statement)))
    }

    /// 64 bytes. The message begins with a label of its own.
    func signature(of message: [UInt8]) -> [UInt8] {
        key.signature(of: message)
    }
}
