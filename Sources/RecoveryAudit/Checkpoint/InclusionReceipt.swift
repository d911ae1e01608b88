public import RecoveryCrypto

/// That one record is in the tree of one checkpoint: a C2SP `.tlog-proof` file (audit-log.md §10.3).
///
///     c2sp.org/tlog-proof@v1
///     index 7
///     MzUjhDuhZpJ5DCcl9R/pfeKJDIl5YTjNl/WhFs+OIlQ=     sibling of the leaf first
///     …
///                                                       an empty line
///     audit.example.org/recovery                        the checkpoint, verbatim
///     27
///     …
public struct InclusionReceipt: Sendable, Hashable {
    /// A tree of 2^63 leaves needs no more hashes.
    public static let maximumHashes = 63

    /// The position of the record in the log.
    public let index: UInt64
    public let proof: [Digest256]
    /// The note, its signatures unchecked.
    public let checkpoint: [UInt8]
    /// What the optional `extra` line holds.
    public let extra: [UInt8]?

    public init(index: UInt64, proof: [Digest256], checkpoint: [UInt8], extra: [UInt8]? = nil) {
        self.index = index
        self.proof = proof
        self.checkpoint = checkpoint
        self.extra = extra
    }

    /// Reads a file, or refuses. The checkpoint inside is not read.
    public init?(parsing bytes: [UInt8]) {
        var lines = ProofLines(bytes)
        guard lines.next()?.hasSameBytes(as: InclusionReceipt.header) == true, var line = lines.next() else {
            return nil
        }
        var extra: [UInt8]?
        if line.utf8.starts(with: "extra ".utf8) {
            guard let bytes = Base64.decode(Substring(line.utf8.dropFirst(6))), let next = lines.next() else {
                return nil
            }
            (extra, line) = (bytes, next)
        }
        guard line.utf8.starts(with: "index ".utf8), let index = decimal(Substring(line.utf8.dropFirst(6))),
            let proof = lines.hashes(atMost: InclusionReceipt.maximumHashes), !lines.rest.isEmpty
        else { return nil }
        self.init(index: index, proof: proof, checkpoint: Array(lines.rest), extra: extra)
    }

    /// The file.
    public var bytes: [UInt8] {
        var text = InclusionReceipt.header + "\n"
        if let extra { text += "extra \(Base64.encode(extra))\n" }
        text += "index \(index)\n"
        return Array(text.utf8) + ProofLines.bytes(of: proof) + checkpoint
    }

    private static let header = "c2sp.org/tlog-proof@v1"
}
