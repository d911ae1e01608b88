import RecoveryCrypto

/// The tree against every root that somebody signed: the checkpoints of the bundle, its receipts, and the heads kept
/// outside (§13.5, §13.6). On the way it learns how much of the log is vouched for.
struct HeadChecks {
    let tree: GrownTree
    let notes: NoteChecks

    /// The largest size that somebody outside vouches for.
    private(set) var anchored: UInt64

    init(tree: GrownTree, notes: NoteChecks, anchored: UInt64) {
        self.tree = tree
        self.notes = notes
        self.anchored = anchored
    }

    /// A valid checkpoint of the bundle.
    mutating func check(_ checkpoint: VerifiedCheckpoint, _ findings: inout Findings) {
        guard let root = tree.root(at: checkpoint.size) else {
            findings.add(.checkpointBeyondLog, size: checkpoint.size)
            return
        }
        guard root == checkpoint.root else {
            findings.add(.checkpointRoot, size: checkpoint.size)
            return
        }
        countWitnesses(of: checkpoint, &findings)
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
        guard let root = tree.root(at: head.size) else {
            findings.add(.truncatedOrRolledBack, size: head.size)
            return
        }
        guard root == head.root else {
            findings.add(.fork, size: head.size)
            return
        }
        anchored = max(anchored, head.size)
    }

    private mutating func countWitnesses(of checkpoint: VerifiedCheckpoint, _ findings: inout Findings) {
        if notes.isWitnessed(by: checkpoint.cosignatures, size: checkpoint.size, &findings) {
            anchored = max(anchored, checkpoint.size)
        }
    }
}
