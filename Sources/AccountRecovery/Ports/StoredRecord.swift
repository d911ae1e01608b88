/// Something the service remembers, and that holds no secret and no personal data.
///
/// A store keeps it as one versionless document, found by kind and identifier, or listed by owner. Sealed bytes are
/// not records: they have rows of their own, see ``SealedRow``.
public protocol StoredRecord: Codable, Sendable {
    static var kind: RecordKind { get }
    /// Unique within the kind.
    var id: String { get }
    /// What the record is listed under: a case, a subject, a person. Empty where nothing lists it.
    var owner: String { get }
}

/// The closed list of record kinds. Raw values are stored: they never change their meaning.
public enum RecordKind: String, Sendable, CaseIterable {
    case setting
    case policy
    case staff
    case nonce
    case authenticator
    case attempts
    case recoveryCase = "case"
    case issuedCode = "issued-code"
    case approval
    case restoration
    case ticket
    case hold
    case notice
    case verdict
    case order
    case legalHold = "legal-hold"
    case indexRenewal = "index-renewal"
}
