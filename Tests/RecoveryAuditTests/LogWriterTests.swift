import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryAudit

@Suite struct LogWriterTests {
    /// Every formula of §4 again, from S_0 and the bytes alone.
    @Test func `writes records that the formulas give again from the first secret`() throws {
        let log = try SmallLog.filled()
        try #require(log.records.count == 31)
        let logID = log.identity.logID
        var secret = SecretKey(hex: log.vectors.S_0)
        var context = KeySchedule.epochContext(logID, epoch: 0)
        var ratchet = KeySchedule.authenticationKey(of: secret, context: context)
        var previous = KeySchedule.genesisLink(
            logID,
            commitment: KeySchedule.commitment(to: ratchet, context: context)
        )
        var epoch: UInt32 = 0
        var step: UInt32 = 0
        var leaves: [Digest256] = []
        for (seq, sealed) in log.records.enumerated() {
            let record = try AuditRecord(parsing: sealed.entry)
            let type = try #require(record.recordType)
            if type == .epochOpen {
                secret = KeySchedule.nextSecret(after: secret, context: context)
                epoch += 1
                step = 0
                context = KeySchedule.epochContext(logID, epoch: epoch)
                ratchet = KeySchedule.authenticationKey(of: secret, context: context)
            }
            #expect(record.seq == UInt64(seq) && record.epoch == epoch && record.step == step)
            #expect(record.logID == logID && record.previousMAC == previous && record.flags == 0)
            #expect(record.timeMicroseconds == SmallLog.start + UInt64(seq + 1) * 1_000_000)
            let key = KeySchedule.recordKey(of: ratchet, context: context, step: step)
            let entry = record.entry
            let frame = Array("rva/v1/record".utf8) + [0] + entry.dropLast(32)
            #expect(HMAC.sha256(over: frame, key: key) == record.mac, "record \(seq)")
            let payload = try record.parsedPayload()
            #expect(PayloadSchema.check(type: type, payload: payload))
            if type == .epochSeal {
                #expect(payload["count"]?.integer == Int64(step))
                #expect(payload["root"]?.string == MerkleTree.root(of: leaves).hexadecimal)
            }
            leaves.append(SHA256.digest(of: [0] + record.entry))
            #expect(sealed.leaf == leaves.last && sealed.seq == record.seq)
            #expect(sealed.index.caseReference == payload["case"]?.string)
            #expect(sealed.index.actor == payload["actor"]?.string && sealed.index.type == record.type)
            ratchet = KeySchedule.nextRatchet(after: ratchet, context: context, step: step)
            previous = record.mac
            step += 1
        }
        #expect(epoch == 2)
        #expect(log.writer.tree.root == MerkleTree.root(of: leaves) && log.writer.size == 31)
    }

