import RecoveryAudit
import RecoveryCrypto
import RecoveryVault

/// What is stored of a subject is not what was written: a row that cannot be opened, or rows that do not belong
/// together any more. Nothing is decided on it, and the log says so.
struct VaultAlarm: Error, Sendable {
    let error: VaultError
    let subject: Pseudonym
    /// The row that is at fault, where it is one: it is put aside as it is, since what cannot be read now may be all
    /// that is left of somebody.
    let row: DamagedRow?

    /// Puts the row aside, in the transaction that has the event.
    func quarantine(in transaction: any StoreTransaction, at now: UnixTime) throws {
        guard let row else { return }
        try transaction.put(.quarantine(place: row.place, bytes: row.bytes, at: now.seconds))
    }

    /// Name and fields of the event.
    var event: (name: String, fields: [String: JSONValue]) {
        (row == nil ? "x.vault.alarm" : "x.vault.quarantine", ["code": .string(error.word), "count": 1])
    }
}

extension RecoveryService {
    /// Runs what reads sealed rows for a check. Damage is no answer about the caller: the check is then indeterminate.
    func noticing<Value>(_ body: () throws -> Value) throws -> (value: Value?, alarm: VaultAlarm?) {
        do {
            return (try body(), nil)
        } catch let alarm as VaultAlarm {
            return (nil, alarm)
        }
    }

    /// Writes an alarm down that ends what was under way.
    func record(_ alarm: VaultAlarm) async throws {
        let (name, fields) = alarm.event
        let now = clock.now()
        try await store.commit { transaction in
            try alarm.quarantine(in: transaction, at: now)
            return Recorded((), .event(name, fields, subject: alarm.subject, actor: caller.name))
        }
    }
}

extension CaseWork {
    /// Writes an alarm down with the check that it leaves without an answer.
    mutating func note(_ alarm: VaultAlarm, in transaction: any StoreTransaction) throws {
        try alarm.quarantine(in: transaction, at: now)
        let (name, fields) = alarm.event
        note(name, fields)
    }
}

extension VaultError {
    /// Whether a row is at fault, and not the program, its keys or the machine. A key that is not loaded may be one that
    /// this process does not have.
    var isOfTheRow: Bool {
        switch self {
        case .truncated, .unsupportedFormat, .keyOrContext, .tampered, .badPadding: true
        case .keyUnavailable, .wrongKey, .keyFileRefused, .providerTimeout, .manifestMismatch, .rollbackDetected,
            .shredded,
            .limitReached, .invalidClaim, .sealed, .cryptoFailure:
            false
        }
    }

    /// The code of `Docs/Specs/vault.md` §18 as a word of the log.
    var word: String { String(description.prefix { $0 != "(" }).replacing("-", with: "_") }
}

/// The bytes of a row, and where it stands: by what should have opened it.
struct DamagedRow: Sendable {
    let place: String
    let bytes: [UInt8]

    init(_ row: SubjectKeyRow) {
        place = "subject_key/\(row.keyClass)/\(row.kekVersion)/\(row.subject.hexadecimal)/\(row.version)"
        bytes = row.wrapped
    }

    init(_ row: FieldRow) {
        place = "field/\(row.record)/\(row.field)/\(row.subject.hexadecimal)/\(row.slot)/\(row.rowVersion)"
        bytes = row.envelope
    }
}
