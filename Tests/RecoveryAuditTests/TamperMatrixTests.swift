import RecoveryAudit
import RecoveryCrypto
import RecoveryTestSupport
import Testing

/// The rows of audit-log.md §14 that are made on a bundle, beside those that are vectors.
@Suite struct TamperMatrixTests {
    /// Rows that hold wherever they are made: number and name, records, what is done, what is found where.
    struct Sweep: Sendable, CustomTestStringConvertible {
        let name: String
        let records: [Int]
        let code: FindingCode
        /// Where the finding stands, counted from the changed record.
        var offset = 0
        let change: @Sendable (inout Forgery, Int) throws -> Void

        var testDescription: String { name }
    }

    private static let all = Array(0..<27)
    /// Without the ERASE: where it cannot be read, the first bad record is that whose value was erased.
    private static let allButErasure = all.filter { $0 != 22 }
    /// EVENT records of the good bundle.
    private static let events = [5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 26]

    static let sweeps: [Sweep] = [
        Sweep(name: "1 one payload bit", records: events, code: .mac) { $0.flip($1, at: 84 + 10) },
        Sweep(name: "3 EVENT to EPOCH_SEAL", records: events, code: .mac) { $0.overwrite($1, at: 5, with: [3]) },
        Sweep(name: "4 flag bit 0", records: all, code: .timeFlag) { $0.overwrite($1, at: 6, with: [0, 1]) },
        Sweep(name: "4 flag bit 8", records: all, code: .headerFlags) { $0.overwrite($1, at: 6, with: [1, 0]) },
        Sweep(name: "5 stored MAC", records: all, code: .mac) { $0.flip($1, at: $0.entries[$1].count - 1) },
        Sweep(name: "7 epoch field", records: all, code: .epochOrder) { $0.flip($1, at: 27, bit: 4) },
        Sweep(name: "9 suite", records: allButErasure, code: .badMagicOrSuite) { $0.overwrite($1, at: 4, with: [2]) },
        Sweep(name: "9 magic", records: allButErasure, code: .badMagicOrSuite) { $0.flip($1, at: 0) },
        Sweep(name: "10 one record deleted", records: allButErasure.dropLast(), code: .seq) {
            $0.entries.remove(at: $1)
        },
        Sweep(name: "16 neighbours swapped", records: all.dropLast(), code: .seq) { $0.entries.swapAt($1, $1 + 1) },
        Sweep(name: "18 record duplicated", records: all, code: .seq, offset: 1) {
            $0.entries.insert($0.entries[$1], at: $1)
        },
        Sweep(name: "19 record with random MAC inserted", records: [6, 7, 12, 19, 26], code: .mac) { forgery, index in
            var entry = forgery.entries[index]
            entry.replaceSubrange(entry.count - 32..<entry.count, with: [UInt8](repeating: 0x5a, count: 32))
            forgery.entries.insert(entry, at: index)
        },
        Sweep(name: "54 payload_len lies", records: allButErasure, code: .frameLength) { $0.flip($1, at: 83) },
        Sweep(name: "56 payload of length 0", records: allButErasure, code: .frameLength) { forgery, index in
            let entry = forgery.entries[index]
            forgery.entries[index] = entry.prefix(80) + [0, 0, 0, 0] + entry.suffix(32)
        },
        Sweep(name: "50 duplicate key, MAC right", records: [0, 5, 9, 10, 23, 25, 26], code: .nonCanonicalPayload) {
            try $0.replacePayload($1, with: Array(#"{"event":"audit.full","event":"audit.full","free":1}"#.utf8))
        },
        Sweep(name: "51 fraction, MAC right", records: [0, 12, 24], code: .nonCanonicalPayload) {
            try $0.replacePayload($1, with: Array(#"{"event":"audit.full","free":1.0}"#.utf8))
        },
        Sweep(name: "51 exponent, MAC right", records: [12], code: .nonCanonicalPayload) {
            try $0.replacePayload($1, with: Array(#"{"event":"audit.full","free":1e3}"#.utf8))
        },
        Sweep(name: "51 minus zero, MAC right", records: [12], code: .nonCanonicalPayload) {
            try $0.replacePayload($1, with: Array(#"{"event":"audit.full","free":-0}"#.utf8))
        },
        Sweep(name: "53 ten thousand arrays, MAC right", records: [0, 12, 26], code: .nonCanonicalPayload) {
            let arrays = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
            try $0.replacePayload($1, with: Array(#"{"free":\#(arrays)}"#.utf8))
        },
    ]

    @Test(arguments: sweeps)
    func `names the record that was changed, wherever it stands`(sweep: Sweep) throws {
        for index in sweep.records {
            var forgery = try Forgery()
            try sweep.change(&forgery, index)
            forgery.store()
            let verdict = LogVerifier(.vectors).verify(forgery.bundle)
            let place = UInt64(index + sweep.offset)
            #expect(Judgement(verdict) == Judgement(.tampered, sweep.code, place), "record \(index): \(verdict.text)")
        }
    }

    static let rows: [TamperRow] = [
        TamperRow("14 all epochs but the last deleted", .tampered, .seq, 0) { forgery, _ in
            forgery.entries.removeFirst(24)
            forgery.store()
        },
        TamperRow("21 other log key, --vkey of the true log", .tampered, .logID, 0, mentions: .keyMismatch) {
            let key = Forgery.signingKey(String(repeating: "02", count: 32)).publicKey
            $1.logKey = VKey(LogIdentity(origin: $0.identity.origin, publicKey: key))
        },
        TamperRow("42 --vkey with another origin", .tampered, .logID, 0, mentions: .checkpointOrigin) {
            let origin = try #require(Origin("audit.example.org/other"))
            $1.logKey = VKey(LogIdentity(origin: origin, publicKey: $0.identity.publicKey))
        },
        TamperRow("23 cut to an old checkpoint, nothing outside", .intact, mentions: .unanchored) { forgery, _ in
            forgery.bundle = try VectorFile.bundle("damaged/23-require-anchor/bundle")
        },
        TamperRow("25 cut to a cosigned checkpoint, nothing outside", .intact) { forgery, _ in
            forgery.bundle = try VectorFile.bundle("damaged/25-tail-cut-with-head/bundle")
        },
        TamperRow("27 rolled back, --state of a later size", .tampered, .truncatedOrRolledBack) { forgery, options in
            let head = try #require(LogVerifier(options).verification(of: forgery.bundle).head)
            options.state = HeadState().remembering(head)
            forgery.bundle = try VectorFile.bundle("damaged/25-tail-cut-with-head/bundle")
        },
        TamperRow("30 two histories, --state of the other", .tampered, .fork) { forgery, options in
            let head = try #require(LogVerifier(options).verification(of: forgery.bundle).head)
            options.state = HeadState().remembering(head)
            forgery.bundle = try VectorFile.bundle("damaged/30-fork/bundle")
        },
        TamperRow("32 unanchored tail rewritten with live keys", .intact, mentions: .tailUnanchored) { forgery, _ in
            try forgery.replacePayload(26) { _ in ["event": "audit.full", "free": 1] }
            forgery.cosigns = false
            try forgery.publish()
        },
        TamperRow("32 the same, insisting", .incomplete, .tailUnanchored) { forgery, options in
            try forgery.replacePayload(26) { _ in ["event": "audit.full", "free": 1] }
            forgery.cosigns = false
            try forgery.publish()
            options.requiresAnchor = true
        },
        TamperRow("34 wrong epoch key for the first epoch", .tampered, .epochKeyMismatch, 0) { forgery, options in
            let wrong = String(repeating: "00", count: 32)
            options.epochKeys = EpochKeyFile(parsing: CanonicalJSON.writeLine(["0": .string(wrong)]))
        },
        TamperRow("35 all but one epoch key missing", .unverifiable, .epochKeyMissing) { forgery, options in
            let key = forgery.authenticationKey(of: 1).lend { key in key.indices.map { key[$0] } }
            options.epochKeys = EpochKeyFile(parsing: CanonicalJSON.writeLine(["1": .string(key.hexadecimal)]))
        },
        TamperRow("39 checkpoint signature changed", .tampered, .checkpointSignature) { forgery, _ in
            let text = String(decoding: forgery.bundle.files["checkpoint"] ?? [], as: UTF8.self)
            try #require(text.contains(" 68OECwWW"))
            forgery.bundle.files["checkpoint"] = Array(text.replacing(" 68OECwWW", with: " 68OECwWX").utf8)
        },
        TamperRow("40 root of another size, signed", .tampered, .checkpointRoot) { forgery, _ in
            let note = try forgery.note(size: 27, root: forgery.root(19))
            forgery.bundle.files["checkpoint"] = note.bytes
        },
        TamperRow("44 unknown signature lines", .intact) { forgery, options in
            let line = "\u{2014} elsewhere.example AAAAAAAA\n"
            forgery.bundle.files["checkpoint"]? += Array(line.utf8)
            options.requiresAnchor = true
        },
        TamperRow("46 cosignature of a foreign witness", .intact, mentions: .tailUnanchored) { forgery, _ in
            try forgery.publish()
            let note = try forgery.note(
                size: 27,
                root: forgery.root(27),
                witnessSeed: String(repeating: "09", count: 32)
            )
            forgery.bundle.files["checkpoint"] = note.bytes
        },
        TamperRow("46 the same, insisting", .incomplete, .tailUnanchored) { forgery, options in
            try forgery.publish()
            let note = try forgery.note(
                size: 27,
                root: forgery.root(27),
                witnessSeed: String(repeating: "09", count: 32)
            )
            forgery.bundle.files["checkpoint"] = note.bytes
            options.requiresAnchor = true
        },
        TamperRow("48 cosignature 301 s ahead", .intact, mentions: .cosignatureFuture) { _, options in
            options.now = UnixTime(seconds: Forgery.cosignatureTime.seconds - 301)
        },
        TamperRow("48 cosignature 301 s ahead, insisting", .incomplete, .unanchored) { _, options in
            options.now = UnixTime(seconds: Forgery.cosignatureTime.seconds - 301)
            options.requiresAnchor = true
        },
        TamperRow("48 cosignature 300 s ahead counts", .intact) { _, options in
            options.now = UnixTime(seconds: Forgery.cosignatureTime.seconds - 300)
            options.requiresAnchor = true
        },
        TamperRow("59 index file missing", .tampered, .bundleMissing) { forgery, _ in
            forgery.bundle.files["index.jsonl"] = nil
        },
        TamperRow("59 index row missing", .tampered, .indexMissing, 20) { forgery, _ in
            forgery.bundle.files["index.jsonl"] = try forgery.index().enumerated()
                .filter { $0.offset != 20 }.flatMap { CanonicalJSON.writeLine($0.element) }
        },
        TamperRow("62 private value deleted with ERASE", .intact, mentions: .redactedAuthorised) { _, _ in },
        TamperRow("64 ERASE with the approval of something else", .tampered, .approvalMissing, 27) { forgery, _ in
            try forgery.erase([[8, "address"]], approvals: [21])
            try forgery.dropPrivateValue("address")
            try forgery.publish()
        },
        TamperRow("64 ERASE with a supervisor's approval", .tampered, .approvalMissing, 27) { forgery, _ in
            try forgery.erase([[8, "address"]], approvals: [13])
            try forgery.dropPrivateValue("address")
            try forgery.publish()
        },
        TamperRow("66 forged approval, all MACs right", .tampered, .agentSignature, 27) { forgery, _ in
            try forgery.approve { $0.signer = "nobody" }
            try forgery.publish()
        },
        TamperRow("68 approval after its key was revoked", .tampered, .agentRevoked, 27) { forgery, _ in
            try forgery.approve { $0.kid = "sup-2" }
            try forgery.publish()
        },
        TamperRow("70 approval by a key never added", .tampered, .agentUnknown, 27) { forgery, _ in
            try forgery.approve { $0.kid = "sup-9" }
            try forgery.publish()
        },
        TamperRow("72 time goes back, MAC right", .tampered, .timeRegression, 27) { forgery, _ in
            try forgery.append(
                RecordType.event.rawValue,
                ["event": "audit.full", "free": 1],
                time: 1_760_000_000_000_000
            )
            try forgery.publish()
        },
        TamperRow("72 the writer clamps instead", .intact) { forgery, _ in
            let time = try AuditRecord(parsing: forgery.entries[26]).timeMicroseconds
            try forgery.append(
                RecordType.event.rawValue,
                ["event": "audit.full", "free": 1],
                flags: 1,
                time: time
            )
            try forgery.publish()
        },
        TamperRow("74 PRUNE", .unverifiable, .pruneUnsupported) { forgery, _ in
            let hash = JSONValue.string(String(repeating: "ab", count: 32))
            try forgery.append(
                .prune,
                [
                    "approvals": [21], "case": "E-2", "last_mac": hash, "next_commit": hash, "policy": hash,
                    "root": hash, "size": 27, "to": 9,
                ]
            )
            try forgery.publish()
        },
        TamperRow("75 a manifest that begins later", .unverifiable, .pruneUnsupported) { forgery, _ in
            forgery.bundle.files["manifest.json"] = forgery.manifest(first: 9, size: 27)
        },
        TamperRow("75 first records missing", .tampered, .seq, 0) { forgery, _ in
            forgery.entries.removeFirst(10)
            forgery.bundle.files["manifest.json"] = forgery.manifest(first: 10, size: 27)
            forgery.store()
        },
    ]

    @Test(arguments: rows)
    func `says what the matrix says`(row: TamperRow) throws {
        let verdict = try row.verdict()
        #expect(Judgement(verdict) == row.expected, "\(verdict.text)")
        if let mentioned = row.mentions {
            #expect(verdict.findings.contains { $0.code == mentioned }, "\(verdict.text)")
        }
    }

    @Test func `says that authorship failed when an approval is forged`() throws {
        var forgery = try Forgery()
        try forgery.approve { $0.signer = "nobody" }
        try forgery.publish()
        let verdict = LogVerifier(.vectors).verify(forgery.bundle)
        #expect(verdict.authorship == .failed)
        #expect(verdict.integrity == .intact)
        #expect(verdict.trustworthy == 27)
    }

    @Test func `finds nothing wrong with a bundle that was made anew without changes`() throws {
        var forgery = try Forgery()
        try forgery.publish()
        #expect(Judgement(LogVerifier(.vectors).verify(forgery.bundle)) == Judgement(.intact))
    }

    @Test func `blames the record whose value is gone when the erasure of it cannot be read`() throws {
        var forgery = try Forgery()
        forgery.flip(22, at: 0)
        forgery.store()
        let verdict = LogVerifier(.vectors).verify(forgery.bundle)
        #expect(Judgement(verdict) == Judgement(.tampered, .privateMissing, 6))
        #expect(verdict.findings.contains { $0.code == .badMagicOrSuite && $0.seq == 22 })
    }
}
