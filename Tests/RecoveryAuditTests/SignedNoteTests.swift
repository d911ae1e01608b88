import RecoveryAudit
import RecoveryCrypto
import RecoveryTestSupport
import Testing

/// Known answers for §10.1 and §10.3.
struct NoteVectors: Decodable {
    let cosignature_message: String
    let cosignature_time: UInt64
    let log_keyid: String
    let log_seed: String
    let log_signature: String
    let log_vkey: String
    let note: String
    let note_unwitnessed: String
    let policy: String
    let proof_entry: String
    let proof_index: UInt64
    let text: String
    let tlog_proof: String
    let witness_keyid: String
    let witness_name: String
    let witness_seed: String
    let witness_vkey: String

    init() throws {
        self = try VectorFile.decode(NoteVectors.self, from: "audit-log/ours-note.json")
    }

    var logKey: Ed25519.PrivateKey { Ed25519.PrivateKey(seed: SecretKey(hex: log_seed)) }
    var witnessKey: Ed25519.PrivateKey { Ed25519.PrivateKey(seed: SecretKey(hex: witness_seed)) }
    var log: VKey { get throws { try #require(VKey(parsing: log_vkey)) } }
    var witness: VKey { get throws { try #require(VKey(parsing: witness_vkey)) } }
}

@Suite struct SignedNoteTests {
    private let vectors: NoteVectors
    private let log: VKey
    private let witness: VKey

    init() throws {
        vectors = try NoteVectors()
        log = try vectors.log
        witness = try vectors.witness
    }

    private func verified(_ note: String) throws(CheckpointError) -> VerifiedCheckpoint {
        try VerifiedCheckpoint(verifying: Array(note.utf8), log: log, witnesses: [witness])
    }

    @Test func `reads and writes the verifying keys of the vectors`() throws {
        #expect(log.text == vectors.log_vkey && log.kind == .log)
        #expect(String(log.keyID, radix: 16) == vectors.log_keyid)
        #expect(log.publicKey == vectors.logKey.publicKey)
        #expect(log == VKey(try #require(log.identity)))
        #expect(witness.text == vectors.witness_vkey && witness.kind == .witness && witness.identity == nil)
        #expect(String(witness.keyID, radix: 16) == vectors.witness_keyid)
        #expect(witness == VKey(name: vectors.witness_name, kind: .witness, publicKey: vectors.witnessKey.publicKey))
        #expect(VKey(file: Array("\(vectors.log_vkey)\n".utf8)) == log)
    }

    @Test func `signs and cosigns the bytes of the vectors`() throws {
        let checkpoint = try #require(Checkpoint(parsing: vectors.text))
        #expect(checkpoint.text == vectors.text && checkpoint.size == 27)
        let note = checkpoint.signed(by: vectors.logKey)
        #expect(note.signatures[0].signature.hexadecimal == vectors.log_signature)
        let message = Cosignature.message(time: vectors.cosignature_time, checkpoint: checkpoint)
        #expect(message == Array(vectors.cosignature_message.utf8))
        let line = try #require(
            Cosignature.line(
                name: vectors.witness_name,
                key: vectors.witnessKey,
                time: UnixTime(seconds: Int64(vectors.cosignature_time)),
                checkpoint: checkpoint
            )
        )
        #expect(note.adding([line]).bytes == Array(vectors.note.utf8))
    }

    @Test func `verifies the notes of the vectors`() throws {
        let cosigned = try verified(vectors.note)
        #expect(cosigned.size == 27 && cosigned.note.bytes == Array(vectors.note.utf8))
        #expect(cosigned.cosignatures.map(\.witness) == [witness])
        #expect(cosigned.cosignatures.map(\.time) == [vectors.cosignature_time])
        let bare = try verified(vectors.note_unwitnessed)
        #expect(bare.size == 9 && bare.cosignatures.isEmpty)
    }

    @Test func `reads, writes and proves the receipt of the vectors`() throws {
        let receipt = try #require(InclusionReceipt(parsing: Array(vectors.tlog_proof.utf8)))
        #expect(receipt.bytes == Array(vectors.tlog_proof.utf8))
        #expect(receipt.index == vectors.proof_index && receipt.proof.count == 5 && receipt.extra == nil)
        let checkpoint = try VerifiedCheckpoint(verifying: receipt.checkpoint, log: log)
        let record = try AuditRecord(parsing: [UInt8](hex: vectors.proof_entry))
        #expect(
            InclusionProof.verify(
                leaf: record.leaf,
                index: receipt.index,
                size: checkpoint.size,
                proof: receipt.proof,
                root: checkpoint.root
            )
        )
    }

    @Test func `ignores lines of keys it does not know`() throws {
        let stranger = "\u{2014} stranger.example AAAAAAA=\n"
        #expect(try verified(vectors.note + stranger).cosignatures.count == 1)
        // The witness's line is a stranger's to somebody who does not know the witness.
        let bytes = Array(vectors.note.utf8)
        #expect(try VerifiedCheckpoint(verifying: bytes, log: log).cosignatures.isEmpty)
        // A combining mark after a separator makes one character of the two, and two parts all the same.
        #expect(try verified(vectors.note + "\u{2014} \u{301}x AAAAAAA=\n").size == 27)
    }

    @Test func `counts a witness once`() throws {
        let line = try #require(vectors.note.split(separator: "\n").last)
        #expect(try verified(vectors.note + line + "\n").cosignatures.count == 1)
    }

    @Test(
        arguments: [
            (1_759_999_700, true), (1_759_999_699, false), (1_760_000_000, true), (4_000_000_000, true), (-1, false),
        ] as [(Int64, Bool)]
    )
    func `believes a cosignature up to 300 seconds ahead`(now: Int64, counts: Bool) throws {
        let cosignature = try #require(try verified(vectors.note).cosignatures.first)
        #expect(cosignature.counts(at: UnixTime(seconds: now)) == counts)
    }

    @Test func `refuses a note that any single bit makes another, up to the end of the log's line`() throws {
        let note = Array(vectors.note.utf8)
        let last = try #require(vectors.note.split(separator: "\n").last)
        // The witness's line and its newline may say anything; the newline before them may not.
        for bit in 0..<(note.count - last.utf8.count - 1) * 8 {
            var changed = note
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CheckpointError.self, "bit \(bit)") {
                try VerifiedCheckpoint(verifying: changed, log: log, witnesses: [witness])
            }
        }
    }

    @Test func `refuses every prefix that does not end with the log's line`() throws {
        let note = Array(vectors.note_unwitnessed.utf8)
        for count in 0..<note.count {
            #expect(throws: CheckpointError.malformed) {
                try VerifiedCheckpoint(verifying: Array(note[..<count]), log: log)
            }
        }
    }

