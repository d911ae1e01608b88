import AccountRecovery
import GRDB

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

    /// Runs `body`; an error of SQLite becomes one of the store, any other passes unchanged.
    static func translating<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error)
        }
    }

    /// The same, where nothing but SQLite can fail.
    static func wrapping<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try body()
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError {
            throw StoreError(error)
        } catch {
            throw .inputOutput("\(error)")
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
