import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryAudit

@Suite struct EpochTests {
    private typealias Stored = EpochStart.StoredEpoch

    // MARK: The key file

    @Test func `keeps an epoch secret in 36 bytes, and wipes what it was read from`() throws {
        let vectors = try KeyVectors()
        let bytes = [0, 0, 0, 1] + [UInt8](hex: vectors.epochs[1].S)
        var file = bytes
        let secret = EpochSecret(wiping: &file)
        #expect(file.isEmpty)
        switch secret {
        case .some(let secret):
            #expect(secret.epoch == 1)
            #expect(secret.file().lend { $0.array } == bytes)
        case .none: Issue.record("36 bytes are a key file")
        }
    }

    @Test func `refuses a key file of another size`() {
        for count in [0, 4, 32, 35, 37, 72] {
            var file = [UInt8](repeating: 1, count: count)
            let isRead = EpochSecret(wiping: &file) != nil
            #expect(!isRead && file.isEmpty)
        }
    }

    @Test func `draws another secret for every new log`() {
        let first = EpochSecret().file().lend { $0.array }
        let second = EpochSecret().file().lend { $0.array }
        #expect(first.count == 36 && first[..<4] == [0, 0, 0, 0] && first != second)
    }

    // MARK: The start

    @Test(
        arguments: [
            (nil, nil, EpochStart.create),
            (Stored(epoch: 0, recordCount: 9, isSealed: true), 1, .open(epoch: 1, reason: .start)),
            (Stored(epoch: 0, recordCount: 1, isSealed: false), 1, .open(epoch: 1, reason: .recover)),
            (Stored(epoch: 7, recordCount: 9, isSealed: false), 8, .open(epoch: 8, reason: .recover)),
            (Stored(epoch: 7, recordCount: 1, isSealed: false), 7, .finish(epoch: 7)),
            (Stored(epoch: 0, recordCount: 1, isSealed: false), 0, .finish(epoch: 0)),
        ] as [(Stored?, UInt32?, EpochStart)]
    )
    private func `starts where store and key file agree`(stored: Stored?, keyFile: UInt32?, start: EpochStart) throws {
        #expect(try EpochStart.decide(stored: stored, keyFile: keyFile) == start)
    }

