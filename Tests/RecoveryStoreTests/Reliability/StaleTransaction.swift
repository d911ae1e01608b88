import AccountRecovery
import RecoveryStore
import Synchronization

/// The seeded bug "check, then mark, without a version": what one submit saw of the codes before it compared.
final class Remembered: Sendable {
    private let subject: Pseudonym
    private let recoveryCase: CaseID
    // Written and read by one submit, one after the other: there is no race for a sanitizer to miss.
    private let seen = Mutex<(authenticators: [Authenticator], sent: [IssuedCode])>(([], []))

    init(_ subject: Pseudonym, _ recoveryCase: CaseID) {
        self.subject = subject
        self.recoveryCase = recoveryCase
    }

    func look(at reader: any StoreReader) throws {
        let found = (
            authenticators: try reader.records(Authenticator.self, of: subject.text),
            sent: try reader.records(IssuedCode.self, of: recoveryCase.text)
        )
        seen.withLock { $0 = found }
    }

    /// What it saw of a kind, or nothing if it did not look.
    func all<Record: StoredRecord>(_ type: Record.Type) -> [Record]? {
        // By type first: an empty list can be cast to any other.
        seen.withLock { seen in
            type == Authenticator.self
                ? seen.authenticators as? [Record] : type == IssuedCode.self ? seen.sent as? [Record] : nil
        }
    }
}

/// A transaction that answers what it knows from memory, and not from the newest state.
struct StaleTransaction: StoreTransaction {
    private let inner: any StoreTransaction
    private let remembered: Remembered

    init(_ inner: any StoreTransaction, seeing remembered: Remembered) {
        self.inner = inner
        self.remembered = remembered
    }

    var nextPosition: UInt64 { get throws { try inner.nextPosition } }
    var vault: any SealedRowReader { inner.vault }

    func record<Record: StoredRecord>(_ type: Record.Type, _ id: String) throws -> Record? {
        try remembered.all(type)?.first { $0.id == id } ?? inner.record(type, id)
    }

    func records<Record: StoredRecord>(_ type: Record.Type, of owner: String?) throws -> [Record] {
        try remembered.all(type)?.filter { owner == nil || $0.owner == owner } ?? inner.records(type, of: owner)
    }

    func put(_ record: some StoredRecord) throws { try inner.put(record) }
    func put(_ row: SealedRow) throws { try inner.put(row) }
    func remove<Record: StoredRecord>(_ type: Record.Type, _ id: String) throws { try inner.remove(type, id) }
    func rewrap(_ row: SubjectKeyRow, from version: UInt32) throws { try inner.rewrap(row, from: version) }
    func removeIndex(field: UInt16, plan: UInt32) throws { try inner.removeIndex(field: field, plan: plan) }
    func removeIndexRows(field: UInt16, plan: UInt32, limit: Int) throws -> Int {
        try inner.removeIndexRows(field: field, plan: plan, limit: limit)
    }
    func eraseSubject(_ subject: [UInt8]) throws { try inner.eraseSubject(subject) }
}
