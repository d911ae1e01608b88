import RecoveryCrypto

/// The checkpoints of a bundle: that of its size, and older ones (§12, §13.2).
struct BundleCheckpoints {
    /// The checkpoint of the bundle; `nil` if it is not valid.
    let current: VerifiedCheckpoint?
    /// All valid ones.
    let all: [VerifiedCheckpoint]

    init<Source>(reading folder: inout BundleFolder<Source>, _ notes: NoteChecks, _ findings: inout Findings) {
        let limit = UInt64(SignedNote.maximumSize)
        var all: [VerifiedCheckpoint] = []
        if let note = folder.file(
            "checkpoint",
            isRequired: true,
            limit: limit,
            fault: .checkpointMalformed,
            &findings
        ) {
            do {
                all.append(try notes.checkpoint(in: note))
            } catch {
                findings.add(error.code, "checkpoint")
            }
        }
        current = all.first
        for (name, byteCount) in folder.files(in: "checkpoints", &findings) {
            let path = "checkpoints/" + name.printable
            guard byteCount <= limit else {
                findings.add(.checkpointMalformed, path)
                continue
            }
            guard let note = folder.bytes(of: "checkpoints/" + name, &findings) else { continue }
            // Whoever signed it: a file that is not what its name says is no checkpoint of the bundle.
            if let size = SignedNote(parsing: note).flatMap({ Checkpoint(parsing: $0.text) })?.size, name != "\(size)" {
                findings.add(.checkpointMalformed, size: size, path)
                continue
            }
            do {
                all.append(try notes.checkpoint(in: note))
            } catch {
                findings.add(error.code, path)
            }
        }
        self.all = all
    }
}
