import RecoveryCrypto
import Testing

@testable import RecoveryAudit

/// C2SP tlog-witness `add-checkpoint` (audit-log.md §10.4), each answer with what leads to it.
@Suite struct WitnessTests {
    private let log: SmallLog
    private let tree: HashedTree
    private let witness: Witness
    private let vkey: VKey
    private let now = UnixTime(seconds: 1_760_000_100)

    init() throws {
        log = try SmallLog.filled()
        tree = HashedTree(leaves: log.records.map(\.leaf))
        let key = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 7, count: 32).span))
        witness = try #require(Witness(name: "w.example/1", key: key, logs: [VKey(log.identity)]))
        vkey = try #require(VKey(name: "w.example/1", kind: .witness, publicKey: key.publicKey))
    }

    private func note(_ size: UInt64, of tree: HashedTree? = nil) throws -> [UInt8] {
        let root = try #require((tree ?? self.tree).root(ofFirst: size))
        return Checkpoint(origin: log.identity.origin, size: size, root: root).signed(by: log.vectors.logKey).bytes
    }

    private func request(_ old: UInt64, _ new: UInt64, of tree: HashedTree? = nil) throws -> AddCheckpoint {
        let proof = (tree ?? self.tree).consistencyProof(old: min(old, new), new: new) ?? []
        return AddCheckpoint(old: old, proof: proof, checkpoint: try note(new, of: tree))
    }

    /// What a witness remembers that saw the tree of `size`.
    private func seen(_ size: UInt64) throws -> HeadState {
        HeadState().remembering(VerifiedHead(logKey: VKey(log.identity), note: try note(size)))
    }

    private func answer(_ request: AddCheckpoint, _ state: HeadState) -> Witness.Answer {
        let (answer, after) = witness.answer(to: request.bytes, at: now, state: state)
        if case .cosigned = answer {} else { #expect(after == state, "a refusal changed what was seen") }
        return answer
    }

    @Test func `cosigns every tree that extends the one it saw, and remembers it`() throws {
        for (old, new) in [(0, 1), (0, 31), (1, 2), (7, 8), (8, 31), (30, 31)] as [(UInt64, UInt64)] {
            let state = old == 0 ? HeadState() : try seen(old)
            let (answer, after) = witness.answer(to: try request(old, new).bytes, at: now, state: state)
            guard case .cosigned(let line) = answer else {
                Issue.record("\(old) to \(new): \(answer)")
                continue
            }
            let note = try #require(SignedNote(parsing: note(new)))
            let checkpoint = try #require(Checkpoint(parsing: note.text))
            #expect(Cosignature(verifying: line, by: vkey, of: checkpoint)?.time == 1_760_000_100)
            #expect(after == (try seen(new)) && answer.status == 200)
            // A lost answer can be asked for again.
            #expect(self.answer(try request(new, new), after) == answer)
        }
    }

    @Test func `reads back what it keeps`() throws {
        let state = try seen(9)
        #expect(HeadState(parsing: state.bytes) == state)
        #expect(answer(try request(9, 10), try #require(HeadState(parsing: state.bytes))).status == 200)
    }

    @Test func `refuses with 409, and says the size, whoever did not see what it saw`() throws {
        #expect(answer(try request(0, 31), try seen(9)) == .conflict(size: 9))
        #expect(answer(try request(8, 31), try seen(9)) == .conflict(size: 9))
        #expect(answer(try request(5, 8), try seen(9)) == .conflict(size: 9))
        #expect(answer(try request(9, 31), HeadState()) == .conflict(size: 0))
        #expect(Witness.Answer.conflict(size: 9).body == Array("9\n".utf8))
    }

    @Test func `refuses another tree of the same size with 409, and a fork with 422`() throws {
        var leaves = log.records.map(\.leaf)
        leaves[3] = leaves[4]
        let fork = HashedTree(leaves: leaves)
        #expect(answer(try request(9, 9, of: fork), try seen(9)) == .conflict(size: 9))
        #expect(answer(try request(9, 31, of: fork), try seen(9)) == .inconsistent)
    }

    @Test func `refuses any proof but the right one with 422`() throws {
        let right = try request(9, 31)
        try #require(right.proof.count > 2)
        var proofs = [[], Array(right.proof.dropLast()), right.proof + [right.proof[0]], right.proof.reversed()]
        for index in right.proof.indices {
            var bytes = right.proof[index].bytes
            bytes[0] ^= 1
            var proof = right.proof
            proof[index] = try #require(Digest256(bytes))
            proofs.append(proof)
        }
        for proof in proofs {
            let request = AddCheckpoint(old: 9, proof: proof, checkpoint: right.checkpoint)
            #expect(answer(request, try seen(9)) == .inconsistent)
        }
    }

    @Test func `refuses with 404 a log it does not watch, and with 403 what the log has not signed`() throws {
        let other = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 9, count: 32).span))
        let checkpoint = try #require(SignedNote(parsing: note(9)).flatMap { Checkpoint(parsing: $0.text) })
        let origin = try #require(Origin("elsewhere.example/log"))
        let elsewhere = Checkpoint(origin: origin, size: 9, root: checkpoint.root).signed(by: log.vectors.logKey)
        #expect(answer(AddCheckpoint(old: 0, proof: [], checkpoint: elsewhere.bytes), HeadState()) == .unknownLog)
        let forged = checkpoint.signed(by: other)
        #expect(answer(AddCheckpoint(old: 0, proof: [], checkpoint: forged.bytes), HeadState()) == .unsigned)
    }

    @Test func `refuses with 400 what is no request, and one that goes backwards`() throws {
        #expect(answer(AddCheckpoint(old: 10, proof: [], checkpoint: try note(9)), try seen(9)) == .malformed)
        let good = String(decoding: try request(1, 31).bytes, as: UTF8.self)
        let bad = [
            "", "old 1\n", String(good.dropFirst()), good.replacing("old 1\n", with: "old 01\n"),
            good.replacing("old 1\n", with: "old -1\n"), good.replacing("old 1\n", with: "old 1 \n"),
            good.replacing("old 1\n", with: "old 1\n\n"), good.replacing("old 1\n", with: "old 1\nAAAA\n"),
            good.replacing("\n\n", with: "\n"), String(good.prefix(60)),
        ]
        for body in bad {
            #expect(witness.answer(to: Array(body.utf8), at: now, state: HeadState()).answer == .malformed, "\(body)")
        }
    }

    @Test func `is made of a name that notes can carry and of keys of logs alone`() throws {
        let key = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 7, count: 32).span))
        #expect(Witness(name: "a witness", key: key, logs: []) == nil)
        #expect(Witness(name: "w", key: key, logs: [vkey]) == nil)
    }
}
