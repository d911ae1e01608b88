import RecoveryCrypto

/// Turns a stored log into the files of an export bundle, one after the other (audit-log.md §12).
///
/// It reads every record once, holds 256 of them, and computes the tree again: what does not lead to the signed root
/// is not exported. With receipts it also holds the hashes of all leaves. Of time stamps it holds one for each size.
public struct BundleExport<Reader: LogReader> {
    /// What a bundle may have beyond what it must.
    public struct Options: Sendable {
        /// Whether to write `private.jsonl`, which holds all values that are not erased.
        public var includesPrivateValues: Bool
        /// The positions of records that get a receipt; those beyond the bundle are passed over.
        public var receipts: Set<UInt64>

        public init(includesPrivateValues: Bool = false, receipts: Set<UInt64> = []) {
            self.includesPrivateValues = includesPrivateValues
            self.receipts = receipts
        }
    }

    private let reader: Reader
    private let log: VKey
    private let policy: [UInt8]
    private let checkpoint: VerifiedCheckpoint
    private let createdMicroseconds: UInt64
    private let options: Options

    // Files that are made and not yet taken, last first.
    private var ready: [BundleFile] = []
    private var position: UInt64 = 0
    private var isFinished = false
    private var builder = TileBuilder()
    private var tree = MerkleTree()
    private var hashes = HashedTree()
    // Tokens by the size that they are over, the last of several.
    private var tokens: [UInt64: [UInt8]] = [:]

    /// Prepares an export of the records that `checkpoint` covers.
    ///
    /// - Parameters:
    ///   - checkpoint: the note, cosigned or not.
    ///   - policy: the file with the witnesses; `nil` where there are none.
    ///   - createdMicroseconds: the time of the export, for `manifest.json`.
    public init(
        of reader: Reader,
        identity: LogIdentity,
        checkpoint note: [UInt8],
        policy: [UInt8]? = nil,
        createdMicroseconds: UInt64,
        options: Options = Options()
    ) throws(BundleError<Reader.Failure>) {
        log = VKey(identity)
        self.policy = policy ?? WitnessPolicy.withoutWitnesses(log: log)
        guard let parsed = WitnessPolicy(parsing: self.policy), createdMicroseconds <= CanonicalJSON.largestInteger,
            parsed.logs.isEmpty || parsed.logs.contains(where: { [log] in $0.key == log })
        else { throw .policy }
        do {
            checkpoint = try VerifiedCheckpoint(verifying: note, log: log, witnesses: parsed.witnessKeys)
        } catch {
            throw .checkpoint(error)
        }
        self.reader = reader
        self.createdMicroseconds = createdMicroseconds
        self.options = options
    }

    /// Returns the next file or piece of a file; `nil` at the end.
    public mutating func next() throws(BundleError<Reader.Failure>) -> BundleFile? {
        while ready.isEmpty, !isFinished {
            if position < checkpoint.size {
                ready = try nextRecords().reversed()
            } else {
                guard tree.root == checkpoint.root else { throw .root }
                ready = try closingFiles().reversed()
                isFinished = true
            }
        }
        return ready.popLast()
    }

    /// Reads up to 256 records: their bundle, the tiles they fill, and their lines.
    private mutating func nextRecords() throws(BundleError<Reader.Failure>) -> [BundleFile] {
        let range = position..<min(position + Tiles.width, checkpoint.size)
        let entries = try read { reader throws(Reader.Failure) in try reader.entries(in: range) }
        guard entries.count == range.count else { throw .record(seq: range.lowerBound + UInt64(entries.count)) }
        var files: [BundleFile] = []
        var lines: [UInt8] = []
        for (seq, entry) in zip(range, entries) {
            guard let record = try? AuditRecord(parsing: entry), record.seq == seq,
                record.timeMicroseconds <= CanonicalJSON.largestInteger,
                let payload = try? record.parsedPayload().object
            else { throw .record(seq: seq) }
            let row = IndexRow(
                seq: seq,
                type: record.type,
                timeMicroseconds: record.timeMicroseconds,
                payload: payload
            )
            lines += CanonicalJSON.writeLine(row.json)
            if record.recordType == .anchor { keepToken(of: payload) }
            let leaf = record.leaf
            tree.append(leaf)
            if !options.receipts.isEmpty { hashes.append(leaf) }
            files += builder.append(leaf).map { BundleFile(path: $0.path, bytes: $0.bytes) }
        }
        let path = Tiles.entryBundlePath(index: range.lowerBound / Tiles.width, width: UInt64(entries.count))
        files.append(BundleFile(path: path, bytes: EntryBundle.file(of: entries)))
        files.append(BundleFile(path: "index.jsonl", bytes: lines))
        if options.includesPrivateValues {
            let rows = try read { reader throws(Reader.Failure) in try reader.privateRows(in: range) }
            // The file exists even without rows: its presence says that nothing else is left.
            let lines = rows.flatMap { CanonicalJSON.writeLine($0.json) }
            files.append(BundleFile(path: "private.jsonl", bytes: lines))
        }
        position = range.upperBound
        return files
    }

    /// The rest, with the checkpoint as the very last: a bundle without it is none.
    private func closingFiles() throws(BundleError<Reader.Failure>) -> [BundleFile] {
        var files = builder.partialTiles().map { BundleFile(path: $0.path, bytes: $0.bytes) }
        let stored = try read { reader throws(Reader.Failure) in try reader.checkpoints(upTo: checkpoint.size) }
        for checkpoint in stored {
            files.append(BundleFile(path: "checkpoints/\(checkpoint.size)", bytes: checkpoint.note))
        }
        for (size, token) in tokens.sorted(by: { $0.key < $1.key }) {
            files.append(BundleFile(path: "anchors/\(size).tsr", bytes: token))
        }
        let note = checkpoint.note.bytes
        for seq in options.receipts.sorted() {
            guard let proof = hashes.inclusionProof(index: seq, size: checkpoint.size) else { continue }
            let receipt = InclusionReceipt(index: seq, proof: proof, checkpoint: note)
            files.append(BundleFile(path: "proofs/\(seq).tlog-proof", bytes: receipt.bytes))
        }
        let manifest: JSONValue = [
            "created_us": .integer(Int64(createdMicroseconds)), "first": 0, "format": "rva/v1/bundle",
            "origin": .string(log.name), "size": .integer(Int64(checkpoint.size)),
        ]
        files.append(BundleFile(path: "manifest.json", bytes: CanonicalJSON.writeLine(manifest)))
        files.append(BundleFile(path: "log.vkey", bytes: Array("\(log.text)\n".utf8)))
        files.append(BundleFile(path: "policy", bytes: policy))
        files.append(BundleFile(path: "checkpoint", bytes: note))
        return files
    }

    private mutating func keepToken(of anchor: JSONObject) {
        guard let token = anchor["token"]?.string.flatMap({ Base64.decode($0) }), let size = anchor.count("size"),
            size <= checkpoint.size
        else { return }
        tokens[size] = token
    }

    private func read<Value>(
        _ body: (Reader) throws(Reader.Failure) -> Value
    ) throws(BundleError<Reader.Failure>) -> Value {
        do {
            return try body(reader)
        } catch {
            throw .reader(error)
        }
    }
}
