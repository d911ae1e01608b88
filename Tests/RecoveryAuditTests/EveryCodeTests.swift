import RecoveryAudit
import RecoveryCrypto
import RecoveryTestSupport
import Testing

/// Ways to tamper that are no rows of the public matrix: together with it, every code is the reason of some verdict.
@Suite struct EveryCodeTests {
    static let records: [TamperRow] = [
        TamperRow("another log_id in one record", .tampered, .logID, 12) { forgery, _ in
            forgery.flip(12, at: 40)
            forgery.store()
        },
        TamperRow("a type that does not exist", .tampered, .recordType, 27) { forgery, _ in
            try forgery.append(15, ["event": "audit.full", "free": 1])
            try forgery.publish()
        },
        TamperRow("a first link to nowhere", .tampered, .genesisLink, 0) { forgery, _ in
            forgery.flip(0, at: 48)
            forgery.store()
        },
        TamperRow("a link to another record", .tampered, .link, 13) { forgery, _ in
            forgery.flip(13, at: 79)
            forgery.store()
        },
        TamperRow("a record after the end of its epoch", .tampered, .recordAfterSeal, 28) { forgery, _ in
            try forgery.seal()
            try forgery.append(.event, ["event": "audit.full", "free": 1])
            try forgery.publish()
        },
        TamperRow("a second end of an epoch", .tampered, .recordAfterSeal, 28) { forgery, _ in
            try forgery.seal()
            try forgery.seal()
            try forgery.publish()
        },
        TamperRow("a step left out", .tampered, .step, 27) { forgery, _ in
            try forgery.append(RecordType.event.rawValue, ["event": "audit.full", "free": 1], step: 4)
            try forgery.publish()
        },
        TamperRow("a step beyond the last", .tampered, .step, 27) { forgery, _ in
            try forgery.append(RecordType.event.rawValue, ["event": "audit.full", "free": 1], step: 65_536)
            try forgery.publish()
        },
        TamperRow("an epoch opened as planned after one without an end", .tampered, .epochReason, 27) { forgery, _ in
            try forgery.open(reason: "rotate")
            try forgery.publish()
        },
        TamperRow("an epoch left out", .tampered, .epochOrder, 28) { forgery, _ in
            try forgery.seal()
            try forgery.open(epoch: 4)
            try forgery.publish()
        },
        TamperRow("an epoch that begins at step 1", .tampered, .epochOrder, 28) { forgery, _ in
            try forgery.seal()
            try forgery.open(step: 1)
            try forgery.publish()
        },
        TamperRow("a second GENESIS", .tampered, .epochOrder, 27) { forgery, _ in
            let genesis = JSONValue.object(try forgery.payload(0))
            try forgery.append(RecordType.genesis.rawValue, genesis, epoch: 3, step: 0)
            try forgery.publish()
        },
        TamperRow("an epoch that was not committed to", .tampered, .epochCommitChain, 28) { forgery, _ in
            try forgery.seal()
            try forgery.open(commitment: forgery.commitment(of: 4))
            try forgery.publish()
        },
        TamperRow("an end that commits to another epoch", .tampered, .epochCommitChain, 27) { forgery, _ in
            try forgery.seal(commitment: forgery.commitment(of: 4))
            try forgery.publish()
        },
        TamperRow("an EVENT that the catalogue does not know", .tampered, .payloadSchema, 27) { forgery, _ in
            try forgery.append(.event, ["event": "audit.empty", "free": 1])
            try forgery.publish()
        },
        TamperRow("a field too many", .tampered, .payloadSchema, 27) { forgery, _ in
            try forgery.append(.event, ["event": "audit.full", "free": 1, "note": "free text"])
            try forgery.publish()
        },
        TamperRow("a statement without its signature", .tampered, .payloadSchema, 27) { forgery, _ in
            let words = Forgery.Words().json
            try forgery.append(.event, ["actor": "sup-1", "case": "C-9", "event": "approval.give", "stmt": words])
            try forgery.publish()
        },
        TamperRow("a GENESIS of another origin", .tampered, .genesis, 0) { forgery, _ in
            try forgery.replacePayload(0) { .object($0.replacing("origin", by: "audit.example.org/other")) }
            forgery.store()
        },
        TamperRow("a GENESIS of another key", .tampered, .genesis, 0) { forgery, _ in
            let key = JSONValue.string(Base64.encode([UInt8](repeating: 7, count: 32)))
            try forgery.replacePayload(0) { .object($0.replacing("log_key", by: key)) }
            forgery.store()
        },
        TamperRow("an epoch key sealed to another auditor", .tampered, .sealedKeyBad, 0) { forgery, options in
            let key = SecretKey(copying: [UInt8](repeating: 6, count: 32).span)
            options.auditor = AuditorKey(kid: "auditor-1", key: X25519.PrivateKey(bytes: key))
        },
        TamperRow("an end that counts wrongly", .tampered, .sealCount, 27) { forgery, _ in
            try forgery.seal(count: 2)
            try forgery.publish()
        },
        TamperRow("an end over another tree", .tampered, .sealRoot, 27) { forgery, _ in
            try forgery.seal(root: forgery.root(26))
            try forgery.publish()
        },
        TamperRow("an ERASE of what never was", .tampered, .eraseUnknown, 28) { forgery, _ in
            let fields: JSONValue = [[7, "note"]]
            try forgery.approveErasure(of: fields)
            try forgery.erase(fields, approvals: [27])
            try forgery.publish()
        },
        TamperRow("an ANCHOR of a root that never was", .tampered, .anchorRoot, 27) { forgery, _ in
            try forgery.anchor(size: 19, root: forgery.root(18))
            try forgery.publish()
        },
        TamperRow("an ANCHOR of the future", .tampered, .anchorRoot, 27) { forgery, _ in
            try forgery.anchor(size: 28, root: forgery.root(27))
            try forgery.publish()
        },
        TamperRow("an ANCHOR whose known witness did not sign", .tampered, .anchorSignature, 27) { forgery, _ in
            try forgery.anchor(size: 19, root: forgery.root(19)) { $0[20] ^= 1 }
            try forgery.publish()
        },
        TamperRow("an ANCHOR of an unknown witness is ignored", .intact) { forgery, _ in
            try forgery.anchor(size: 19, root: forgery.root(19)) { $0[0] ^= 1 }
            try forgery.publish()
        },
        TamperRow("an ANCHOR with a time stamp", .intact, mentions: .anchorTSAUnchecked) { forgery, _ in
            let root = JSONValue.string(forgery.root(19).hexadecimal)
            try forgery.append(.anchor, ["kind": "tsa", "root": root, "size": 19, "token": "MAA="])
            try forgery.publish()
        },
        TamperRow("a closed case that lacks a record", .tampered, .caseCount, 27) { forgery, _ in
            try forgery.append(
                .event,
                ["case": "C-7F3K", "event": "case.close", "outcome": "restored", "records": 12]
            )
            try forgery.publish()
        },
    ]

