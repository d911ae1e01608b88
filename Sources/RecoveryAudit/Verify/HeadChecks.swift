import RecoveryCrypto

/// The tree against every root that somebody signed: the checkpoints of the bundle, its receipts, and the heads kept
/// outside (§13.5, §13.6). On the way it learns how much of the log is vouched for.
struct HeadChecks<Tree: TreeHashes> {
    // In bytes: a note, its proof, and whatever `extra` may hold.
    private static var largestReceipt: UInt64 { 1 << 20 }

    let tree: Tree
    let notes: NoteChecks

    /// The largest size that somebody outside vouches for.
    private(set) var anchored: UInt64
    /// The largest size that a head kept outside has, and the log has it too.
    private(set) var kept: UInt64 = 0

    init(tree: Tree, notes: NoteChecks, anchored: UInt64) {
        self.tree = tree
        self.notes = notes
        self.anchored = anchored
    }

    /// A valid checkpoint of the bundle.
    mutating func check(_ checkpoint: VerifiedCheckpoint, _ findings: inout Findings) {
        guard checkpoint.size <= tree.size else {
            findings.add(.checkpointBeyondLog, size: checkpoint.size)
            return
        }
        guard let root = tree.root(at: checkpoint.size) else { return }
        guard root == checkpoint.root else {
            findings.add(.checkpointRoot, size: checkpoint.size)
            return
        }
        countWitnesses(of: checkpoint, &findings)
    }

    /// The receipts of a bundle.
    mutating func check<Source>(receiptsIn folder: BundleFolder<Source>, _ findings: inout Findings) {
        for (name, byteCount) in folder.files(in: "proofs", &findings) {
            guard byteCount <= Self.largestReceipt else {
                findings.add(.proofMalformed, name.printable)
                continue
            }
            guard let bytes = folder.bytes(of: "proofs/" + name, &findings) else { continue }
            check(receipt: bytes, named: name, &findings)
        }
    }

    /// The heads that the auditor brought, and the one that an earlier run remembered for this key.
    mutating func check(headsOf options: VerificationOptions, _ logKey: VKey?, _ findings: inout Findings) {
        let remembered = logKey.flatMap { options.state.note(for: $0) }
        for head in options.heads + [remembered].compactMap(\.self) { check(head: head, &findings) }
    }

    /// A receipt `proofs/<seq>.tlog-proof`.
    mutating func check(receipt bytes: [UInt8], named name: String, _ findings: inout Findings) {
        guard let receipt = InclusionReceipt(parsing: bytes), name == "\(receipt.index).tlog-proof" else {
            findings.add(.proofMalformed, name.printable)
            return
        }
        let checkpoint: VerifiedCheckpoint
        do {
            checkpoint = try notes.checkpoint(in: receipt.checkpoint)
        } catch {
            findings.add(error.code, "proofs/\(name)")
            return
        }
        guard let leaf = tree.leaf(at: receipt.index),
            InclusionProof.verify(
                leaf: leaf,
                index: receipt.index,
                size: checkpoint.size,
                proof: receipt.proof,
                root: checkpoint.root
            ),
            tree.root(at: checkpoint.size) == checkpoint.root
        else {
            findings.add(.proofInclusion, size: checkpoint.size, name)
            return
        }
        countWitnesses(of: checkpoint, &findings)
    }

    /// A head kept outside. Whoever kept it is a witness, so it needs no cosignature.
    mutating func check(head note: [UInt8], _ findings: inout Findings) {
        let head: VerifiedCheckpoint
        do {
            head = try notes.checkpoint(in: note)
        } catch {
            findings.add(.headInvalid, error.code.rawValue)
            return
        }
        guard head.size <= tree.size else {
            findings.add(.truncatedOrRolledBack, size: head.size)
            return
        }
        guard let root = tree.root(at: head.size) else { return }
        guard root == head.root else {
            findings.add(.fork, size: head.size)
            return
        }
        kept = max(kept, head.size)
        anchored = max(anchored, head.size)
    }

    private mutating func countWitnesses(of checkpoint: VerifiedCheckpoint, _ findings: inout Findings) {
        if notes.isWitnessed(by: checkpoint.cosignatures, size: checkpoint.size, &findings) {
            anchored = max(anchored, checkpoint.size)
        }
    }
}
