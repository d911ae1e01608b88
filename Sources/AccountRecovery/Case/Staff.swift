public import RecoveryCrypto

/// The closed list of staff roles (`Docs/Specs/audit-log.md` §6).
public enum StaffRole: String, Sendable, Codable, CaseIterable {
    case agent, supervisor, admin, auditor
    /// May open a field of a customer, on record, and nothing else: neither works on cases nor runs the installation.
    case privacy
}

/// A person who may act, as the store remembers them.
public struct StaffMember: StoredRecord, Hashable {
    public static let kind = RecordKind.staff

    public let name: StaffName
    /// The person. Two keys of one person count once.
    public let person: Pseudonym
    public let role: StaffRole
    /// The Ed25519 public key, 64 hexadecimal digits.
    public let publicKey: String
    /// When the key was revoked. A revoked key signs nothing any more.
    public var revokedAt: UnixTime?

    public var id: String { name.text }
    public var owner: String { person.text }

    public init(name: StaffName, person: Pseudonym, role: StaffRole, publicKey: Ed25519.PublicKey) {
        self.name = name
        self.person = person
        self.role = role
        self.publicKey = publicKey.bytes.hexadecimal
    }
}

/// Who acts at a desk. Made by whoever opened it, after the person proved possession of the signing key.
public struct Caller: Sendable, Hashable {
    public let name: StaffName
    public let person: Pseudonym
    /// `nil` for a customer who holds an enrolment ticket: no operation of the desk is theirs.
    let role: StaffRole?

    /// Takes a member of staff whose key answered a challenge. A revoked key proves nothing.
    ///
    /// - Parameter prove: Signs the challenge with the key that is claimed.
    public init(
        _ member: StaffMember,
        proving prove: (_ challenge: [UInt8]) -> [UInt8]
    ) throws(ServiceError) {
        let challenge = Array("account-recovery/sign-in/v1\n".utf8) + Random.bytes(32)
        guard member.revokedAt == nil,
            let key = [UInt8](hexadecimal: member.publicKey).flatMap({ Ed25519.PublicKey(bytes: $0) }),
            key.verifies(prove(challenge), of: challenge)
        else { throw .notAllowed("the key is not that of \(member.name.text), or it was revoked") }
        name = member.name
        person = member.person
        role = member.role
    }

    private init(ticketHolder name: StaffName, person: Pseudonym) {
        self.name = name
        self.person = person
        role = nil
    }

    /// The holder of an enrolment ticket: nobody in particular.
    static func ticketHolder(random: any RandomSource) throws -> Caller {
        guard let name = StaffName("customer") else { throw ServiceError.fault("a name of ours was refused") }
        return Caller(ticketHolder: name, person: Pseudonym(random: random))
    }
}