    static let bundles: [TamperRow] = [
        TamperRow("a private value lost", .tampered, .privateMissing, 8) { forgery, _ in
            try forgery.dropPrivateValue("address")
        },
        TamperRow("an erased value kept", .tampered, .erasureNotCarriedOut, 8) { forgery, _ in
            let fields: JSONValue = [[8, "address"]]
            try forgery.approveErasure(of: fields)
            try forgery.erase(fields, approvals: [27])
            try forgery.publish()
        },
        TamperRow("a disclosed value changed", .tampered, .privateMismatch, 8) { forgery, _ in
            let row = try forgery.privateRow("address")
            forgery.bundle.files["private.jsonl"] = nil
            forgery.bundle.files["disclosed.jsonl"] = CanonicalJSON.writeLine(
                .object(row.replacing("value", by: "KzEgMjAyIDU1NSAwMTAx"))
            )
        },
        TamperRow("a disclosed selection", .intact, mentions: .privateNotChecked) { forgery, _ in
            let row = try forgery.privateRow("address")
            forgery.bundle.files["private.jsonl"] = nil
            forgery.bundle.files["disclosed.jsonl"] = CanonicalJSON.writeLine(.object(row))
        },
        TamperRow("a private value of no field", .tampered, .privateExtra) { forgery, _ in
            let row = try forgery.privateRow("address").replacing("seq", by: 7)
            forgery.bundle.files["private.jsonl"]? += CanonicalJSON.writeLine(.object(row))
        },
        TamperRow("a private value twice", .tampered, .privateExtra) { forgery, _ in
            let row = try forgery.privateRow("address")
            forgery.bundle.files["private.jsonl"]? += CanonicalJSON.writeLine(.object(row))
        },
        TamperRow("no private values", .intact, mentions: .privateNotChecked) { forgery, _ in
            forgery.bundle.files["private.jsonl"] = nil
        },
        TamperRow("no private values, insisting", .unverifiable, .privateNotChecked) { forgery, options in
            forgery.bundle.files["private.jsonl"] = nil
            options.requiresPrivate = true
        },
        TamperRow("no epoch keys", .intact, mentions: .macsNotChecked) { forgery, _ in
            forgery.bundle.files["epoch-keys.json"] = nil
        },
        TamperRow("no epoch keys, insisting", .unverifiable, .macsNotChecked) { forgery, options in
            forgery.bundle.files["epoch-keys.json"] = nil
            options.requiresMACs = true
        },
        TamperRow("an auditor needs no other keys", .intact) { forgery, options in
            forgery.bundle.files["epoch-keys.json"] = nil
            let key = SecretKey(copying: [UInt8](hex: forgery.secrets.auditor_private).span)
            options.auditor = AuditorKey(kid: "auditor-1", key: X25519.PrivateKey(bytes: key))
            options.requiresMACs = true
        },
        TamperRow("nothing is sealed to this auditor", .unverifiable, .epochKeyMissing) { forgery, options in
            forgery.bundle.files["epoch-keys.json"] = nil
            let key = SecretKey(copying: [UInt8](hex: forgery.secrets.auditor_private).span)
            options.auditor = AuditorKey(kid: "auditor-2", key: X25519.PrivateKey(bytes: key))
        },
        TamperRow("an index row beyond the log", .tampered, .indexExtra) { forgery, _ in
            let row = try #require(try forgery.index().last?.object).replacing("seq", by: 27)
            forgery.bundle.files["index.jsonl"]? += CanonicalJSON.writeLine(.object(row))
        },
        TamperRow("an index row twice", .tampered, .indexExtra) { forgery, _ in
            let row = try #require(try forgery.index().last)
            forgery.bundle.files["index.jsonl"]? += CanonicalJSON.writeLine(row)
        },
        TamperRow("an index that is no index", .tampered, .bundleMalformed) { forgery, _ in
            forgery.bundle.files["index.jsonl"] = Array("{}\n".utf8)
        },
        TamperRow("a leaf in the tile", .tampered, .leafMismatch, 19, mentions: .tileHash) { forgery, _ in
            forgery.bundle.files["tile/0/000.p/27"]?[19 * 32] ^= 1
        },
        TamperRow("no hash tile", .tampered, .tileMissing) { forgery, _ in
            forgery.bundle.files["tile/0/000.p/27"] = nil
        },
        TamperRow("a tile too many", .tampered, .tileExtra) { forgery, _ in
            forgery.bundle.files["tile/1/000.p/1"] = [UInt8](repeating: 0, count: 32)
        },
        TamperRow("a tile of entries too many", .tampered, .tileExtra) { forgery, _ in
            forgery.bundle.files["tile/entries/000.p/26"] = forgery.bundle.files["tile/entries/000.p/27"]
        },
        TamperRow("a tile too short", .tampered, .tileWidth) { forgery, _ in
            forgery.bundle.files["tile/0/000.p/27"]?.removeLast(32)
        },
        TamperRow("no entries", .tampered, .entriesMissing) { forgery, _ in
            forgery.bundle.files["tile/entries/000.p/27"] = nil
        },
        TamperRow("bytes after the entries", .tampered, .entriesFrame) { forgery, _ in
            forgery.bundle.files["tile/entries/000.p/27"]?.append(0)
        },
        TamperRow("a checkpoint beyond the log", .tampered, .checkpointBeyondLog) { forgery, _ in
            forgery.entries.removeLast()
            forgery.store()
        },
        TamperRow("entries beyond the checkpoint", .tampered, .entriesBeyondCheckpoint) { forgery, _ in
            forgery.bundle.files["checkpoint"] = forgery.bundle.files["checkpoints/19"]
            forgery.bundle.files["manifest.json"] = forgery.manifest(size: 19)
        },
        TamperRow("a manifest of another size", .tampered, .manifestMismatch) { forgery, _ in
            forgery.bundle.files["manifest.json"] = forgery.manifest(size: 26)
        },
        TamperRow("a manifest of another log", .tampered, .manifestMismatch) { forgery, _ in
            forgery.bundle.files["manifest.json"] = forgery.manifest(origin: "audit.example.org/other", size: 27)
        },
        TamperRow("no manifest", .tampered, .bundleMissing) {
            $0.bundle.files["manifest.json"] = nil; _ = $1
        },
        TamperRow("no key", .tampered, .bundleMissing) {
            $0.bundle.files["log.vkey"] = nil; _ = $1
        },
        TamperRow("no checkpoint", .tampered, .bundleMissing) {
            $0.bundle.files["checkpoint"] = nil; _ = $1
        },
        TamperRow("no policy", .tampered, .bundleMissing) {
            $0.bundle.files["policy"] = nil; _ = $1
        },
        TamperRow("a folder in place of a file", .tampered, .bundleMalformed) { forgery, _ in
            forgery.bundle.files["manifest.json"] = nil
            forgery.bundle.files["manifest.json/x"] = []
        },
        TamperRow("a file in place of a folder", .tampered, .bundleMalformed) { forgery, _ in
            forgery.bundle.files = forgery.bundle.files.filter { !$0.key.hasPrefix("proofs/") }
            forgery.bundle.files["proofs"] = []
        },
        TamperRow("a policy without a quorum", .tampered, .policyMalformed) { forgery, _ in
            forgery.bundle.files["policy"] = []
        },
        TamperRow("a policy for another log", .tampered, .policyMalformed) { forgery, _ in
            let origin = try #require(Origin("audit.example.org/other"))
            let key = VKey(LogIdentity(origin: origin, publicKey: forgery.identity.publicKey))
            forgery.bundle.files["policy"] = WitnessPolicy.withoutWitnesses(log: key)
        },
        TamperRow("another key in the bundle", .tampered, .keyMismatch) { forgery, options in
            options.logKey = VKey(forgery.identity)
            let other = Forgery.signingKey(String(repeating: "02", count: 32)).publicKey
            let key = VKey(LogIdentity(origin: forgery.identity.origin, publicKey: other))
            forgery.bundle.files["log.vkey"] = Array((key.text + "\n").utf8)
        },
        TamperRow("a checkpoint that is no note", .tampered, .checkpointMalformed) { forgery, _ in
            forgery.bundle.files["checkpoint"] = Array("OK\n".utf8)
        },
        TamperRow("a checkpoint under another name", .tampered, .checkpointMalformed) { forgery, _ in
            forgery.bundle.files["checkpoints/12"] = forgery.bundle.files["checkpoints/11"]
        },
        TamperRow("a checkpoint under another name that nobody signed", .tampered, .checkpointMalformed) { forgery, _ in
            let note = String(decoding: forgery.bundle.files["checkpoints/11"] ?? [], as: UTF8.self)
            forgery.bundle.files["checkpoints/12"] = Array(note.replacing("+", with: "/").utf8)
        },
        TamperRow("a checkpoint of another log", .tampered, .checkpointOrigin) { forgery, _ in
            let note = try forgery.note(size: 27, root: forgery.root(27), origin: Origin("audit.example.org/other"))
            forgery.bundle.files["checkpoint"] = note.bytes
        },
        TamperRow("an old checkpoint of another history", .tampered, .checkpointRoot) { forgery, _ in
            forgery.bundle.files["checkpoints/9"] = try forgery.note(size: 9, root: forgery.root(8)).bytes
        },
        TamperRow("a known witness whose line is wrong", .tampered, .checkpointSignature) { forgery, _ in
            let text = String(decoding: forgery.bundle.files["checkpoint"] ?? [], as: UTF8.self)
            try #require(text.contains("pROAxwAAAABo53gAJQgu"))
            let changed = text.replacing("pROAxwAAAABo53gAJQgu", with: "pROAxwAAAABo53gAJQgv")
            forgery.bundle.files["checkpoint"] = Array(changed.utf8)
        },
        TamperRow("a receipt that is none", .tampered, .proofMalformed) { forgery, _ in
            forgery.bundle.files["proofs/7.tlog-proof"]?.removeFirst()
        },
        TamperRow("a receipt under another name", .tampered, .proofMalformed) { forgery, _ in
            forgery.bundle.files["proofs/8.tlog-proof"] = forgery.bundle.files["proofs/7.tlog-proof"]
        },
        TamperRow("a receipt for another record", .tampered, .proofInclusion) { forgery, _ in
            let receipt = try #require(InclusionReceipt(parsing: forgery.bundle.files["proofs/7.tlog-proof"] ?? []))
            let other = InclusionReceipt(index: 6, proof: receipt.proof, checkpoint: receipt.checkpoint)
            forgery.bundle.files["proofs/6.tlog-proof"] = other.bytes
        },
        TamperRow("a head that is no note", .unverifiable, .headInvalid) { _, options in
            options.heads = [Array("nothing".utf8)]
        },
        TamperRow("a head of another log", .unverifiable, .headInvalid) { forgery, options in
            let origin = Origin("audit.example.org/other")
            options.heads = [try forgery.note(size: 27, root: forgery.root(27), origin: origin).bytes]
        },
        TamperRow("a head from before, and one from now", .intact) { forgery, options in
            options.heads = [forgery.bundle.files["checkpoints/9"] ?? [], forgery.bundle.files["checkpoint"] ?? []]
            options.requiresAnchor = true
        },
        TamperRow("files that are no part of a bundle", .intact) { forgery, _ in
            forgery.bundle.files["README"] = [0xff]
            forgery.bundle.files["notes/today"] = []
            forgery.bundle.files["anchors/19.tsr"] = [0x30, 0]
        },
    ]

