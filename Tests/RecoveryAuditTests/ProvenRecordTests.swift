import RecoveryCrypto
import Testing

@testable import RecoveryAudit

/// What a receipt proves to somebody who has the key of the log and nothing else (audit-log.md §10.3).
@Suite struct ProvenRecordTests {
    private let log: SmallLog
    private let tree: HashedTree
    private let note: [UInt8]
    private let now = UnixTime(seconds: 1_760_000_100)

    init() throws {
        log = try SmallLog.filled()
        tree = HashedTree(leaves: log.records.map(\.leaf))
        note = try log.sign()
    }

    private var key: VKey { VKey(log.identity) }

    private func receipt(
        _ index: Int,
        size: UInt64? = nil,
        checkpoint: [UInt8]? = nil,
        entry: [UInt8]?? = .none
    ) throws -> InclusionReceipt {
        let proof = try #require(tree.inclusionProof(index: UInt64(index), size: size ?? tree.size))
        return InclusionReceipt(
            index: UInt64(index),
            proof: proof,
            checkpoint: checkpoint ?? note,
            extra: entry ?? log.records[index].entry
        )
    }

    private func refuses(_ receipt: InclusionReceipt, with error: ReceiptError, log key: VKey? = nil) {
        #expect(throws: error) { try receipt.prove(log: key ?? self.key, policy: nil, now: now) }
    }

    @Test func `proves every record of a log, also after it was written and read`() throws {
        try #require(log.records.count == 31)
        for (index, record) in log.records.enumerated() {
            let file = try receipt(index).bytes
            let proven = try #require(InclusionReceipt(parsing: file)).prove(log: key, policy: nil, now: now)
            #expect(proven.record.entry == record.entry && proven.record.seq == UInt64(index))
            #expect(proven.checkpoint.size == 31 && !proven.isWitnessed)
        }
    }

    @Test func `takes the entry from whoever has it, where the receipt has none`() throws {
        let bare = try receipt(5, entry: .some(nil))
        refuses(bare, with: .entryMissing)
        let proven = try bare.prove(log: key, policy: nil, now: now, entry: log.records[5].entry)
        #expect(proven.record.seq == 5)
        #expect(throws: ReceiptError.entry) {
            try bare.prove(log: key, policy: nil, now: now, entry: log.records[6].entry)
        }
    }

    @Test func `refuses the entry of another position, of another log, or none`() throws {
        refuses(try receipt(5, entry: log.records[6].entry), with: .entry)
        refuses(try receipt(5, entry: []), with: .entry)
        refuses(try receipt(5, entry: Array(log.records[5].entry.dropLast())), with: .entry)
        var foreign = log.records[5].entry
        foreign[40] ^= 1  // In log_id.
        refuses(try receipt(5, entry: foreign), with: .entry)
        var unreadable = log.records[5].entry
        unreadable[AuditRecord.headerSize] = UInt8(ascii: "[")
        refuses(try receipt(5, entry: unreadable), with: .entry)
    }

    @Test func `refuses any bit of an entry that was changed`() throws {
        let entry = log.records[3].entry
        for bit in 0..<8 * entry.count {
            var changed = entry
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let receipt = try receipt(3, entry: changed)
            #expect(throws: ReceiptError.self) { try receipt.prove(log: key, policy: nil, now: now) }
        }
    }

    @Test func `refuses a proof for another size, cut, or with one hash too many`() throws {
        refuses(try receipt(5, size: 30), with: .inclusion)
        let whole = try receipt(5)
        for proof in [Array(whole.proof.dropLast()), whole.proof + [tree.root(ofFirst: 1)].compactMap(\.self)] {
            let receipt = InclusionReceipt(index: 5, proof: proof, checkpoint: note, extra: whole.extra)
            refuses(receipt, with: .inclusion)
        }
    }

    @Test func `refuses the checkpoint of another log, of another key, or of nobody`() throws {
        let other = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 9, count: 32).span))
        let origin = try #require(Origin("elsewhere.example/log"))
        let elsewhere = VKey(LogIdentity(origin: origin, publicKey: other.publicKey))
        refuses(try receipt(5), with: .checkpoint(.origin), log: elsewhere)
        let renewed = VKey(LogIdentity(origin: log.identity.origin, publicKey: other.publicKey))
        refuses(try receipt(5), with: .checkpoint(.signature), log: renewed)
        refuses(try receipt(5, checkpoint: Array("no note\n".utf8)), with: .checkpoint(.malformed))
        var altered = note
        altered[altered.count - 10] ^= 1
        #expect(throws: ReceiptError.self) {
            try receipt(5, checkpoint: altered).prove(log: key, policy: nil, now: now)
        }
    }

    @Test func `counts the witnesses that the reader trusts, and no others`() throws {
        let witness = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 7, count: 32).span))
        let vkey = try #require(VKey(name: "w.example", kind: .witness, publicKey: witness.publicKey))
        let signed = try #require(SignedNote(parsing: note))
        let checkpoint = try #require(Checkpoint(parsing: signed.text))
        let line = try #require(Cosignature.line(name: "w.example", key: witness, time: now, checkpoint: checkpoint))
        let cosigned = SignedNote(text: signed.text, signatures: signed.signatures + [line]).bytes
        let text = "log \(key.text)\nwitness w \(vkey.text)\nquorum w\n"
        let policy = try #require(WitnessPolicy(parsing: Array(text.utf8)))
        let receipt = try receipt(5, checkpoint: cosigned)
        #expect(try receipt.prove(log: key, policy: policy, now: now).isWitnessed)
        #expect(try !receipt.prove(log: key, policy: nil, now: now).isWitnessed)
        let early = UnixTime(seconds: now.seconds - 301)
        #expect(try !receipt.prove(log: key, policy: policy, now: early).isWitnessed)
    }
}
