import AccountRecovery
import Foundation
import GRDB

// Columns are read with a check: a page that was damaged on the disk may hold any type, whatever STRICT promised
// when it was written, and must end in an error, not in a trap.

extension Row {
    func integer(_ column: Int) throws(StoreError) -> Int64 {
        guard let value = Int64.fromDatabaseValue(self[column]) else { throw .unexpectedColumn(column) }
        return value
    }

    /// An integer that fits, such as an unsigned 16-bit code.
    func integer<Number: FixedWidthInteger>(_ column: Int, as type: Number.Type) throws(StoreError) -> Number {
        guard let number = Number(exactly: try integer(column)) else { throw .unexpectedColumn(column) }
        return number
    }

    /// The 64 bits that were stored as a signed integer of the same pattern.
    func bits(_ column: Int) throws(StoreError) -> UInt64 {
        UInt64(bitPattern: try integer(column))
    }

    func integerIfAny(_ column: Int) throws(StoreError) -> Int64? {
        let value: DatabaseValue = self[column]
        return value.isNull ? nil : try integer(column)
    }

    /// 64 bits as a blob, most significant byte first: SQLite's integers have a sign.
    func bigEndian(_ column: Int) throws(StoreError) -> UInt64 {
        let bytes = try bytes(column)
        guard bytes.count == 8 else { throw .unexpectedColumn(column) }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    func bytes(_ column: Int) throws(StoreError) -> [UInt8] {
        guard let data = Data.fromDatabaseValue(self[column]) else { throw .unexpectedColumn(column) }
        return [UInt8](data)
    }

    func bytesIfAny(_ column: Int) throws(StoreError) -> [UInt8]? {
        let value: DatabaseValue = self[column]
        return value.isNull ? nil : try bytes(column)
    }

    func text(_ column: Int) throws(StoreError) -> String {
        guard let text = String.fromDatabaseValue(self[column]) else { throw .unexpectedColumn(column) }
        return text
    }

    func textIfAny(_ column: Int) throws(StoreError) -> String? {
        let value: DatabaseValue = self[column]
        return value.isNull ? nil : try text(column)
    }
}

extension UInt64 {
    /// 8 bytes, most significant first.
    var bigEndianData: Data { Data((0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - 8 * $0)) }) }
}

extension StoreError {
    fileprivate static func unexpectedColumn(_ column: Int) -> StoreError {
        .corrupt("column \(column) of a row holds another type than was written")
    }
}

extension Database {
    /// Runs a statement that is compiled once for the connection.
    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
        try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
    }
}
