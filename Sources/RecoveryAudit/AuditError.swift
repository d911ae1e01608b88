/// Why the log refused to write, to start or to be exported. After any of these nothing was written.
public enum AuditError: Error, Sendable, Hashable {
    /// The payload does not have the fields of its type (audit-log.md §6, §7), or the caller may not write that type.
    case payload(RecordType)
    /// The payload has more than 32,768 bytes: this many.
    case payloadTooLarge(Int)
    /// The clock shows a time before 1970 or beyond 2^53 microseconds.
    case time
    /// The epoch has room for its seal only: open a new one.
    case epochFull
    /// No epoch is open, or the key of the next one is not stored yet.
    case notAccepting
    /// The epoch is still open: seal it first.
    case epochOpen
    /// Records are made inside a transaction, and there is none.
    case noTransaction
    /// A transaction is open, and this asks for what is committed.
    case transactionOpen
    /// The epoch secret is not the one the log committed to.
    case epochSecret
    /// The X25519 key of this recipient is not a key.
    case recipientKey(kid: String)
    /// The last records that the store gave do not belong together, or to this log.
    case inconsistentTail
    /// The epochs of the store and of the key file exclude each other: one of them was rolled back or tampered with.
    case epochState(database: UInt32?, keyFile: UInt32?)
    /// The key does not belong to this log.
    case logKey
    /// A checkpoint was signed over more records than there are, or over others.
    case signedBeyondLog
}