    @Test(arguments: records) func `names the record`(row: TamperRow) throws {
        let verdict = try row.verdict()
        #expect(Judgement(verdict) == row.expected, "\(verdict.text)")
        if let mentioned = row.mentions { #expect(verdict.findings.contains { $0.code == mentioned }) }
    }

    @Test(arguments: bundles) func `names what is wrong with the bundle`(row: TamperRow) throws {
        let verdict = try row.verdict()
        #expect(Judgement(verdict) == row.expected, "\(verdict.text)")
        if let mentioned = row.mentions { #expect(verdict.findings.contains { $0.code == mentioned }) }
    }

    @Test func `leaves no code out`() {
        let all = TamperMatrixTests.rows + Self.records + Self.bundles + StaffTamperTests.rows
        var seen = Set(all.compactMap(\.expected.code) + all.compactMap { $0.mentions?.rawValue })
        seen.formUnion(TamperMatrixTests.sweeps.map(\.code.rawValue))
        // Each of these is claimed elsewhere: by the vectors, beside every run that brings no key or policy of its
        // own, and by the source that fails.
        seen.formUnion(["index-shadow", "epoch-unsealed", "key-from-bundle", "policy-from-bundle", "internal-error"])
        #expect(Set(FindingCode.allCases.map(\.rawValue)).subtracting(seen) == [])
    }
}