    @Test func `chains the commitments of epochs, and seals their keys for the auditor`() throws {
        let log = try SmallLog.filled()
        let openings = try log.records.map { try AuditRecord(parsing: $0.entry) }.filter { $0.step == 0 }
        try #require(openings.count == 3)
        let payloads = try openings.map { try $0.parsedPayload() }
        #expect(payloads.map { $0["reason"]?.string } == ["start", "rotate", "recover"])
        for (index, vector) in log.vectors.epochs.enumerated() {
            #expect(payloads[index]["commit"]?.string == vector.C)
            if index > 0 { #expect(payloads[index - 1]["next_commit"]?.string == vector.C) }
            let box = try #require(payloads[index]["sealed"]?.array?.first?["hpke"]?.string)
            let opened = SealedEpochKey.open(
                try #require(Base64.decode(box)),
                with: log.auditor,
                context: [UInt8](hex: vector.ctx),
                commitment: try Digest256(hex: vector.C)
            )
            let isEpochKey: Bool
            switch opened {
            case .some(let key): isEpochKey = key.isHex(vector.A)
            case .none: isEpochKey = false
            }
            #expect(isEpochKey)
        }
        #expect(payloads[0]["origin"]?.string == log.vectors.origin)
        #expect(log.keyFile == [0, 0, 0, 3] + [UInt8](hex: log.vectors.epochs[2].S_next))
    }

    @Test func `gives the known entries from their inputs`() throws {
        let vectors = try EntryVectors()
        let keys = try KeyVectors()
        for vector in vectors.entries {
            let expected = try AuditRecord(parsing: [UInt8](hex: vector.entry))
            let type = try #require(expected.recordType)
            let peaks = [Digest256](repeating: Digest256(), count: vector.seq.nonzeroBitCount)
            var state = ChainState(
                logID: try keys.identity.logID,
                phase: .accepting,
                epoch: vector.epoch,
                nextCommitment: nil,
                previousMAC: try Digest256(hex: vector.prev_mac),
                time: 0,
                tree: try #require(MerkleTree(size: vector.seq, frontier: peaks)),
                ratchet: try vectors.ratchet(for: vector)
            )
            let payload = try #require(try expected.parsedPayload().object)
            let record = try state.seal(type, payload, now: vector.time_us)
            #expect(record.entry.hexadecimal == vector.entry, "record \(vector.seq)")
            #expect(record.leaf.hexadecimal == vector.leaf)
        }
    }

    @Test func `begins the log of the vectors with the same two records`() throws {
        let vectors = try EntryVectors()
        let log = try SmallLog()
        let genesis = try CanonicalJSON.parse(Array(vectors.entries[0].payload.utf8))
        var recipient = KeyRecipient(kid: "auditor-1", publicKey: log.auditor.publicKey)
        recipient.testOnlyBox = Base64.decode(try #require(genesis["sealed"]?.array?.first?["hpke"]?.string))
        let beginning = EpochBeginning(bootID: SmallLog.bootID, reason: .start, recipients: [recipient])
        log.writer.begin()
        let opened = try log.writer.openEpoch(try log.secret(), beginning, now: vectors.entries[0].time_us)
        log.writer.commit()
        #expect(opened.record.entry.hexadecimal == vectors.entries[0].entry)
        try log.writer.acceptRecords()
        log.writer.begin()
        let payload = try CanonicalJSON.parse(Array(vectors.entries[1].payload.utf8))
        let record = try log.writer.append(
            .agentKeyAdd,
            try #require(payload.object),
            now: vectors.entries[1].time_us
        )
        #expect(record.entry.hexadecimal == vectors.entries[1].entry)
    }

    @Test func `commits to private values and gives them back to be kept elsewhere`() throws {
        let log = try SmallLog.filled()
        let record = log.records[2]
        #expect(record.privateRows.map(\.name) == ["note", "contact"])
        let payload = try AuditRecord(parsing: record.entry).parsedPayload()
        for row in record.privateRows {
            let commitment = PrivateField.commitment(
                salt: row.salt,
                logID: log.identity.logID,
                seq: 2,
                name: row.name,
                value: row.value
            )
            #expect(payload["priv"]?[row.name]?.string == commitment.hexadecimal)
        }
        #expect(Set(record.privateRows.map(\.salt)).count == 2)
        #expect(!String(decoding: record.entry, as: UTF8.self).contains("alice"))
    }

    // MARK: Refusals

    private func fails(
        _ log: SmallLog,
        with error: AuditError,
        _ body: (LogWriter) throws -> Void
    ) {
        let before = log.writer.tree
        log.writer.begin()
        #expect(throws: error) { try body(log.writer) }
        #expect(log.writer.tree == before)
        log.writer.rollback()
    }

    @Test func `refuses what would not verify, and changes nothing`() throws {
        let log = try SmallLog()
        try log.open()
        let free: JSONObject = ["event": "audit.full", "free": 1]
        fails(log, with: .payload(.event)) { _ = try $0.append(event: ["event": "audit.full"], now: 1) }
        fails(log, with: .payload(.event)) { _ = try $0.append(event: ["event": "no.such"], now: 1) }
        fails(log, with: .payload(.event)) { _ = try $0.append(event: free.adding("priv", ["note": "x"]), now: 1) }
        fails(log, with: .payload(.event)) {
            _ = try $0.append(event: free, privates: [PrivateValue(name: "note", value: [])], now: 1)
        }
        fails(log, with: .payload(.event)) {
            let twice = [PrivateValue(name: "note", value: []), PrivateValue(name: "note", value: [])]
            _ = try $0.append(event: SmallLog.caseOpen, privates: twice, now: 1)
        }
        fails(log, with: .payload(.event)) {
            _ = try $0.append(event: SmallLog.caseOpen, privates: [PrivateValue(name: "Note", value: [])], now: 1)
        }
        fails(log, with: .payload(.clock)) { _ = try $0.append(.clock, free, now: 1) }
        for type in [RecordType.genesis, .epochOpen, .epochSeal, .prune] {
            fails(log, with: .payload(type)) { _ = try $0.append(type, free, now: 1) }
        }
        fails(log, with: .time) { _ = try $0.append(event: free, now: 1 << 53) }
        fails(log, with: .payload(.erase)) {
            _ = try $0.erase([], caseReference: "E-1", basis: "art17", approvals: [1], now: 1)
        }
        #expect(throws: AuditError.noTransaction) { try log.writer.append(event: free, now: 1) }
        #expect(throws: AuditError.noTransaction) { try log.writer.sealEpoch(now: 1) }
        // The writer still stands where the log ends.
        #expect(try log.add(free).seq == 1)
    }

    @Test func `refuses a payload of more than 32,768 bytes`() throws {
        let log = try SmallLog()
        try log.open()
        func token(_ count: Int) -> JSONObject {
            [
                "kind": "tsa", "root": .string(String(repeating: "0", count: 64)), "size": 1,
                "token": .string(Base64.encode([UInt8](repeating: 1, count: count))),
            ]
        }
        #expect(try log.add(token(24_000), type: .anchor).entry.count < 32_884)
        let fields = (0..<1024).map { PrivateFieldReference(seq: UInt64($0), name: String(repeating: "n", count: 64)) }
        // 1,024 pairs of 69 to 72 bytes, and the rest of the payload.
        let size = (0..<1024).reduce(1023) { $0 + String($1).count + 69 } + 58
        fails(log, with: .payloadTooLarge(size)) { writer in
            _ = try writer.erase(Set(fields), caseReference: "E-1", basis: "art17", approvals: [1], now: 1)
        }
    }

    // MARK: Time

    @Test func `holds a clock that runs back, and says so`() throws {
        let log = try SmallLog()
        try log.open()
        let event: JSONObject = ["event": "audit.full", "free": 1]
        log.writer.begin()
        let times: [UInt64] = [100, 50, 100, 101].map { SmallLog.start + 10_000_000 + $0 }
        let records = try times.map { try AuditRecord(parsing: log.writer.append(event: event, now: $0).entry) }
        #expect(records.map(\.flags) == [0, 1, 0, 0])
        #expect(records.map(\.timeMicroseconds) == [times[0], times[0], times[0], times[3]])
    }

    // MARK: Transactions

    @Test func `stands where it stood after a rollback`() throws {
        let log = try SmallLog()
        try log.open()
        let event: JSONObject = ["event": "audit.full", "free": 1]
        log.writer.begin()
        let first = try log.writer.append(event: event, now: 5)
        _ = try log.writer.append(event: event, now: SmallLog.start * 2)
        log.writer.rollback()
        log.writer.begin()
        #expect(try log.writer.append(event: event, now: 5).entry == first.entry)
        log.writer.commit()
        #expect(log.writer.size == 2)
    }

    @Test func `keeps the records of inner transactions that were committed, and only those`() throws {
        let plain = try SmallLog()
        try plain.open()
        let nested = try SmallLog()
        // The boxes differ from run to run, so both logs begin with the same record.
        nested.writer = try LogWriter(continuing: plain.tail(), identity: plain.identity)
        let secret = EpochSecret(epoch: 0, secret: SecretKey(hex: plain.vectors.S_0))
        _ = try nested.writer.finishOpening(secret, of: plain.tail())
        try nested.writer.acceptRecords()

        func event(_ free: Int64) -> JSONObject { ["event": "audit.full", "free": .integer(free)] }
        let expected = try [1, 3, 4].map { try plain.add(event($0)).entry }
        var entries: [[UInt8]] = []
        nested.writer.begin()
        for free: Int64 in 1...4 {
            nested.writer.begin()
            let now = SmallLog.start + UInt64([2, 9, 3, 4][Int(free) - 1]) * 1_000_000
            let entry = try nested.writer.append(event: event(free), now: now).entry
            if free == 2 {
                nested.writer.rollback()
            } else {
                nested.writer.commit()
                entries.append(entry)
            }
        }
        nested.writer.commit()
        #expect(entries == expected)
    }

    @Test func `rolls an opened and a sealed epoch back`() throws {
        let log = try SmallLog()
        try log.open()
        let event: JSONObject = ["event": "audit.full", "free": 1]
        log.writer.begin()
        _ = try log.writer.sealEpoch(now: log.tick())
        #expect(throws: AuditError.notAccepting) { try log.writer.append(event: event, now: 1) }
        _ = try log.writer.openEpoch(try log.secret(), log.beginning(.rotate), now: log.tick()).record
        #expect(log.writer.epoch == 1)
        log.writer.rollback()
        #expect(log.writer.epoch == 0)
        #expect(try log.add(event).seq == 1)
    }

    // MARK: Checkpoints

    @Test func `signs what is committed, and its own log only`() throws {
        let log = try SmallLog()
        #expect(throws: AuditError.notAccepting) { try log.writer.checkpoint(signedBy: log.vectors.logKey) }
        try log.open()
        let note = try log.sign()
        let verified = try VerifiedCheckpoint(verifying: note, log: VKey(log.identity))
        #expect(verified.size == 1 && verified.root == log.records[0].leaf)
        #expect(try log.sign() == note)
        log.writer.begin()
        #expect(throws: AuditError.transactionOpen) { try log.writer.checkpoint(signedBy: log.vectors.logKey) }
        log.writer.rollback()
        let other = Ed25519.PrivateKey(seed: SecretKey(copying: [UInt8](repeating: 3, count: 32).span))
        #expect(throws: AuditError.logKey) { try log.writer.checkpoint(signedBy: other) }
    }

    @Test func `does not go on from a log that is shorter than what was signed, or another`() throws {
        let log = try SmallLog.filled()
        let tail = try log.tail()
        let checkpoint = Checkpoint(origin: log.identity.origin, size: 31, root: log.writer.tree.root)
        _ = try LogWriter(continuing: tail, identity: log.identity, lastSigned: checkpoint)
        for (size, root) in [(UInt64(32), checkpoint.root), (31, MerkleTree.emptyRoot)] {
            let signed = Checkpoint(origin: log.identity.origin, size: size, root: root)
            #expect(throws: AuditError.signedBeyondLog) {
                try LogWriter(continuing: tail, identity: log.identity, lastSigned: signed)
            }
        }
    }
}
