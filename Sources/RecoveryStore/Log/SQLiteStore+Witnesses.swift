import AccountRecovery
import GRDB
public import RecoveryAudit

/// What an anchoring came to.
public struct Anchoring: Sendable, Hashable {
    /// How many records the cosigned checkpoint covers.
    public let size: UInt64
    /// The names of the witnesses that signed.
    public let witnesses: [String]
    /// Whether they are enough for the policy.
    public let isQuorum: Bool
}

extension SQLiteStore {
    /// What to ask a witness that saw a tree of `old` records last; 0 for none.
    public func request(toWitnessOf old: UInt64) async throws -> AddCheckpoint {
        try await writer.exclusively { database, log in
            let note = try log.checkpoint(database)
            let size = log.writer.size
            guard let proof = try LogTables(database: database).consistencyProof(old: old, new: size) else {
                throw StoreError.refused("the log has \(size) records, and the witness is said to have seen \(old)")
            }
            return AddCheckpoint(old: old, proof: proof, checkpoint: note)
        }
    }

    /// Takes cosignatures of one checkpoint of this log: keeps them with it, and writes them back into the log, so that
    /// everything before is older than they are (`Docs/Specs/audit-log.md` §10.5).
    ///
    /// - Parameter lines: signature lines, as witnesses answer. Those of nobody whom the policy knows are left out.
    /// - Throws: ``StoreError/refused(_:)`` if they cosign no checkpoint that is kept.
    public func anchor(_ lines: [NoteSignature], policy: WitnessPolicy) async throws -> Anchoring {
        let identity = keys.identity
        let known = lines.filter { line in policy.witnessKeys.contains { line.isBy($0) } }
        let now = options.clock.now()
        return try await writer.exclusively { database, log in
            guard let cosigned = try Self.cosigned(by: known, VKey(identity), policy, in: database) else {
                throw StoreError.refused("no checkpoint of this log is cosigned by a witness of the policy here")
            }
            try log.prepare(database)
            try log.recordAnchor(cosigned, by: known, database)
            return Anchoring(
                size: cosigned.size,
                witnesses: cosigned.cosignatures.map(\.witness.name),
                isQuorum: policy.isMet(by: cosigned.cosignatures, at: now)
            )
        }
    }

    /// The newest stored checkpoint that all of `lines` are over. The lines do not say which.
    private static func cosigned(
        by lines: [NoteSignature],
        _ log: VKey,
        _ policy: WitnessPolicy,
        in database: Database
    ) throws -> VerifiedCheckpoint? {
        guard !lines.isEmpty else { return nil }
        for stored in try SQLiteLogReader(database: database).checkpoints(upTo: UInt64(Int64.max)).reversed() {
            guard let note = SignedNote(parsing: stored.note) else { continue }
            // The same witness may be asked again: its newer line takes the place of the older one.
            let others = note.signatures.filter { old in
                !lines.contains { $0.name == old.name && $0.keyID == old.keyID }
            }
            let bytes = SignedNote(text: note.text, signatures: others + lines).bytes
            let witnesses = policy.witnessKeys
            if let checkpoint = try? VerifiedCheckpoint(verifying: bytes, log: log, witnesses: witnesses) {
                return checkpoint
            }
        }
        return nil
    }
}
