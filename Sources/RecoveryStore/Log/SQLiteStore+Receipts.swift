import AccountRecovery
import GRDB
public import RecoveryAudit

extension SQLiteStore {
    /// Receipts for records of the log, each with its entry (`Docs/Specs/audit-log.md` §10.3), in time that grows with
    /// the logarithm of the log.
    ///
    /// Signs a checkpoint first if there is none over all records: the newest records are those that somebody asks for.
    ///
    /// - Parameter positions: of records that are there.
    public func receipts(of positions: [UInt64]) async throws -> [InclusionReceipt] {
        try await writer.exclusively { database, log in
            let note = try log.checkpoint(database)
            let tables = LogTables(database: database)
            return try positions.map { seq in
                guard let proof = try tables.inclusionProof(of: seq, in: log.writer.size) else {
                    throw StoreError.refused("the log has no record \(seq)")
                }
                return InclusionReceipt(index: seq, proof: proof, checkpoint: note, extra: try tables.entry(at: seq))
            }
        }
    }
}
