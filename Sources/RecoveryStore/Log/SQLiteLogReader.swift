import AccountRecovery
import GRDB
import RecoveryAudit

/// The stored log as an export reads it.
struct SQLiteLogReader: LogReader {
    let database: Database
    /// Opens private values with the keys of the vault, which a store does not have.
    var open: (([SealedPrivateRow]) throws -> [PrivateRow])?

    func entries(in range: Range<UInt64>) throws(StoreError) -> [[UInt8]] {
        try StoreError.wrapping {
            try database.rows(
                "SELECT entry FROM audit_entry WHERE seq >= ? AND seq < ? ORDER BY seq",
                [Int64(range.lowerBound), Int64(range.upperBound)]
            ).map { try $0.bytes(0) }
        }
    }

    func checkpoints(upTo size: UInt64) throws(StoreError) -> [StoredCheckpoint] {
        try StoreError.wrapping {
            try database.rows("SELECT size, note FROM audit_checkpoint WHERE size <= ? ORDER BY size", [Int64(size)])
                .map { StoredCheckpoint(size: try $0.bits(0), note: Array(try $0.text(1).utf8)) }
        }
    }

    /// A store cannot open what is sealed: without somebody who holds the keys of the vault it has nothing to give here.
    func privateRows(in range: Range<UInt64>) throws(StoreError) -> [PrivateRow] {
        guard let open else { throw .refused("the store holds private values sealed; they are opened elsewhere") }
        return try StoreError.wrapping {
            try open(
                LogTables(database: database).privateRows(
                    "seq >= ? AND seq < ?",
                    [Int64(range.lowerBound), Int64(range.upperBound)]
                )
            )
        }
    }
}
