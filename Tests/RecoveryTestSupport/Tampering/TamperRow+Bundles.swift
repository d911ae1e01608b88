import RecoveryAudit
import RecoveryCrypto

extension TamperRow {
    /// What lies beside the records, and is no row of the public matrix.
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
        TamperRow("no private values, insisting", .unverifiable, .privateNotChecked) { forgery, auditor in
            forgery.bundle.files["private.jsonl"] = nil
            auditor.requiresPrivate = true
        },
        TamperRow("no epoch keys", .intact, mentions: .macsNotChecked) { forgery, _ in
            forgery.bundle.files["epoch-keys.json"] = nil
        },
        TamperRow("no epoch keys, insisting", .unverifiable, .macsNotChecked) { forgery, auditor in
            forgery.bundle.files["epoch-keys.json"] = nil
            auditor.requiresMACs = true
        },
        TamperRow("an auditor needs no other keys", .intact) { forgery, auditor in
            forgery.bundle.files["epoch-keys.json"] = nil
            let key = forgery.secrets.auditor_private
            auditor.sealedTo = .init(kid: "auditor-1", key: key)
            auditor.requiresMACs = true
        },
        TamperRow("nothing is sealed to this auditor", .unverifiable, .epochKeyMissing) { forgery, auditor in
            forgery.bundle.files["epoch-keys.json"] = nil
            let key = forgery.secrets.auditor_private
            auditor.sealedTo = .init(kid: "auditor-2", key: key)
        },
        TamperRow("an index row beyond the log", .tampered, .indexExtra) { forgery, _ in
            let row = try need(try forgery.index().last?.object).replacing("seq", by: 27)
            forgery.bundle.files["index.jsonl"]? += CanonicalJSON.writeLine(.object(row))
        },
        TamperRow("an index row twice", .tampered, .indexExtra) { forgery, _ in
            let row = try need(try forgery.index().last)
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
        TamperRow("a hash above the leaves", .tampered, .tileHash) { forgery, _ in
            while forgery.entries.count < 257 { try forgery.append(.event, ["event": "audit.full", "free": 1]) }
            try forgery.publish()
            forgery.bundle.files["tile/1/000.p/1"]?[7] ^= 1
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
            let origin = try need(Origin("audit.example.org/other"))
            let key = VKey(LogIdentity(origin: origin, publicKey: forgery.identity.publicKey))
            forgery.bundle.files["policy"] = WitnessPolicy.withoutWitnesses(log: key)
        },
        TamperRow("another key in the bundle", .tampered, .keyMismatch) { forgery, auditor in
            auditor.logKey = VKey(forgery.identity)
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
            try need(text.contains("pROAxwAAAABo53gAJQgu"))
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
            let receipt = try need(InclusionReceipt(parsing: forgery.bundle.files["proofs/7.tlog-proof"] ?? []))
            let other = InclusionReceipt(index: 6, proof: receipt.proof, checkpoint: receipt.checkpoint)
            forgery.bundle.files["proofs/6.tlog-proof"] = other.bytes
        },
        TamperRow("a head that is no note", .unverifiable, .headInvalid) { _, auditor in
            auditor.heads = [Array("nothing".utf8)]
        },
        TamperRow("a head of another log", .unverifiable, .headInvalid) { forgery, auditor in
            let origin = Origin("audit.example.org/other")
            auditor.heads = [try forgery.note(size: 27, root: forgery.root(27), origin: origin).bytes]
        },
        TamperRow("a head from before, and one from now", .intact) { forgery, auditor in
            auditor.heads = [forgery.bundle.files["checkpoints/9"] ?? [], forgery.bundle.files["checkpoint"] ?? []]
            auditor.requiresAnchor = true
        },
        TamperRow("files that are no part of a bundle", .intact) { forgery, _ in
            forgery.bundle.files["README"] = [0xff]
            forgery.bundle.files["notes/today"] = []
            forgery.bundle.files["anchors/19.tsr"] = [0x30, 0]
        },
        TamperRow("no key but the bundle's own", .intact, mentions: .keyFromBundle) { _, _ in },
        TamperRow("no policy but the bundle's own", .intact, mentions: .policyFromBundle) { _, _ in },
    ]
}
