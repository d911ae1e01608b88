public import AccountRecovery
import Foundation
import GRDB
public import RecoveryAudit

extension SQLiteStore {
    /// Exports the log into a folder that must not exist (`Docs/Specs/audit-log.md` §12).
    ///
    /// A new epoch opens, so that the keys of all records in the bundle are at rest; the export is recorded and the
    /// epoch sealed; a checkpoint over everything is signed; then the folder is filled. Nothing follows the seal in
    /// this process, so the outside head stays at the bundle's size until somebody writes again. It has receipts for nobody, and
    /// private values only where somebody opens them.
    ///
    /// - Parameters:
    ///   - actor: who asked, as a `ref` of the log.
    ///   - policy: the file with the witnesses; `nil` where there are none.
    ///   - beside: files that lie directly in the folder beside the bundle's own, by their names; verifiers ignore them.
    ///   - open: opens all private values, for `private.jsonl`; `nil` for a bundle without them. What it throws ends the export.
    ///   - cosign: asks the witnesses. Gets the note and returns it with their lines, or as it was.
    /// - Returns: the number of records in the bundle.
    @discardableResult
    public func exportBundle(
        to folder: String,
        actor: String,
        policy: [UInt8]? = nil,
        beside: [String: [UInt8]] = [:],
        opening open: (@Sendable ([SealedPrivateRow], any StoreReader) throws -> [PrivateRow])? = nil,
        cosign: @Sendable ([UInt8]) async throws -> [UInt8] = { $0 }
    ) async throws -> UInt64 {
        let (note, size) = try await writer.exclusively { database, log in
            let hasEpoch = log.isOpen
            try log.prepare(database)
            if hasEpoch { try log.rotate(database) }
            try log.recordExport(actor: actor, format: open == nil ? "bundle" : "bundle.private", database)
            try log.seal(database)
            return (try log.checkpoint(database), log.writer.size)
        }
        let cosigned = try await cosign(note)
        let created = UInt64(max(0, options.clock.microseconds()))
        let identity = keys.identity
        let tenant = Data(options.tenant)
        try await writer.exclusively { database, _ in
            // Blocks the writer for as long as it takes: one consistent picture, from the one connection there is.
            let files = try BundleFolderWriter(folder)
            for (name, bytes) in beside.sorted(by: { $0.key < $1.key }) { try files.write(bytes, to: name) }
            do {
                let state = SQLiteReader(database: database, tenant: tenant, nextPosition: size)
                var export = try BundleExport(
                    of: SQLiteLogReader(database: database, open: open.map { open in { try open($0, state) } }),
                    identity: identity,
                    checkpoint: cosigned,
                    policy: policy,
                    createdMicroseconds: created,
                    options: .init(includesPrivateValues: open != nil)
                )
                while let file = try export.next() { try files.write(file) }
            } catch let error as BundleError<StoreError> {
                throw StoreError(error)
            }
        }
        return size
    }

    /// Verifies the log where it lies, with everything that is derived from it, and says what an auditor would.
    ///
    /// Signs a checkpoint first if there is none over all records, as the verifier wants one. Others go on writing
    /// meanwhile; what they write is not looked at.
    public func verifyLog(_ verification: VerificationOptions) async throws -> Verdict {
        let identity = keys.identity
        let queue = writer.database
        let bundle = try await writer.exclusively { database, log in
            let note = try log.checkpoint(database)
            return try StoredBundle(queue, database, size: log.writer.size, checkpoint: note, identity: identity)
        }
        // Waits for the disk, which is nothing for the few threads that tasks share.
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: LogVerifier(verification).verify(bundle))
            }
        }
    }
}

extension StoreError {
    fileprivate init(_ error: BundleError<StoreError>) {
        switch error {
        case .reader(let error): self = error
        case .record(let seq): self = .corrupt("record \(seq) of the log is missing or cannot be read")
        case .root: self = .corrupt("the records of the log do not lead to the signed root")
        case .checkpoint(let error): self = .refused("the checkpoint came back from the witnesses damaged (\(error))")
        case .policy: self = .refused("the witness policy cannot be read, or is for another log; correct it")
        }
    }
}
