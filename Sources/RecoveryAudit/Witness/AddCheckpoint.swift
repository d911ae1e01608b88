public import RecoveryCrypto

/// What a log asks of a witness: the body of C2SP tlog-witness `add-checkpoint` (audit-log.md §10.4).
///
///     old 20
///     MzUjhDuhZpJ5DCcl9R/pfeKJDIl5YTjNl/WhFs+OIlQ=     consistency of the tree with that of size 20
///     …
///                                                       an empty line
///     audit.example.org/recovery                        the checkpoint, verbatim
///     27
///     …
public struct AddCheckpoint: Sendable, Hashable {
    /// A consistency proof needs no more hashes.
    public static let maximumHashes = 63

    /// The size of the tree that the log believes the witness to have seen last; 0 for none.
    public let old: UInt64
    public let proof: [Digest256]
    /// The note, its signatures unchecked.
    public let checkpoint: [UInt8]

    public init(old: UInt64, proof: [Digest256], checkpoint: [UInt8]) {
        self.old = old
        self.proof = proof
        self.checkpoint = checkpoint
    }

    /// Reads a body, or refuses. The checkpoint inside is not read.
    public init?(parsing bytes: [UInt8]) {
        var lines = ProofLines(bytes)
        guard let first = lines.next(), first.utf8.starts(with: "old ".utf8),
            let old = decimal(Substring(first.utf8.dropFirst(4))),
            let proof = lines.hashes(atMost: Self.maximumHashes), !lines.rest.isEmpty
        else { return nil }
        self.init(old: old, proof: proof, checkpoint: Array(lines.rest))
    }

    /// The body.
    public var bytes: [UInt8] {
        Array("old \(old)\n".utf8) + ProofLines.bytes(of: proof) + checkpoint
    }
}
