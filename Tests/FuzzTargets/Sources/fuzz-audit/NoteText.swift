import FuzzDriver
import RecoveryAudit
import RecoveryCrypto

/// A signed note, and the checkpoint in it.
enum NoteText {
    private static let key = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 7, count: 32).span))
    private static let log = Origin("audit.example.org/recovery").map {
        VKey(LogIdentity(origin: $0, publicKey: key.publicKey))
    }

    static let target = Target("note") { bytes in
        guard let note = SignedNote(parsing: bytes) else { return }
        law(note.bytes == bytes, "a note is written back the same")
        guard let checkpoint = Checkpoint(parsing: note.text) else { return }
        law(checkpoint.text.utf8.elementsEqual(note.text.utf8), "a checkpoint is written back the same")
        guard let log, let verified = try? VerifiedCheckpoint(verifying: bytes, log: log) else { return }
        let own = verified.checkpoint.signed(by: key).signatures
        law(note.signatures.contains { own.contains($0) }, "nothing is verified that the log did not sign")
    }
}
