public import RecoveryAudit

/// What the log shall say of a change: the type of a record and its payload, before it has a place in the log.
///
/// Payloads follow the closed lists of `Docs/Specs/audit-log.md` §6 and §7. A payload that does not is refused by the
/// writer, and so is the change that came with it. So is an ERASE that names a private value which is not there: the
/// record and the deletion are one.
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

/// A private value of the log: its commitment needs the open bytes once, the store keeps only the sealed ones. Prints as
/// ‹private›.
public struct SealedPrivateValue: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
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

    public var description: String { "‹private›" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A private value of the log as a store keeps it: sealed, and found by the record that commits to it.
public struct SealedPrivateRow: Sendable, Hashable {
    public let reference: PrivateFieldReference
    /// The `case` of the record, if it has one.
    public let recoveryCase: String?
    /// The `subject` of the record, if it has one.
    public let subject: String?
    /// 32 bytes.
    public let salt: [UInt8]
    /// The value sealed under the subject's data key.
    public let sealed: [UInt8]

    public init(
        reference: PrivateFieldReference,
        recoveryCase: String?,
        subject: String?,
        salt: [UInt8],
        sealed: [UInt8]
    ) {
        self.reference = reference
        self.recoveryCase = recoveryCase
        self.subject = subject
        self.salt = salt
        self.sealed = sealed
    }
}