    @Test func `refuses every other pair of epochs`() {
        var count = 0
        for stored in [nil] + (0...4).map({ UInt32($0) }) {
            for keyFile in [nil] + (0...6).map({ UInt32($0) }) {
                for (records, isSealed) in [(1, false), (2, false), (2, true)] as [(UInt32, Bool)] {
                    if stored == nil, keyFile == nil { continue }
                    if let stored, let keyFile, keyFile == stored + 1 || (keyFile == stored && records == 1) {
                        continue
                    }
                    let epoch = stored.map { Stored(epoch: $0, recordCount: records, isSealed: isSealed) }
                    #expect(throws: AuditError.epochState(database: stored, keyFile: keyFile)) {
                        try EpochStart.decide(stored: epoch, keyFile: keyFile)
                    }
                    count += 1
                }
            }
        }
        #expect(count == 21 + 15 + 3 * 5 * 5 + 2 * 5)
    }

    @Test func `goes on after a process that stopped before the key file`() throws {
        let log = try SmallLog()
        try log.open()
        try log.seal()
        // The opening of epoch 1 is committed, epoch.key still holds S_1.
        log.writer.begin()
        let opened = try log.writer.openEpoch(try log.secret(), log.beginning(.start), now: log.tick())
        log.writer.commit()
        log.records.append(opened.record)
        let tail = try log.tail()
        #expect(try EpochStart.decide(stored: tail.storedEpoch, keyFile: 1) == .finish(epoch: 1))

        log.writer = try LogWriter(continuing: tail, identity: log.identity)
        let next = try log.writer.finishOpening(try log.secret(), of: tail)
        log.keyFile = next.file().lend { $0.array }
        try log.writer.acceptRecords()
        #expect(log.keyFile == [0, 0, 0, 2] + [UInt8](hex: log.vectors.epochs[1].S_next))
        let record = try AuditRecord(parsing: try log.add(["event": "audit.full", "free": 1]).entry)
        #expect(record.epoch == 1 && record.step == 1)
        let step = try #require(log.vectors.epochs[1].steps.first { $0.step == 1 })
        let entry = record.entry
        let mac = KeySchedule.recordMAC(
            key: SecretKey(hex: step.k),
            headerAndPayload: entry.span.extracting(droppingLast: 32)
        )
        #expect(mac == record.mac)
    }

    // MARK: Refusals

    @Test func `accepts no record before the next key is stored`() throws {
        let log = try SmallLog()
        let event: JSONObject = ["event": "audit.full", "free": 1]
        log.writer.begin()
        #expect(throws: AuditError.notAccepting) { try log.writer.append(event: event, now: 1) }
        #expect(throws: AuditError.notAccepting) { try log.writer.sealEpoch(now: 1) }
        let opened = try log.writer.openEpoch(try log.secret(), log.beginning(), now: log.tick())
        #expect(opened.next.epoch == 1)
        #expect(throws: AuditError.transactionOpen) { try log.writer.acceptRecords() }
        #expect(throws: AuditError.notAccepting) { try log.writer.append(event: event, now: 1) }
        log.writer.commit()
        log.writer.begin()
        #expect(throws: AuditError.notAccepting) { try log.writer.append(event: event, now: 1) }
        log.writer.rollback()
        try log.writer.acceptRecords()
        #expect(throws: AuditError.notAccepting) { try log.writer.acceptRecords() }
        log.writer.begin()
        #expect(try log.writer.append(event: event, now: log.tick()).seq == 1)
    }

    /// Asks for an epoch and throws what the writer throws: what it returns cannot be copied into an expectation.
    private func open(_ log: SmallLog, epoch: UInt32, secret: consuming SecretKey, kid: String = "a", key: [UInt8])
        throws
    {
        let recipient = KeyRecipient(kid: kid, publicKey: key)
        let beginning = EpochBeginning(bootID: SmallLog.bootID, reason: .start, recipients: [recipient])
        _ = try log.writer.openEpoch(EpochSecret(epoch: epoch, secret: secret), beginning, now: log.tick())
    }

    @Test func `opens an epoch with the committed secret only, and in order`() throws {
        let log = try SmallLog()
        let secrets = log.vectors.epochs
        let key = log.auditor.publicKey
        #expect(throws: AuditError.noTransaction) {
            try open(log, epoch: 0, secret: SecretKey(hex: secrets[0].S), key: key)
        }
        log.writer.begin()
        #expect(throws: AuditError.epochState(database: nil, keyFile: 1)) {
            try open(log, epoch: 1, secret: SecretKey(hex: secrets[1].S), key: key)
        }
        #expect(throws: AuditError.recipientKey(kid: "short")) {
            try open(log, epoch: 0, secret: SecretKey(hex: secrets[0].S), kid: "short", key: [1])
        }
        #expect(throws: AuditError.payload(.genesis)) {
            try open(log, epoch: 0, secret: SecretKey(hex: secrets[0].S), kid: "-", key: key)
        }
        log.writer.rollback()
        try log.open()
        log.writer.begin()
        #expect(throws: AuditError.epochOpen) {
            try open(log, epoch: 1, secret: SecretKey(hex: secrets[1].S), key: key)
        }
        log.writer.rollback()
        try log.seal()
        log.writer.begin()
        #expect(throws: AuditError.epochState(database: 0, keyFile: 2)) {
            try open(log, epoch: 2, secret: SecretKey(hex: secrets[2].S), key: key)
        }
        #expect(throws: AuditError.epochSecret) {
            try open(log, epoch: 1, secret: SecretKey(hex: secrets[2].S), key: key)
        }
        try open(log, epoch: 1, secret: SecretKey(hex: secrets[1].S), key: key)
    }

    @Test func `finishes no opening that is not its own`() throws {
        let log = try SmallLog()
        try log.open()
        let tail = try log.tail()
        func finish(_ tail: LogTail, epoch: UInt32 = 0, secret: String? = nil) throws {
            let writer = try LogWriter(continuing: tail, identity: log.identity)
            let secret = EpochSecret(epoch: epoch, secret: SecretKey(hex: secret ?? log.vectors.S_0))
            _ = try writer.finishOpening(secret, of: tail)
        }
        try finish(tail)
        #expect(throws: AuditError.epochState(database: 0, keyFile: 1)) { try finish(tail, epoch: 1) }
        #expect(throws: AuditError.epochSecret) { try finish(tail, secret: log.vectors.epochs[1].S) }
        var forged = tail.last.entry
        forged[forged.count - 1] ^= 1
        let record = try AuditRecord(parsing: forged)
        #expect(throws: AuditError.epochSecret) {
            try finish(try LogTail(tree: tail.tree, last: record, opening: record))
        }
        try log.add(["event": "audit.full", "free": 1])
        #expect(throws: AuditError.epochState(database: 0, keyFile: 0)) { try finish(try log.tail()) }
    }

    @Test func `continues from no end that does not fit together`() throws {
        let log = try SmallLog.filled()
        let records = try log.records.map { try AuditRecord(parsing: $0.entry) }
        let tree = log.writer.tree
        let last = try #require(records.last)
        let opening = try #require(records.last { $0.step == 0 })
        _ = try LogTail(tree: tree, last: last, opening: opening)
        for (tree, last, opening) in [
            (MerkleTree(), last, opening), (tree, records[29], opening), (tree, last, records[0]),
            (tree, last, last), (tree, opening, opening),
        ] {
            #expect(throws: AuditError.inconsistentTail) { try LogTail(tree: tree, last: last, opening: opening) }
        }
        let other = LogIdentity(
            origin: try #require(Origin("other.example")),
            publicKey: log.identity.publicKey
        )
        #expect(throws: AuditError.inconsistentTail) { try LogWriter(continuing: log.tail(), identity: other) }
    }

    @Test func `leaves the last step of an epoch to its seal`() throws {
        let log = try SmallLog()
        try log.open()
        #expect(log.writer.remainingRecords == 65_534)
        let vectors = log.vectors.epochs[0]
        var ratchet = RecordRatchet(authenticationKey: SecretKey(hex: vectors.A), context: [UInt8](hex: vectors.ctx))
        for _ in 0..<65_534 { ratchet.skip() }
        log.writer.state.ratchet = consume ratchet
        let event: JSONObject = ["event": "audit.full", "free": 1]
        #expect(log.writer.remainingRecords == 1)
        #expect(try AuditRecord(parsing: try log.add(event).entry).step == 65_534)
        #expect(log.writer.remainingRecords == 0)
        #expect(throws: AuditError.epochFull) { try log.add(event) }
        log.writer.rollback()
        try log.seal()
        let seal = try #require(log.records.last)
        #expect(try AuditRecord(parsing: seal.entry).step == 65_535)
    }
}
