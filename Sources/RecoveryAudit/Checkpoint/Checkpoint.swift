public import RecoveryCrypto

/// What a log commits to: its name, its size, and the root of its tree. Signed by nobody yet.
public struct Checkpoint: Sendable, Hashable {
    public let origin: Origin
    /// At least 1.
    public let size: UInt64
    /// MTH(size).
    public let root: Digest256

    public init(origin: Origin, size: UInt64, root: Digest256) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the text of a note: origin, size and root on exactly three lines (audit-log.md §10.1).
    public init?(parsing text: String) {
        let lines = fields(of: text, separator: "\n")
        guard lines.count == 4, lines[3].isEmpty, let origin = Origin(String(lines[0])),
            let size = decimal(lines[1]), size >= 1,
            let hash = Base64.decode(lines[2]), let root = Digest256(hash)
        else { return nil }
        self.init(origin: origin, size: size, root: root)
    }

    /// The three lines with their newlines: what is signed, and what a time stamp is taken over.
    public var text: String {
        "\(origin.text)\n\(size)\n\(Base64.encode(root.bytes))\n"
    }

    /// Returns the note of this checkpoint with the signature of the log.
    ///
    /// Whoever calls this answers for the order: first the covered records are durable, then this, then the note is
    /// stored, then it is shown. ``LogWriter/checkpoint(signedBy:)`` keeps it.
    public func signed(by key: Ed25519.PrivateKey) -> SignedNote {
        let identity = LogIdentity(origin: origin, publicKey: key.publicKey)
        let signature = NoteSignature(
            name: origin.text,
            keyID: VKey(identity).keyID,
            signature: key.signature(of: Array(text.utf8))
        )
        return SignedNote(text: text, signatures: [signature])
    }
}

/// Why a note is no checkpoint of a log (audit-log.md §13.2).
public enum CheckpointError: Error, Sendable, Hashable {
    /// No signed note, or not three lines.
    case malformed
    /// Of another origin than the key.
    case origin
    /// No signature of the log, or a line of a known key that does not verify.
    case signature
}

/// A checkpoint that the log signed, and whose every line of a known key verifies.
public struct VerifiedCheckpoint: Sendable, Hashable {
    public let checkpoint: Checkpoint
    /// The note as it was read, unknown lines included.
    public let note: SignedNote
    /// One for each known witness that signed, in the order of the lines.
    public let cosignatures: [Cosignature]

    public var size: UInt64 { checkpoint.size }
    public var root: Digest256 { checkpoint.root }

    /// Checks the note of a checkpoint of `log`. Lines of keys that are neither the log's nor among `witnesses` are
    /// ignored; of the others each must verify.
    public init(
        verifying bytes: [UInt8],
        log: VKey,
        witnesses: [VKey] = []
    ) throws(CheckpointError) {
        guard let note = SignedNote(parsing: bytes), let checkpoint = Checkpoint(parsing: note.text) else {
            throw .malformed
        }
        guard checkpoint.origin.text.hasSameBytes(as: log.name) else { throw .origin }
        let message = Array(note.text.utf8)
        var isSigned = false
        var cosignatures: [Cosignature] = []
        for line in note.signatures {
            if line.isBy(log) {
                guard log.kind == .log, log.publicKey.verifies(line.signature, of: message) else { throw .signature }
                isSigned = true
            }
            for witness in witnesses where line.isBy(witness) {
                guard let cosignature = Cosignature(verifying: line, by: witness, of: checkpoint) else {
                    throw .signature
                }
                // A witness counts once, with the first of its lines whose time can count at all.
                if let index = cosignatures.firstIndex(where: { $0.witness == witness }) {
                    if cosignatures[index].time == 0 { cosignatures[index] = cosignature }
                } else {
                    cosignatures.append(cosignature)
                }
            }
        }
        guard isSigned else { throw .signature }
        self.checkpoint = checkpoint
        self.note = note
        self.cosignatures = cosignatures
    }
}
