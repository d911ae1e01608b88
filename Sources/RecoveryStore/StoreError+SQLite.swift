import AccountRecovery
import GRDB
import RecoveryAudit

extension StoreError {
    /// What an error of SQLite means to a caller. The arguments of statements are never part of the text.
    init(_ error: DatabaseError) {
        let text = "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message")"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(text)
        case .SQLITE_CONSTRAINT: self = .refused("a row contradicts another: \(text)")
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .owned(by: "another program with the database open")
        default: self = .inputOutput(text)
        }
    }

    /// What any error of the parts of a store means.
    init(any error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self = StoreError(error)
        case let error as AuditError: self = StoreError(error)
        default: self = .inputOutput("\(error)")
        }
    }

    /// Whether a store that met this error is not to be used again in this process.
    var endsUse: Bool {
        switch self {
        case .full, .clockBehind, .refused, .owned: false
        case .inputOutput, .corrupt, .rolledBack: true
        }
    }

    /// Runs `body`; an error of SQLite becomes one of the store, any other passes unchanged.
    static func translating<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error)
        }
    }

    /// The same, where only the store's own parts can fail.
    static func wrapping<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StoreError(any: error)
        }
    }
}

extension Database {
    /// Runs `body` in a transaction of its own that takes the write lock first. Rolled back if `body` throws.
    func transaction(_ body: () throws -> Void) throws {
        try inTransaction(.immediate) {
            try body()
            return .commit
        }
    }
}