    @Test func `says why a note is no checkpoint of the log`() throws {
        let other = try #require(Origin("other.example"))
        let key = vectors.logKey
        let root = MerkleTree.emptyRoot
        let foreign = Checkpoint(origin: other, size: 1, root: root).signed(by: key)
        #expect(throws: CheckpointError.origin) { try VerifiedCheckpoint(verifying: foreign.bytes, log: log) }

        let unsigned = SignedNote(
            text: vectors.text,
            signatures: [
                NoteSignature(name: "stranger", keyID: 1, signature: [1])
            ]
        )
        #expect(throws: CheckpointError.signature) { try VerifiedCheckpoint(verifying: unsigned.bytes, log: log) }

        // One good line does not heal a bad one of a known key.
        let bad = NoteSignature(name: log.name, keyID: log.keyID, signature: [UInt8](repeating: 0, count: 64))
        let mixed = try verified(vectors.note).note.adding([bad])
        #expect(throws: CheckpointError.signature) { try VerifiedCheckpoint(verifying: mixed.bytes, log: log) }
        let badWitness = NoteSignature(
            name: witness.name,
            keyID: witness.keyID,
            signature: [UInt8](repeating: 0, count: 72)
        )
        let half = try verified(vectors.note_unwitnessed).note.adding([badWitness])
        #expect(throws: CheckpointError.signature) {
            try VerifiedCheckpoint(verifying: half.bytes, log: log, witnesses: [witness])
        }
        #expect(try VerifiedCheckpoint(verifying: half.bytes, log: log).size == 9)
    }

    @Test(arguments: [
        "audit.example.org/recovery\n0\nROOT\n", "audit.example.org/recovery\n01\nROOT\n",
        "audit.example.org/recovery\n9007199254740992\nROOT\n", "audit.example.org/recovery\n+1\nROOT\n",
        "audit.example.org/recovery\n1\nROOT\nextension\n", "audit.example.org/recovery\n1\n",
        "Audit.example.org/recovery\n1\nROOT\n", "audit.example.org/recovery\n1\nAAAA\n",
        "audit.example.org/recovery\n1\nROOT", "audit.example.org/recovery\n1\nROOT\n\n", "\n1\nROOT\n",
        "audit.example.org/recovery\n1 \nROOT\n",
    ])
    func `refuses a text that is not three lines of a checkpoint`(text: String) {
        let root = "eYt3GvSwnmnfkPuFxK6FWQLBhoP8yW6m+SEB91aJrKY="
        let parts = text.split(separator: "ROOT", omittingEmptySubsequences: false)
        #expect(Checkpoint(parsing: parts.joined(separator: root)) == nil)
    }

    @Test(arguments: [
        "text\n\u{2014} a AAAAAAA=\n", "text\n\n", "\n\u{2014} a AAAAAAA=\n", "text\n\n\u{2014} a AAAAAAA=",
        "text\n\n- a AAAAAAA=\n", "text\n\n\u{2014}  a AAAAAAA=\n", "text\n\n\u{2014} a  AAAAAAA=\n",
        "text\n\n\u{2014} a AAAAAAA= \n", "text\n\n\u{2014} a AAAAAAB=\n", "text\n\n\u{2014} a AAAAAA==\n",
        "text\n\n\u{2014} a AAAAAAA\n", "text\n\n\u{2014} a+b AAAAAAA=\n", "text\n\n\u{2014} a\u{a0}b AAAAAAA=\n",
        "te\txt\n\n\u{2014} a AAAAAAA=\n", "te\u{7f}xt\n\n\u{2014} a AAAAAAA=\n", "text\r\n\n\u{2014} a AAAAAAA=\n",
        "text\n\n\u{2014} a AAAAAAA=\n\n", "text\n\n\u{2014} a AAAAAAA=\n\n\u{2014} a AAAAAAA=x\n", "",
    ])
    func `refuses what is no signed note`(note: String) {
        #expect(SignedNote(parsing: Array(note.utf8)) == nil)
    }

    @Test func `refuses a note of more than 65,536 bytes, or of other bytes than UTF-8`() throws {
        let line = "\n\u{2014} a AAAAAAA=\n"
        let room = SignedNote.maximumSize - line.utf8.count - 1
        let largest = Array((String(repeating: "x", count: room) + "\n" + line).utf8)
        #expect(largest.count == SignedNote.maximumSize && SignedNote(parsing: largest)?.bytes == largest)
        #expect(SignedNote(parsing: [UInt8(ascii: "x")] + largest) == nil)
        #expect(SignedNote(parsing: [0xff] + Array(("\n" + line).utf8)) == nil)
    }

    @Test func `refuses a verifying key that is not spelt as it must be`() {
        let good = vectors.log_vkey
        let rest = good.dropFirst("audit.example.org/recovery".count)
        for text in [
            "", "a", "a+b", "a+b+c", good + " ", good + "\n", " " + good, String(good.dropLast()),
            good.replacing("ebc3840b", with: "EBC3840B"), good.replacing("ebc3840b", with: "ebc3840c"),
            good.replacing("+AY", with: "+BY"), good.replacing("+AY", with: "+AI"), "audit.example.org/other" + rest,
            String(rest), "audit example" + rest,
        ] {
            #expect(VKey(parsing: text) == nil, "\(text)")
        }
        #expect(VKey(file: Array(good.utf8)) == nil)
        #expect(VKey(file: Array("\(good)\n\n".utf8)) == nil)
    }

    @Test func `refuses a receipt that is cut, or holds more than it may`() {
        let whole = vectors.tlog_proof
        let head = whole.prefix { $0 != "\n" }.count + 1
        let body = whole.dropFirst(head)
        for text in [
            "", "c2sp.org/tlog-proof@v1\n", String(body), "c2sp.org/tlog-proof@v2\n" + body,
            whole.replacing("index 7", with: "index 07"), whole.replacing("index 7", with: "index \u{301}7"),
            whole.replacing("index 7\n", with: ""), whole.replacing("index 7\n", with: "extra AA\nindex 7\n"),
            whole.replacing("index 7\n", with: "index 7\nextra AA==\n"),
            whole.replacing("index 7\n", with: "index 7\n" + String(repeating: rootLine, count: 59)),
            String(whole.prefix(head + 8)), whole.replacing("\n\naudit", with: "\naudit"),
        ] {
            #expect(InclusionReceipt(parsing: Array(text.utf8)) == nil, "\(text)")
        }
        let extra = whole.replacing("index 7\n", with: "extra AQI=\nindex 7\n")
        let receipt = InclusionReceipt(parsing: Array(extra.utf8))
        #expect(receipt?.extra == [1, 2] && receipt?.bytes == Array(extra.utf8))
    }

    private let rootLine = "eYt3GvSwnmnfkPuFxK6FWQLBhoP8yW6m+SEB91aJrKY=\n"
}
