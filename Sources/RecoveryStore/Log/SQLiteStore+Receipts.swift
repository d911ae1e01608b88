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

    /// How many records a checkpoint covers that this log signed and still leads to.
    ///
    /// - Throws: ``StoreError/refused(_:)`` for anything else.
    public func size(coveredBy note: [UInt8]) async throws -> UInt64 {
        let log = VKey(keys.identity)
        guard let checkpoint = try? VerifiedCheckpoint(verifying: note, log: log) else {
            throw StoreError.refused("the checkpoint is none of this log's; name a bundle that was exported from it")
        }
        return try await writer.exclusively { database, _ in
            let tables = LogTables(database: database)
            guard try checkpoint.size <= tables.size(), try tables.root(of: checkpoint.size) == checkpoint.root else {
                throw StoreError.refused("the checkpoint is of another history than this log's; verify both")
            }
            return checkpoint.size
        }
    }
}
