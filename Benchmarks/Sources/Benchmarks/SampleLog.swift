import RecoveryAudit
import RecoveryCrypto

/// A log in memory with payloads of 400 bytes, written by the writer that is measured: of one epoch as long as that can
/// hold it, as ``sizes`` are.
struct SampleLog {
    static let sizes = [1_000, 8_000, 64_000]
    static let auditor = X25519.PrivateKey(bytes: SecretKey(copying: [UInt8](repeating: 5, count: 32).span))
    static let start: UInt64 = 1_760_000_000_000_000

    private static let signingKey = Ed25519.PrivateKey(
        seed: SecretKey(copying: [UInt8](repeating: 9, count: 32).span)
    )
    private static let firstSecret = [UInt8](repeating: 3, count: 32)

    let identity: LogIdentity
    let entries: [[UInt8]]
    let bundle: MemoryBundle

    /// - Parameter epochSize: How many records an epoch has at most.
    init(size: Int, epochSize: Int = .max) throws {
        guard var secret = Self.secret() else { throw Disagreement(what: "secret") }
        let writer = try Self.newWriter()
        var entries: [[UInt8]] = []
        entries.reserveCapacity(size)
        while entries.count < size {
            if writer.remainingRecords == 0 || entries.count.isMultiple(of: epochSize) {
                if !entries.isEmpty {
                    writer.begin()
                    entries.append(try writer.sealEpoch(now: Self.start + UInt64(entries.count)).entry)
                    writer.commit()
                }
                let opened = try Self.open(secret, in: writer, at: entries.count)
                entries.append(opened.record.entry)
                secret = try opened.successor()
            } else {
                entries.append(try writer.add(Self.event(entries.count), entries.count))
            }
        }
        let note = try writer.checkpoint(signedBy: Self.signingKey).bytes
        identity = writer.identity
        self.entries = entries
        let reader = Reader(records: entries, notes: [StoredCheckpoint(size: UInt64(size), note: note)])
        var export = try BundleExport(
            of: reader,
            identity: identity,
            checkpoint: note,
            createdMicroseconds: Self.start
        )
        var bundle = MemoryBundle(files: [:])
        while let file = try export.next() { bundle.files[file.path, default: []] += file.bytes }
        self.bundle = bundle
    }

    /// A writer that accepts events, and the record with which its log begins.
    static func openWriter() throws -> LogWriter {
        guard let secret = secret() else { throw Disagreement(what: "secret") }
        let writer = try newWriter()
        _ = try open(secret, in: writer, at: 0)
        return writer
    }

    private static func newWriter() throws -> LogWriter {
        guard let origin = Origin("log.example.org/benchmark") else { throw Disagreement(what: "origin") }
        return LogWriter(identity: LogIdentity(origin: origin, publicKey: signingKey.publicKey))
    }

    private static func secret() -> EpochSecret? {
        var file = [0, 0, 0, 0] + firstSecret
        return EpochSecret(wiping: &file)
    }

    private static func open(
        _ secret: consuming EpochSecret,
        in writer: LogWriter,
        at size: Int
    ) throws -> OpenedEpoch {
        let recipient = KeyRecipient(kid: "auditor-1", publicKey: auditor.publicKey)
        let beginning = EpochBeginning(
            bootID: String(repeating: "b0", count: 16),
            reason: size == 0 ? .start : .rotate,
            recipients: [recipient]
        )
        writer.begin()
        let opened = try writer.openEpoch(secret, beginning, now: start + UInt64(size))
        writer.commit()
        try writer.acceptRecords()
        return opened
    }

    /// An event of 400 bytes; ten in a row are of one case.
    static func event(_ number: Int) -> JSONObject {
        let digits = String(number / 10)
        let name = "C-" + String(repeating: "0", count: 55 - digits.count) + digits
        return [
            "actor": .string(String(repeating: "a", count: 57)), "case": .string(name), "channel": "phone",
            "event": "case.open", "parent": .string(String(repeating: "p", count: 57)),
            "policy": .string(String(repeating: "3d", count: 32)), "reason": "totp_lost",
            "subject": .string(String(repeating: "a", count: 32)), "tier": 2,
        ]
    }

    /// ctx_0.
    var context: [UInt8] { KeySchedule.epochContext(identity.logID, epoch: 0) }

    /// A_0.
    var authenticationKey: SecretKey {
        KeySchedule.authenticationKey(of: SecretKey(copying: Self.firstSecret.span), context: context)
    }

    /// The records as the floor reads them: each behind its length in two bytes.
    var frames: [UInt8] {
        entries.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xff)] + $0 }
    }
}

extension OpenedEpoch {
    /// The secret of the next epoch, by way of the file that holds it between two processes.
    fileprivate func successor() throws -> EpochSecret {
        var file = next.file().lend { [UInt8](copying: $0) }
        guard let secret = EpochSecret(wiping: &file) else { throw Disagreement(what: "secret") }
        return secret
    }
}

extension LogWriter {
    /// One event in a transaction of its own. Returns the record.
    func add(_ event: JSONObject, _ number: Int) throws -> [UInt8] {
        begin()
        let record = try append(event: event, now: SampleLog.start + UInt64(number))
        commit()
        return record.entry
    }
}

private struct Reader: LogReader {
    let records: [[UInt8]]
    let notes: [StoredCheckpoint]

    func entries(in range: Range<UInt64>) throws(Disagreement) -> [[UInt8]] {
        Array(records[Int(range.lowerBound)..<Int(range.upperBound)])
    }

    func checkpoints(upTo size: UInt64) throws(Disagreement) -> [StoredCheckpoint] {
        notes.filter { $0.size <= size }
    }

    func privateRows(in range: Range<UInt64>) throws(Disagreement) -> [PrivateRow] { [] }
}
