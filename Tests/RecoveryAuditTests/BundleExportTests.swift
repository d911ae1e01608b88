import RecoveryCrypto
import Testing

@testable import RecoveryAudit

@Suite struct BundleExportTests {
    private let log: SmallLog
    private let reader: SmallReader
    private let note: [UInt8]

    init() throws {
        log = try SmallLog.filled()
        note = try log.sign()
        reader = SmallReader(log)
    }

    private func export(
        _ reader: SmallReader? = nil,
        note: [UInt8]? = nil,
        policy: [UInt8]? = nil,
        options: BundleExport<SmallReader>.Options = .init()
    ) throws -> [(path: String, bytes: [UInt8])] {
        var export = try BundleExport(
            of: reader ?? self.reader,
            identity: log.identity,
            checkpoint: note ?? self.note,
            policy: policy,
            createdMicroseconds: 7,
            options: options
        )
        var files: [(path: String, bytes: [UInt8])] = []
        while let piece = try export.next() {
            if let index = files.firstIndex(where: { $0.path == piece.path }) {
                files[index].bytes += piece.bytes
            } else {
                files.append((piece.path, piece.bytes))
            }
        }
        return files
    }

    @Test func `writes the required files, the checkpoint last`() throws {
        let files = try export()
        #expect(
            files.map(\.path) == [
                "tile/entries/000.p/31", "index.jsonl", "tile/0/000.p/31", "checkpoints/31", "manifest.json",
                "log.vkey",
                "policy", "checkpoint",
            ]
        )
        let content = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
        let manifest = try CanonicalJSON.parseFile(try #require(content["manifest.json"]))
        #expect(
            manifest == [
                "created_us": 7, "first": 0, "format": "rva/v1/bundle", "origin": .string(log.vectors.origin),
                "size": 31,
            ]
        )
        #expect(content["checkpoint"] == note && content["checkpoints/31"] == note)
        #expect(VKey(file: try #require(content["log.vkey"])) == VKey(log.identity))
        let policyFile = try #require(content["policy"])
        let policy = try #require(WitnessPolicy(parsing: policyFile))
        #expect(!policy.anchors && policy.logs.map(\.key) == [VKey(log.identity)])
        let entries = EntryBundle.read(try #require(content["tile/entries/000.p/31"]), count: 31)
        #expect(entries.isExact && entries.entries == log.records.map(\.entry))
        #expect(Tiles.hashes(in: try #require(content["tile/0/000.p/31"])) == log.records.map(\.leaf))
        let rows = try CanonicalJSON.parseLines(try #require(content["index.jsonl"]))
        #expect(rows == log.records.map(\.index.json) && rows.count == 31)
        #expect(
            rows[2] == [
                "actor": "agent-7", "case": "C-7F3K", "seq": 2, "subject": .string(String(repeating: "a", count: 32)),
                "time_us": .integer(1_760_000_003_000_000), "type": 16,
            ]
        )
    }

    @Test func `adds private values and receipts when asked`() throws {
        let files = try export(options: .init(includesPrivateValues: true, receipts: [2, 30, 31]))
        let content = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
        let rows = try CanonicalJSON.parseLines(try #require(content["private.jsonl"]))
        #expect(rows.count == 1 && rows[0]["name"] == "contact" && rows[0]["seq"] == 2)
        #expect(rows[0]["value"]?.string.flatMap { Base64.decode($0) } == Array("alice@example.org".utf8))
        #expect(
            content.keys.filter { $0.hasPrefix("proofs/") }.sorted() == ["proofs/2.tlog-proof", "proofs/30.tlog-proof"]
        )
        for seq in [2, 30] {
            let file = try #require(content["proofs/\(seq).tlog-proof"])
            let receipt = try #require(InclusionReceipt(parsing: file))
            #expect(receipt.checkpoint == note)
            let holds = InclusionProof.verify(
                leaf: log.records[seq].leaf,
                index: receipt.index,
                size: 31,
                proof: receipt.proof,
                root: log.writer.tree.root
            )
            #expect(holds && receipt.index == UInt64(seq))
        }
    }

    @Test func `leaves later records out`() throws {
        try log.add(["event": "audit.full", "free": 1])
        let files = try export(SmallReader(log))
        #expect(files.contains { $0.path == "tile/entries/000.p/31" } && !files.contains { $0.path.contains("32") })
    }

    @Test func `cuts a long log into tiles of 256`() throws {
        for count in 0..<500 { try log.add(["event": "audit.full", "free": .integer(Int64(count))]) }
        let note = try log.sign()
        let files = try export(SmallReader(log), note: note)
        let tiles = files.map(\.path).filter { $0.hasPrefix("tile/") }.sorted()
        #expect(
            tiles == [
                "tile/0/000", "tile/0/001", "tile/0/002.p/19", "tile/1/000.p/2", "tile/entries/000", "tile/entries/001",
                "tile/entries/002.p/19",
            ]
        )
        let index = try #require(files.first { $0.path == "index.jsonl" })
        #expect(try CanonicalJSON.parseLines(index.bytes).map { $0["seq"] } == (0..<531).map { .integer($0) })
        #expect(
            files.filter { $0.path.hasPrefix("checkpoints/") }.map(\.path) == ["checkpoints/31", "checkpoints/531"]
        )
    }

    @Test func `ends without a checkpoint when the store does not give what was signed`() throws {
        var short = reader
        short.records.removeLast()
        #expect(throws: BundleError<SmallReader.Fault>.record(seq: 30)) { try export(short) }
        var swapped = reader
        swapped.records.swapAt(3, 4)
        #expect(throws: BundleError<SmallReader.Fault>.record(seq: 3)) { try export(swapped) }
        var changed = reader
        changed.records[9][changed.records[9].count - 1] ^= 1
        #expect(throws: BundleError<SmallReader.Fault>.root) { try export(changed) }
        var cut = reader
        cut.records[5].removeLast()
        #expect(throws: BundleError<SmallReader.Fault>.record(seq: 5)) { try export(cut) }
        var failing = reader
        failing.fails = true
        #expect(throws: BundleError<SmallReader.Fault>.reader(.disk)) { try export(failing) }
    }

    @Test func `begins with a checkpoint and a policy of this log only`() throws {
        #expect(throws: BundleError<SmallReader.Fault>.checkpoint(.malformed)) { try export(note: []) }
        let stranger = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 3, count: 32).span))
        let checkpoint = Checkpoint(origin: log.identity.origin, size: 31, root: log.writer.tree.root)
        #expect(throws: BundleError<SmallReader.Fault>.checkpoint(.signature)) {
            try export(note: checkpoint.signed(by: stranger).bytes)
        }
        #expect(throws: BundleError<SmallReader.Fault>.policy) { try export(policy: Array("quorum w\n".utf8)) }
        let other = LogIdentity(origin: log.identity.origin, publicKey: stranger.publicKey)
        #expect(throws: BundleError<SmallReader.Fault>.policy) {
            try export(policy: WitnessPolicy.withoutWitnesses(log: VKey(other)))
        }
        #expect(try export(policy: Array("quorum none\n".utf8)).contains { $0.path == "checkpoint" })
    }
}
