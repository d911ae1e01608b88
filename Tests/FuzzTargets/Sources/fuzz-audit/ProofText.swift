import FuzzDriver
import RecoveryAudit
import RecoveryCrypto

/// The file that shows that a record is in the log, what a log sends to a witness, and the two proofs of a tree.
enum ProofText {
    static let target = Target("proof") { bytes in
        if let request = AddCheckpoint(parsing: bytes) {
            law(request.bytes == bytes, "what is sent to a witness is written back the same")
        }
        guard let receipt = InclusionReceipt(parsing: bytes) else { return }
        law(receipt.bytes == bytes, "a receipt is written back the same")
        let leaf = SHA256.digest(of: receipt.checkpoint)
        let size = UInt64(receipt.checkpoint.count)
        let proof = receipt.proof
        _ = InclusionProof.verify(leaf: leaf, index: receipt.index, size: size, proof: proof, root: leaf)
        _ = InclusionProof.verify(leaf: leaf, index: receipt.index, size: .max, proof: proof, root: leaf)
        _ = ConsistencyProof.verify(old: receipt.index, new: .max, oldRoot: leaf, newRoot: leaf, proof: proof)
        guard let ranges = InclusionProof.ranges(index: receipt.index, size: size) else { return }
        let holds = InclusionProof.verify(leaf: leaf, index: receipt.index, size: size, proof: proof, root: leaf)
        law(!holds || ranges.count == proof.count, "a proof has as many hashes as its place asks for")
    }
}
