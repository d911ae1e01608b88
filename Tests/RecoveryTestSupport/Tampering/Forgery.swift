import RecoveryAudit
import RecoveryCrypto

/// The good bundle in the hands of somebody who has every key of it: changes records, and makes as much of the rest
/// agree with them as a row of the tamper matrix wants.
struct Forgery {
    var bundle: MemoryBundle
    var entries: [[UInt8]]
    /// Whose cosignature goes under a checkpoint that is made anew.
    var cosigns = true

    let secrets: ExpectedBundle.Secrets
    let logKey: Ed25519.PrivateKey
    let identity: LogIdentity

    static let witnessName = "witness.example.net/w1"
    /// When the witness of the vectors signs.
    static let cosignatureTime = UnixTime(seconds: 1_760_000_000)

    /// Begins with the good bundle.
    init() throws {
        let expected = try ExpectedBundle.vectors.get()
        secrets = expected.secrets
        bundle = try VectorFile.bundle("bundle")
        entries = EntryBundle.read(bundle.files["tile/entries/000.p/27"] ?? [], count: 256).entries
        logKey = Self.signingKey(expected.secrets.log_seed)
        guard let origin = Origin("audit.example.org/recovery") else { throw ForgeryFault() }
        identity = LogIdentity(origin: origin, publicKey: logKey.publicKey)
        guard entries.count == 27 else { throw ForgeryFault() }
    }

