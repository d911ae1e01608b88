import RecoveryCrypto

/// Judges signed notes as checkpoints of one log, in the bundle, in receipts and from outside (§13.2, §10.1).
struct NoteChecks {
    let logKey: VKey?
    let policy: WitnessPolicy?
    let now: UnixTime

    /// Returns the checkpoint in a note, or why it is none. Without a key of the log there is no valid note.
    func checkpoint(in note: [UInt8]) throws(CheckpointError) -> VerifiedCheckpoint {
        guard let logKey else {
            // Even so, what is no note at all is called by its name.
            guard let note = SignedNote(parsing: note), Checkpoint(parsing: note.text) != nil else { throw .malformed }
            throw .signature
        }
        return try VerifiedCheckpoint(verifying: note, log: logKey, witnesses: policy?.witnessKeys ?? [])
    }

    /// Whether enough witnesses vouch for it. A cosignature that is not counted for its time is reported.
    func isWitnessed(
        by cosignatures: [Cosignature],
        seq: UInt64? = nil,
        size: UInt64,
        _ findings: inout Findings
    ) -> Bool {
        if !cosignatures.allSatisfy({ $0.counts(at: now) }) { findings.add(.cosignatureFuture, seq: seq, size: size) }
        return policy?.isMet(by: cosignatures, at: now) ?? false
    }
}

extension CheckpointError {
    var code: FindingCode {
        switch self {
        case .malformed: .checkpointMalformed
        case .origin: .checkpointOrigin
        case .signature: .checkpointSignature
        }
    }
}
