public import RecoveryAudit
import RecoveryCrypto

/// What an erasure is called in the log, such as `E-7F3KQ2M9XA`: its approval and its ERASE records name it.
public struct ErasureID: Sendable, Hashable {
    /// `E-` and ten letters as a ``CaseID`` has them.
    public let text: String

    init(random: any RandomSource) {
        text = "E" + CaseID(random: random).text.dropFirst()
    }
}

/// The private values of one account, as an administrator signs that they are erased
/// (`Docs/Specs/audit-log.md` §9).
public struct ErasureProposal: Sendable, Hashable {
    public let name: ErasureID
    public let subject: Pseudonym
    /// Why, in a word that the log keeps, such as `art17`.
    public let basis: String
    /// One for each ERASE record. None where there is nothing to sign.
    public let parts: [Part]
    public let notAfter: Int64
    /// Of the log.
    public let origin: String

    /// What one ERASE record names, and one statement approves.
    public struct Part: Sendable, Hashable {
        public let fields: [PrivateFieldReference]
        public let nonce: String

        /// Fields that one record holds at most (§6).
        static let largest = 1024

        /// The member `fields` of the record.
        var list: JSONValue { .array(fields.map(\.json)) }
    }

    /// How many values there are.
    public var count: Int { parts.reduce(0) { $0 + $1.fields.count } }
}

/// A proposal with the signatures of the administrator who asked for it.
public struct SignedErasure: Sendable, Hashable {
    public let proposal: ErasureProposal
    /// Ed25519, 64 bytes, base64: one for each part.
    public let signatures: [String]

    public init(proposal: ErasureProposal, signatures: [String]) {
        self.proposal = proposal
        self.signatures = signatures
    }
}

/// What keeps the data of an account from being erased, and who ever let go of it.
struct LegalHolds: StoredRecord, Hashable {
    static let kind = RecordKind.legalHold

    let subject: Pseudonym
    var standing: [Standing] = []
    /// Persons who lifted one. None of them erases the account: whoever wants it gone needs somebody else.
    var lifters: Set<Pseudonym> = []

    var id: String { subject.text }
    var owner: String { subject.text }

    struct Standing: Sendable, Hashable, Codable {
        /// Which matter: small letters, digits and hyphens.
        let reason: String
        let by: StaffName
        let at: UnixTime
    }

    /// The reasons in words, or `none`.
    var words: String {
        standing.isEmpty ? "no legal hold" : "legal hold: " + standing.map(\.reason).joined(separator: ", ")
    }
}
