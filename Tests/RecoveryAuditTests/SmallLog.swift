import RecoveryCrypto
import Testing

@testable import RecoveryAudit

/// A log in memory, driven as a store drives the writer: records in transactions, the key file after the commit.
final class SmallLog {
    static let bootID = String(repeating: "b0", count: 16)
    static let start: UInt64 = 1_760_000_000_000_000

    let vectors: KeyVectors
    let identity: LogIdentity
    let auditor = X25519.PrivateKey(bytes: SecretKey(copying: [UInt8](repeating: 5, count: 32).span))
    var writer: LogWriter
    /// The content of `epoch.key`, in the clear.
    var keyFile: [UInt8] = []
    var records: [SealedRecord] = []
    var notes: [StoredCheckpoint] = []
    /// One second later with each record.
    var now = SmallLog.start

    init() throws {
        vectors = try KeyVectors()
        identity = try vectors.identity
        writer = LogWriter(identity: identity)
    }

    func tick() -> UInt64 {
        now += 1_000_000
        return now
    }

    func beginning(_ reason: EpochReason = .start) -> EpochBeginning {
        let recipient = KeyRecipient(kid: "auditor-1", publicKey: auditor.publicKey)
        return EpochBeginning(bootID: Self.bootID, reason: reason, recipients: [recipient])
    }

    /// S_0 of the vectors, or what the key file holds.
    func secret() throws -> EpochSecret {
        if keyFile.isEmpty { return EpochSecret(epoch: 0, secret: SecretKey(hex: vectors.S_0)) }
        var file = keyFile
        guard let secret = EpochSecret(wiping: &file) else { throw AuditError.epochSecret }
        return secret
    }

    func open(_ reason: EpochReason = .start) throws {
        let secret = try secret()
        writer.begin()
        let opened = try writer.openEpoch(secret, beginning(reason), now: tick())
        writer.commit()
        records.append(opened.record)
        keyFile = opened.next.file().lend { $0.array }
        try writer.acceptRecords()
    }

    func seal() throws {
        writer.begin()
        records.append(try writer.sealEpoch(now: tick()))
        writer.commit()
    }

    @discardableResult
    func add(
        _ event: JSONObject,
        _ privates: [PrivateValue] = [],
        type: RecordType = .event
    ) throws -> SealedRecord {
        writer.begin()
        let record = try writer.append(type, event, privates: privates, now: tick())
        writer.commit()
        records.append(record)
        return record
    }

    func sign() throws -> [UInt8] {
        let note = try writer.checkpoint(signedBy: vectors.logKey).bytes
        notes.append(StoredCheckpoint(size: writer.size, note: note))
        return note
    }

    func tail() throws -> LogTail {
        let parsed = try records.map { try AuditRecord(parsing: $0.entry) }
        let last = try #require(parsed.last)
        let opening = try #require(parsed.last { $0.step == 0 })
        return try LogTail(tree: writer.tree, last: last, opening: opening)
    }

    /// Three epochs with an auditor, private values, statements, a clock step and an erasure.
    static func filled() throws -> SmallLog {
        let log = try SmallLog()
        try log.open()
        try log.add(staffKey(agent: "10", kid: "adm-1", role: "admin", seed: 0x10), type: .agentKeyAdd)
        try log.add(
            caseOpen,
            [
                PrivateValue(name: "note", value: Array("phone lost".utf8)),
                PrivateValue(name: "contact", value: Array("alice@example.org".utf8)),
            ]
        )
        try log.add(["event": "service.stop", "why": "planned"])
        try log.seal()
        try log.open(.rotate)
        let approval = try log.add(log.approval())
        log.writer.begin()
        let erasure = try log.writer.erase(
            [PrivateFieldReference(seq: 2, name: "note")],
            caseReference: "E-1",
            basis: "art17",
            approvals: [approval.seq],
            now: log.tick()
        )
        log.writer.commit()
        log.records.append(erasure)
        for count in 0..<20 { try log.add(["event": "audit.full", "free": .integer(Int64(count))]) }
        // The process dies here: no seal.
        log.writer = try LogWriter(continuing: log.tail(), identity: log.identity)
        try log.open(.start)
        try log.add(
            [
                "boot_id": .string(bootID), "delta_us": .integer(-6_000_000), "kind": "back", "mono_us": 17,
            ],
            type: .clock
        )
        try log.add(["actor": "adm-1", "event": "audit.export", "size": .integer(Int64(log.records.count))])
        return log
    }

