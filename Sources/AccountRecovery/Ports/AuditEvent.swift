public import RecoveryAudit

/// What the log shall say of a change: the type of a record and its payload, before it has a place in the log.
///
/// Payloads follow the closed lists of `Docs/Specs/audit-log.md` §6 and §7. A payload that does not is refused by the
/// writer, and so is the change that came with it.
public struct AuditEvent: Sendable, Hashable {
    public let type: RecordType
    public let payload: JSONValue
    /// Private values: only commitments to them stand in the log. They arrive sealed, by name.
    public let privates: [String: SealedPrivateValue]

    public init(_ type: RecordType, _ payload: JSONValue, privates: [String: SealedPrivateValue] = [:]) {
        self.type = type
        self.payload = payload
        self.privates = privates
    }
}

/// A private value of the log: its commitment needs the open bytes once, the store keeps only the sealed ones.
public struct SealedPrivateValue: Sendable, Hashable {
    /// 32 bytes, fresh for every value.
    public let salt: [UInt8]
    /// The open value, for the commitment. Dropped when the record is made.
    public let value: [UInt8]
    /// The value sealed under the subject's data key.
    public let sealed: [UInt8]

    public init(salt: [UInt8], value: [UInt8], sealed: [UInt8]) {
        self.salt = salt
        self.value = value
        self.sealed = sealed
    }
}
