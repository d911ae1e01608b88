/// Keeps cases, sealed personal data and the audit log: in one database, under one transaction.
///
/// There is a single way to write, ``commit(_:)``: whoever changes something must hand back what the log shall say
/// of it. A change that leaves no trace cannot be expressed, and a refused attempt is written down too.
///
/// Conformances pass `StoreConformance` in `Tests/RecoveryTestSupport`.
public protocol CaseStore: Sendable {
    /// Whether nobody but this process can write while it has the store: whatever another one left unfinished is then
    /// nobody's.
    var hasOneOwner: Bool { get }

    /// Shows `body` one consistent state of the store.
    func read<Value: Sendable>(
        _ body: @Sendable (any StoreReader) throws -> Value
    ) async throws -> Value

    /// Runs `decide` on the newest state, with nobody else writing meanwhile. What it writes and the events it
    /// returns are committed together, or not at all if it throws.
    ///
    /// Returns after the commit is durable: from then on the answer may be told to somebody.
    /// - Throws: what `decide` threw, unchanged; ``StoreError`` if the store could not do its work.
    func commit<Value: Sendable>(
        _ decide: @escaping @Sendable (any StoreTransaction) throws -> Recorded<Value>
    ) async throws -> Value
}

extension CaseStore {
    public var hasOneOwner: Bool { false }
}

/// A value, and what the log says of how it came about. Cannot be made without an event.
public struct Recorded<Value: Sendable>: Sendable {
    public let value: Value
    public let events: [AuditEvent]

    public init(_ value: Value, _ first: AuditEvent, _ more: AuditEvent...) {
        self.init(value, first, more)
    }

    public init(_ value: Value, _ first: AuditEvent, _ more: [AuditEvent]) {
        self.value = value
        events = [first] + more
    }

    private init(_ value: Value, events: [AuditEvent]) {
        self.value = value
        self.events = events
    }

    /// The same events with another value.
    func map<Other: Sendable>(_ transform: (Value) -> Other) -> Recorded<Other> {
        Recorded<Other>(transform(value), events: events)
    }
}

/// One consistent state of the store.
public protocol StoreReader {
    /// The record of this identifier, or `nil`.
    func record<Record: StoredRecord>(_ type: Record.Type, _ id: String) throws -> Record?

    /// The records of one owner, or of all, by identifier.
    func records<Record: StoredRecord>(_ type: Record.Type, of owner: String?) throws -> [Record]

    /// The position that the first event of this transaction will have in the log; the length of the log.
    var nextPosition: UInt64 { get throws }

    var vault: any SealedRowReader { get }
}

extension StoreReader {
    /// All records of a kind, by identifier.
    public func records<Record: StoredRecord>(_ type: Record.Type) throws -> [Record] {
        try records(type, of: nil)
    }
}

/// A state of the store that may be changed.
public protocol StoreTransaction: StoreReader {
    /// Writes the record, over the one of the same kind and identifier if there is one.
    func put(_ record: some StoredRecord) throws

    func remove<Record: StoredRecord>(_ type: Record.Type, _ id: String) throws

    func put(_ row: SealedRow) throws

    /// Writes a key of a subject that was wrapped anew, if it is still wrapped under `version`.
    func rewrap(_ row: SubjectKeyRow, from version: UInt32) throws

    /// Deletes the rows of an index that no look-up reads any more, and its plan.
    func removeIndex(field: UInt16, plan: UInt32) throws

    /// Deletes at most `limit` rows of an index that no look-up reads any more, and returns how many there were. The plan
    /// stays, so that whoever is cut short can go on.
    func removeIndexRows(field: UInt16, plan: UInt32, limit: Int) throws -> Int

    /// Deletes every key, field, tag, index row and quarantined byte of a subject (`Docs/Specs/vault.md` §16).
    func eraseSubject(_ subject: [UInt8]) throws
}

/// Why a store could not do its work. Nothing was written. Texts are for operators, never for callers.
public enum StoreError: Error, Sendable, Hashable {
    /// Another process owns the store.
    case owned(by: String)
    /// The disk is full (exit code 19).
    case full
    /// The medium failed (exit code 74).
    case inputOutput(String)
    /// The database is not what was written (exit code 18).
    case corrupt(String)
    /// The store is older than what is known outside of it (exit code 17).
    case rolledBack(String)
    /// The clock stands before the last record (exit code 16). Seconds by which it does.
    case clockBehind(seconds: Int64)
    /// The folder, its modes or its key file are refused. What, and the cure.
    case refused(String)

    /// An ERASE that names a private value which is not there: a record of a deletion that did not happen.
    public static let erasesNothing = StoreError.refused("an erasure names a private value that is not there")
}
