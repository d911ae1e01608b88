public import AccountRecovery
import GRDB
public import RecoveryAudit

/// A record of the log as a list shows it, unverified.
public struct ListedRecord: Sendable {
    public let record: AuditRecord
    /// `nil` if the payload cannot be read.
    public let payload: JSONObject?
}

extension SQLiteStore {
    /// The number of records.
    public func logSize() async throws -> UInt64 {
        try await writer.exclusively { database, _ in try LogTables(database: database).size() }
    }

    /// The records of `range`, in order; those of one case if one is named. At most `limit`.
    public func records(
        in range: Range<UInt64>,
        ofCase caseReference: String? = nil,
        limit: Int = 1000
    ) async throws -> [ListedRecord] {
        let (from, to) = (Int64(clamping: range.lowerBound), Int64(clamping: range.upperBound))
        return try await writer.exclusively { database, _ in
            let rows =
                if let caseReference {
                    try database.rows(
                        """
                        SELECT entry FROM audit_index JOIN audit_entry USING (seq)
                        WHERE case_ref = ? AND seq >= ? AND seq < ? ORDER BY seq LIMIT ?
                        """,
                        [caseReference, from, to, limit]
                    )
                } else {
                    try database.rows(
                        "SELECT entry FROM audit_entry WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?",
                        [from, to, limit]
                    )
                }
            return try rows.map { row in
                guard let record = try? AuditRecord(parsing: row.bytes(0)) else {
                    throw StoreError.corrupt("a record of the log cannot be read")
                }
                return ListedRecord(record: record, payload: try? record.parsedPayload().object)
            }
        }
    }

    /// The private values of one record that were not erased, sealed.
    public func privateRows(of seq: UInt64) async throws -> [SealedPrivateRow] {
        try await writer.exclusively { database, _ in
            try LogTables(database: database).privateRows("seq = ?", [Int64(clamping: seq)])
        }
    }
}
