import RecoveryCrypto

/// The checkpoints of a bundle: that of its size, and older ones (§12, §13.2).
struct BundleCheckpoints<Source: BundleSource> {
    private let folder: BundleFolder<Source>
    private let notes: NoteChecks

    /// The checkpoint of the bundle; `nil` if it is not valid.
    let current: VerifiedCheckpoint?

    init(reading folder: BundleFolder<Source>, _ notes: NoteChecks, _ findings: inout Findings) {
        self.folder = folder
        self.notes = notes
        let note = folder.file(
            "checkpoint",
            isRequired: true,
            limit: UInt64(SignedNote.maximumSize),
            fault: .checkpointMalformed,
            &findings
        )
        guard let note else {
            current = nil
            return
        }
        do {
            current = try notes.checkpoint(in: note)
        } catch {
            findings.add(error.code, "checkpoint")
            current = nil
        }
    }

    /// Shows each valid checkpoint to `body`, one in memory at a time: that of the bundle, then the older ones by size.
    func forEach(_ findings: inout Findings, _ body: (VerifiedCheckpoint, inout Findings) -> Void) {
        if let current { body(current, &findings) }
        // By size, not as text: neighbours have their roots from the same tile.
        let files = folder.files(in: "checkpoints", &findings).sorted {
            $0.name.utf8.count != $1.name.utf8.count
                ? $0.name.utf8.count < $1.name.utf8.count : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        for (name, byteCount) in files {
            if let checkpoint = checkpoint(name, byteCount, &findings) { body(checkpoint, &findings) }
        }
    }

    private func checkpoint(_ name: String, _ byteCount: UInt64, _ findings: inout Findings) -> VerifiedCheckpoint? {
        let path = "checkpoints/" + name.printable
        guard byteCount <= UInt64(SignedNote.maximumSize) else {
            findings.add(.checkpointMalformed, path)
            return nil
        }
        guard let note = folder.bytes(of: "checkpoints/" + name, &findings) else { return nil }
        // Whoever signed it: a file that is not what its name says is no checkpoint of the bundle.
        if let size = SignedNote(parsing: note).flatMap({ Checkpoint(parsing: $0.text) })?.size, name != "\(size)" {
            findings.add(.checkpointMalformed, size: size, path)
            return nil
        }
        do {
            return try notes.checkpoint(in: note)
        } catch {
            findings.add(error.code, path)
            return nil
        }
    }
}
