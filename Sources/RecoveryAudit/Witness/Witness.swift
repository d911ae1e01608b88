public import RecoveryCrypto

/// Somebody outside who remembers the newest checkpoint of each log, and cosigns the next one only if it extends it: a
/// log that shows two histories finds a signature for one of them (C2SP tlog-witness, audit-log.md §10.4).
///
/// This is the judgement alone. Whoever calls it holds a lock over reading the state, judging, and keeping the new state
/// on the disk, and answers only then: two answers from one state would be two histories, both cosigned.
public struct Witness: Sendable {
    /// What the witness says, with the status that it has over HTTP.
    public enum Answer: Sendable, Hashable {
        /// 200: the cosignature.
        case cosigned(NoteSignature)
        /// 400: not a request, or one for a tree smaller than the old one.
        case malformed
        /// 403: not signed by the log.
        case unsigned
        /// 404: a log that this witness does not watch.
        case unknownLog
        /// 409: the witness saw a tree of this size last, which is not the old one, or is another of the same size.
        case conflict(size: UInt64)
        /// 422: the proof does not show that the tree extends the old one.
        case inconsistent

        public var status: Int {
            switch self {
            case .cosigned: 200
            case .malformed: 400
            case .unsigned: 403
            case .unknownLog: 404
            case .conflict: 409
            case .inconsistent: 422
            }
        }

        /// The body: signature lines, or the size that would have been the right one.
        public var body: [UInt8] {
            switch self {
            case .cosigned(let line): Array(line.line.utf8)
            case .conflict(let size): Array("\(size)\n".utf8)
            case .malformed, .unsigned, .unknownLog, .inconsistent: []
            }
        }
    }

    private let name: String
    private let key: Ed25519.PrivateKey
    private let logs: [VKey]

    /// - Parameter logs: the keys of the logs that it watches.
    /// - Returns: `nil` if `name` cannot name a key, or one of `logs` is no key of a log.
    public init?(name: String, key: Ed25519.PrivateKey, logs: [VKey]) {
        guard VKey(name: name, kind: .witness, publicKey: key.publicKey) != nil,
            logs.allSatisfy({ $0.kind == .log })
        else { return nil }
        self.name = name
        self.key = key
        self.logs = logs
    }

    /// Judges a request.
    ///
    /// - Parameter state: what was seen so far. The state that comes back with a cosignature must be kept before the
    ///   answer is given; with every other answer it is as it was.
    public func answer(to body: [UInt8], at now: UnixTime, state: HeadState) -> (answer: Answer, state: HeadState) {
        guard let request = AddCheckpoint(parsing: body), let note = SignedNote(parsing: request.checkpoint),
            let asked = Checkpoint(parsing: note.text)
        else { return (.malformed, state) }
        let known = logs.filter { asked.origin.text.hasSameBytes(as: $0.name) }
        guard !known.isEmpty else { return (.unknownLog, state) }
        var found: (log: VKey, checkpoint: Checkpoint)?
        for log in known where found == nil {
            if let signed = try? VerifiedCheckpoint(verifying: request.checkpoint, log: log) {
                found = (log, signed.checkpoint)
            }
        }
        guard let (log, checkpoint) = found else { return (.unsigned, state) }
        guard request.old <= checkpoint.size else { return (.malformed, state) }
        // What the state holds was verified before it was kept.
        let seen = state.note(for: log).flatMap { SignedNote(parsing: $0) }.flatMap { Checkpoint(parsing: $0.text) }
        let (size, root) = (seen?.size ?? 0, seen?.root ?? MerkleTree.emptyRoot)
        guard request.old == size, checkpoint.size > size || checkpoint.root == root else {
            return (.conflict(size: size), state)
        }
        let extends = ConsistencyProof.verify(
            old: size,
            new: checkpoint.size,
            oldRoot: root,
            newRoot: checkpoint.root,
            proof: request.proof
        )
        guard extends else { return (.inconsistent, state) }
        guard let line = Cosignature.line(name: name, key: key, time: now, checkpoint: checkpoint) else {
            return (.malformed, state)
        }
        // Of the note only what the log signed: lines of strangers are nobody's business here.
        let kept = SignedNote(text: note.text, signatures: note.signatures.filter { $0.isBy(log) }).bytes
        return (.cosigned(line), state.remembering(VerifiedHead(logKey: log, note: kept)))
    }
}