    /// The log as it is exported now, with receipts and private values.
    func exported() throws -> MemoryBundle {
        let note = try sign()
        var export = try BundleExport(
            of: SmallReader(self),
            identity: identity,
            checkpoint: note,
            createdMicroseconds: now,
            options: .init(includesPrivateValues: true, receipts: [0, 2, writer.size - 1])
        )
        var files: [String: [UInt8]] = [:]
        while let piece = try export.next() { files[piece.path, default: []] += piece.bytes }
        return MemoryBundle(files: files)
    }

    /// ``filled()``, exported with as many records more.
    static func exported(more: Int) throws -> MemoryBundle {
        let log = try filled()
        for count in 0..<more { try log.add(["event": "audit.full", "free": .integer(Int64(count))]) }
        return try log.exported()
    }

    static let caseOpen: JSONObject = [
        "actor": "agent-7", "case": "C-7F3K", "channel": "phone", "event": "case.open",
        "policy": .string(String(repeating: "3d", count: 32)), "reason": "totp_lost",
        "subject": .string(String(repeating: "a", count: 32)), "tier": 2,
    ]

    static func staffKey(agent: String, kid: String, role: String, seed: UInt8) throws -> JSONObject {
        let key = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: seed, count: 32).span)).publicKey
        return [
            "agent": .string(String(repeating: agent, count: 16)), "key": .string(Base64.encode(key.bytes)),
            "kid": .string(kid), "role": .string(role),
        ]
    }

    /// An `admin.approve` of the erasure, signed by adm-1.
    func approval() throws -> JSONObject {
        let fields = CanonicalJSON.write(["fields": [[2, "note"]]]).dropFirst("{\"fields\":".utf8.count).dropLast()
        let json: JSONValue = [
            "action": "audit.erase", "case": "E-1", "case_version": 0, "decision": "approve",
            "evidence": .string(SHA256.digest(of: Array(fields)).hexadecimal), "kid": "adm-1",
            "log": .string(identity.origin.text), "nonce": .string(String(repeating: "0e", count: 16)),
            "not_after": 1_760_100_000,
        ]
        let statement = try #require(StaffStatement(json))
        let key = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 0x10, count: 32).span))
        return [
            "actor": "adm-1", "case": "E-1", "event": "admin.approve", "stmt": json,
            "sig": .string(Base64.encode(key.signature(of: statement.signedBytes))),
        ]
    }
}

/// A store that gives what the log holds, or less.
struct SmallReader: LogReader {
    enum Fault: Error, Hashable {
        case disk
    }

    var records: [[UInt8]]
    var notes: [StoredCheckpoint] = []
    var rows: [PrivateRow] = []
    var fails = false

    init(_ log: SmallLog) {
        records = log.records.map(\.entry)
        notes = log.notes
        let erased = PrivateFieldReference(seq: 2, name: "note")
        rows = log.records.flatMap(\.privateRows).filter { $0.reference != erased }
    }

    func entries(in range: Range<UInt64>) throws(Fault) -> [[UInt8]] {
        if fails { throw .disk }
        return Array(records.dropFirst(Int(range.lowerBound)).prefix(range.count))
    }

    func checkpoints(upTo size: UInt64) throws(Fault) -> [StoredCheckpoint] {
        notes.filter { $0.size <= size }
    }

    func privateRows(in range: Range<UInt64>) throws(Fault) -> [PrivateRow] {
        rows.filter { range.contains($0.seq) }
    }
}
