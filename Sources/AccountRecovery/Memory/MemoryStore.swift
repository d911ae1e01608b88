public import RecoveryAudit
public import RecoveryCrypto

/// A store that lives as long as the process: for tests and snippets.
///
/// Its log is a real one, made by the same writer as on the disk, so whatever the log refuses is refused here too.
/// A change works on a copy of the state, which takes its place when the log has taken the events.
public actor MemoryStore: CaseStore {
    private let clock: any RecoveryClock
    private let signingKey: Ed25519.PrivateKey
    private let writer: LogWriter
    private let beginning: EpochBeginning

    private var state = MemoryState()
    private var log: [SealedRecord] = []
    private var nextSecret: EpochSecret?

    public nonisolated var hasOneOwner: Bool { true }

    /// Begins an empty store and its log.
    ///
    /// - Throws: an error of the log for auditors whose keys are none.
    public init(
        clock: any RecoveryClock,
        random: any RandomSource = SystemRandom(),
        origin: Origin,
        signingKey: Ed25519.PrivateKey = Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32)),
        auditors: [KeyRecipient] = []
    ) async throws {
        self.clock = clock
        self.signingKey = signingKey
        writer = LogWriter(identity: LogIdentity(origin: origin, publicKey: signingKey.publicKey))
        let bootID = random.bytes(16).hexadecimal
        beginning = EpochBeginning(bootID: bootID, reason: .start, recipients: auditors)
        try openEpoch(EpochSecret(), beginning)
    }

    public func read<Value: Sendable>(
        _ body: @Sendable (any StoreReader) throws -> Value
    ) async throws -> Value {
        try body(MemoryTransaction(state, nextPosition: writer.size))
    }

    public func commit<Value: Sendable>(
        _ decide: @escaping @Sendable (any StoreTransaction) throws -> Recorded<Value>
    ) async throws -> Value {
        try rotateIfFull()
        let transaction = MemoryTransaction(state, nextPosition: writer.size)
        let recorded = try decide(transaction)
        var records: [SealedRecord] = []
        var next = transaction.state
        writer.begin()
        do {
            for event in recorded.events { records.append(try append(event, to: &next)) }
        } catch let error as AuditError {
            writer.rollback()
            throw StoreError.refused("the log does not take the change: \(error)")
        } catch {
            writer.rollback()
            throw error
        }
        writer.commit()
        state = next
        log += records
        return recorded.value
    }

    // MARK: The log

    /// All records, in order.
    public var entries: [[UInt8]] { log.map(\.entry) }

    /// The payloads of all EVENT records, in order.
    public var events: [JSONObject] {
        log.compactMap { try? AuditRecord(parsing: $0.entry) }
            .filter { $0.recordType == .event }
            .compactMap { try? $0.parsedPayload().object }
    }

    /// The sealed private values that were not erased, by record and name.
    public var sealedPrivates: [PrivateFieldReference: SealedPrivateValue] {
        state.privates.mapValues { SealedPrivateValue(salt: $0.salt, value: [], sealed: $0.sealed) }
    }

    /// The bundle that an auditor would be given now: sign, export, keep in memory.
    public func bundle() throws -> MemoryBundle {
        let note = try writer.checkpoint(signedBy: signingKey).bytes
        var export = try BundleExport(
            of: MemoryLogReader(entries: entries),
            identity: writer.identity,
            checkpoint: note,
            createdMicroseconds: now()
        )
        var files: [String: [UInt8]] = [:]
        while let file = try export.next() { files[file.path, default: []] += file.bytes }
        return MemoryBundle(files: files)
    }

    private func append(_ event: AuditEvent, to state: inout MemoryState) throws -> SealedRecord {
        guard let payload = event.payload.object else { throw AuditError.payload(event.type) }
        var privates: [PrivateValue] = []
        for (name, value) in event.privates.sorted(by: { $0.key < $1.key }) {
            guard let open = PrivateValue(name: name, value: value.value, salt: value.salt) else {
                throw AuditError.payload(event.type)
            }
            privates.append(open)
        }
        let record = try writer.append(event.type, payload, privates: privates, now: now())
        if let subject = payload["subject"]?.string, let write = SubjectWrite(event: event.payload) {
            state.writes[subject] = write
        }
        for (name, value) in event.privates {
            let reference = PrivateFieldReference(seq: record.seq, name: name)
            state.privates[reference] = SealedPrivateRow(
                reference: reference,
                recoveryCase: payload["case"]?.string,
                subject: payload["subject"]?.string,
                salt: value.salt,
                sealed: value.sealed
            )
        }
        if event.type == .erase {
            for field in payload["fields"]?.array ?? [] {
                guard let reference = PrivateFieldReference(field), state.privates.removeValue(forKey: reference) != nil
                else { throw StoreError.erasesNothing }
            }
        }
        return record
    }

    private func rotateIfFull() throws {
        guard writer.remainingRecords < 1024, let secret = nextSecret.take() else { return }
        writer.begin()
        let seal = try writer.sealEpoch(now: now())
        writer.commit()
        log.append(seal)
        try openEpoch(
            secret,
            EpochBeginning(bootID: beginning.bootID, reason: .rotate, recipients: beginning.recipients)
        )
    }

    private func openEpoch(_ secret: consuming EpochSecret, _ beginning: EpochBeginning) throws {
        writer.begin()
        let opened = try writer.openEpoch(secret, beginning, now: now())
        writer.commit()
        log.append(opened.record)
        var file = [UInt8]()
        opened.next.file().lend { bytes in for index in bytes.indices { file.append(bytes[index]) } }
        nextSecret = EpochSecret(wiping: &file)
        try writer.acceptRecords()
    }

    private func now() -> UInt64 {
        UInt64(max(0, clock.microseconds()))
    }
}

private struct MemoryLogReader: LogReader {
    let entries: [[UInt8]]

    func entries(in range: Range<UInt64>) throws(Never) -> [[UInt8]] {
        Array(entries[Int(range.lowerBound)..<Int(range.upperBound)])
    }

    func checkpoints(upTo size: UInt64) throws(Never) -> [StoredCheckpoint] { [] }
    func privateRows(in range: Range<UInt64>) throws(Never) -> [PrivateRow] { [] }
}