    static func signingKey(_ seed: String) -> Ed25519.PrivateKey {
        Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](hex: seed).span))
    }

    // MARK: Records

    /// Changes bytes of one record; its MAC stays as it was.
    mutating func overwrite(_ index: Int, at offset: Int, with bytes: [UInt8]) {
        entries[index].replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    mutating func flip(_ index: Int, at offset: Int, bit: UInt8 = 1) {
        entries[index][offset] ^= bit
    }

    func payload(_ index: Int) throws -> JSONObject {
        try AuditRecord(parsing: entries[index]).parsedPayload().object ?? JSONObject()
    }

    /// Gives a record another payload, and the MAC of it.
    mutating func replacePayload(_ index: Int, with bytes: [UInt8]) throws {
        let header = entries[index].prefix(80) + Self.bigEndian(UInt64(bytes.count), 4)
        entries[index] = header + bytes + [UInt8](repeating: 0, count: 32)
        try authenticate(index)
    }

    mutating func replacePayload(_ index: Int, _ change: (JSONObject) -> JSONValue) throws {
        try replacePayload(index, with: CanonicalJSON.write(change(try payload(index))))
    }

    /// Gives a record the MAC of its header and payload.
    mutating func authenticate(_ index: Int) throws {
        let entry = entries[index]
        let epoch = entry[24..<28].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        let step = entry[28..<32].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        var ratchet = RecordRatchet(
            authenticationKey: authenticationKey(of: epoch),
            context: KeySchedule.epochContext(identity.logID, epoch: epoch)
        )
        for _ in 0..<step { ratchet.skip() }
        let mac = ratchet.mac(of: entry.span.extracting(0..<entry.count - 32))
        entries[index].replaceSubrange(entry.count - 32..<entry.count, with: mac.bytes)
    }

    /// Links and authenticates the records from `index` on, as if they had been written like this.
    mutating func rewrite(from index: Int) throws {
        for index in index..<entries.count {
            if index > 0 { overwrite(index, at: 48, with: entries[index - 1].suffix(32).map(\.self)) }
            try authenticate(index)
        }
    }

    /// Appends a record in the last epoch, in order in every respect that is not given.
    mutating func append(
        _ type: UInt8,
        _ payload: JSONValue,
        flags: UInt64 = 0,
        time: UInt64? = nil,
        epoch: UInt64? = nil,
        step: UInt64? = nil
    ) throws {
        guard let last = entries.last else { throw ForgeryFault() }
        let record = try AuditRecord(parsing: last)
        let bytes = CanonicalJSON.write(payload)
        var entry: [UInt8] = [0x52, 0x56, 0x4c, 0x31, 1, type]
        entry += Self.bigEndian(flags, 2)
        entry += Self.bigEndian(UInt64(entries.count), 8)
        entry += Self.bigEndian(time ?? record.timeMicroseconds + 1_000, 8)
        entry += Self.bigEndian(epoch ?? UInt64(record.epoch), 4)
        entry += Self.bigEndian(step ?? UInt64(record.step) + 1, 4)
        entry += identity.logID.bytes + record.mac.bytes
        entry += Self.bigEndian(UInt64(bytes.count), 4)
        entries.append(entry + bytes + [UInt8](repeating: 0, count: 32))
        try authenticate(entries.count - 1)
    }

    mutating func append(_ type: RecordType, _ payload: JSONValue) throws {
        try append(type.rawValue, payload)
    }

    func authenticationKey(of epoch: UInt32) -> SecretKey {
        var secret = SecretKey(copying: [UInt8](hex: secrets.S_0).span)
        for earlier in 0..<epoch {
            let context = KeySchedule.epochContext(identity.logID, epoch: earlier)
            secret = KeySchedule.nextSecret(after: secret, context: context)
        }
        return KeySchedule.authenticationKey(
            of: secret,
            context: KeySchedule.epochContext(identity.logID, epoch: epoch)
        )
    }

    func commitment(of epoch: UInt32) -> JSONValue {
        let context = KeySchedule.epochContext(identity.logID, epoch: epoch)
        return .string(KeySchedule.commitment(to: authenticationKey(of: epoch), context: context).hexadecimal)
    }

    static func bigEndian(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }

    // MARK: The rest of the bundle

    /// Puts the records into their files, and changes nothing else. The last is named for their number.
    mutating func store() {
        bundle.files = bundle.files.filter { !$0.key.hasPrefix("tile/entries/") }
        for (index, start) in zip(UInt64(0)..., stride(from: 0, to: entries.count, by: 256)) {
            let some = entries[start..<min(start + 256, entries.count)]
            let path = Tiles.entryBundlePath(index: index, width: UInt64(some.count))
            bundle.files[path] = EntryBundle.file(of: some)
        }
    }

    /// Puts the records into their file and makes everything else anew: tiles, index, checkpoint and manifest.
    mutating func publish() throws {
        store()
        bundle.files = bundle.files.filter { path, _ in
            ["tile/0/", "tile/1/", "checkpoints/", "proofs/"].allSatisfy { !path.hasPrefix($0) }
        }
        var tiles = TileBuilder()
        for tile in leaves.flatMap({ tiles.append($0) }) { bundle.files[tile.path] = tile.bytes }
        for tile in tiles.partialTiles() { bundle.files[tile.path] = tile.bytes }
        bundle.files["index.jsonl"] = try index().flatMap(CanonicalJSON.writeLine)
        bundle.files["checkpoint"] = try note(size: entries.count, root: root(entries.count)).bytes
        bundle.files["manifest.json"] = manifest(size: entries.count)
    }

    /// Takes the row of a private value away, as an erasure does.
    mutating func dropPrivateValue(_ name: String) throws {
        let rows = try CanonicalJSON.parseLines(bundle.files["private.jsonl"] ?? [])
        let rest = rows.filter { $0["name"] != .string(name) }
        guard rest.count < rows.count else { throw ForgeryFault() }
        bundle.files["private.jsonl"] = rest.flatMap(CanonicalJSON.writeLine)
    }

    func manifest(first: Int64 = 0, origin: String = "audit.example.org/recovery", size: Int) -> [UInt8] {
        CanonicalJSON.writeLine([
            "created_us": 1_760_000_000_028_000, "first": .integer(first), "format": "rva/v1/bundle",
            "origin": .string(origin), "size": .integer(Int64(size)),
        ])
    }

    var leaves: [Digest256] { entries.map { TreeHash.leaf(of: $0.span) } }

    func root(_ size: Int) -> Digest256 {
        MerkleTree.root(of: leaves.prefix(size))
    }

    /// The derived rows, as the specification words them.
    func index() throws -> [JSONValue] {
        try entries.enumerated().map { seq, entry in
            let record = try AuditRecord(parsing: entry)
            let payload = try record.parsedPayload()
            func text(_ key: String) -> JSONValue { payload[key]?.string.map { .string($0) } ?? .null }
            return [
                "actor": text("actor"), "case": text("case"), "seq": .integer(Int64(seq)), "subject": text("subject"),
                "time_us": .integer(Int64(record.timeMicroseconds)), "type": .integer(Int64(record.type)),
            ]
        }
    }

    /// A checkpoint signed by the log and, if ``cosigns``, by the witness.
    func note(
        size: Int,
        root: Digest256,
        origin: Origin? = nil,
        witnessSeed: String? = nil
    ) throws -> SignedNote {
        let checkpoint = Checkpoint(origin: origin ?? identity.origin, size: UInt64(size), root: root)
        let note = checkpoint.signed(by: logKey)
        guard cosigns else { return note }
        return note.adding([try cosignature(of: checkpoint, seed: witnessSeed)])
    }

    func cosignature(of checkpoint: Checkpoint, seed: String? = nil) throws -> NoteSignature {
        let line = Cosignature.line(
            name: Self.witnessName,
            key: Self.signingKey(seed ?? secrets.witness_seed),
            time: Self.cosignatureTime,
            checkpoint: checkpoint
        )
        guard let line else { throw ForgeryFault() }
        return line
    }
}

/// A fixture that is not what its user believes.
struct ForgeryFault: Error {}

func need<Value>(_ value: Value?) throws(ForgeryFault) -> Value {
    guard let value else { throw ForgeryFault() }
    return value
}

func need(_ condition: Bool) throws(ForgeryFault) {
    guard condition else { throw ForgeryFault() }
}
