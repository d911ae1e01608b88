import RecoveryAudit
import RecoveryCrypto

extension TamperRow {
    /// The other rows of audit-log.md §14 that are made on a bundle.
    static let matrix: [TamperRow] = [
        TamperRow("14 all epochs but the last deleted", .tampered, .seq, 0) { forgery, _ in
            forgery.entries.removeFirst(24)
            forgery.store()
        },
        TamperRow("21 other log key, --vkey of the true log", .tampered, .logID, 0, mentions: .keyMismatch) {
            let key = Forgery.signingKey(String(repeating: "02", count: 32)).publicKey
            $1.logKey = VKey(LogIdentity(origin: $0.identity.origin, publicKey: key))
        },
        TamperRow("42 --vkey with another origin", .tampered, .logID, 0, mentions: .checkpointOrigin) {
            let origin = try need(Origin("audit.example.org/other"))
            $1.logKey = VKey(LogIdentity(origin: origin, publicKey: $0.identity.publicKey))
        },
        TamperRow("23 cut to an old checkpoint, nothing outside", .intact, mentions: .unanchored) { forgery, _ in
            forgery.bundle = try VectorFile.bundle("damaged/23-require-anchor/bundle")
        },
        TamperRow("23 the same, insisting", .incomplete, .unanchored) { forgery, auditor in
            forgery.bundle = try VectorFile.bundle("damaged/23-require-anchor/bundle")
            auditor.requiresAnchor = true
        },
        TamperRow("23 cut to a cosigned checkpoint, nothing outside", .intact) { forgery, _ in
            forgery.bundle = try VectorFile.bundle("damaged/25-tail-cut-with-head/bundle")
        },
        TamperRow("25 the same, --head of a later size", .tampered, .truncatedOrRolledBack) { forgery, auditor in
            auditor.heads = [try need(forgery.bundle.files["checkpoint"])]
            forgery.bundle = try VectorFile.bundle("damaged/25-tail-cut-with-head/bundle")
        },
        TamperRow("27 rolled back, --state of a later size", .tampered, .truncatedOrRolledBack) { forgery, auditor in
            let head = try need(LogVerifier(auditor.options()).verification(of: forgery.bundle).head)
            auditor.state = HeadState().remembering(head)
            forgery.bundle = try VectorFile.bundle("damaged/25-tail-cut-with-head/bundle")
        },
        TamperRow("30 two histories, --head of the other", .tampered, .fork) { forgery, auditor in
            auditor.heads = [try need(forgery.bundle.files["checkpoint"])]
            forgery.bundle = try VectorFile.bundle("damaged/30-fork/bundle")
        },
        TamperRow("30 two histories, --state of the other", .tampered, .fork) { forgery, auditor in
            let head = try need(LogVerifier(auditor.options()).verification(of: forgery.bundle).head)
            auditor.state = HeadState().remembering(head)
            forgery.bundle = try VectorFile.bundle("damaged/30-fork/bundle")
        },
        TamperRow("32 unanchored tail rewritten with live keys", .intact, mentions: .tailUnanchored) { forgery, _ in
            try forgery.replacePayload(26) { _ in ["event": "audit.full", "free": 1] }
            forgery.cosigns = false
            try forgery.publish()
        },
        TamperRow("32 the same, insisting", .incomplete, .tailUnanchored) { forgery, auditor in
            try forgery.replacePayload(26) { _ in ["event": "audit.full", "free": 1] }
            forgery.cosigns = false
            try forgery.publish()
            auditor.requiresAnchor = true
        },
        TamperRow("34 wrong epoch key for the first epoch", .tampered, .epochKeyMismatch, 0) { forgery, auditor in
            let wrong = String(repeating: "00", count: 32)
            auditor.epochKeys = CanonicalJSON.writeLine(["0": .string(wrong)])
        },
        TamperRow("35 all but one epoch key missing", .unverifiable, .epochKeyMissing) { forgery, auditor in
            let key = forgery.authenticationKey(of: 1).lend { key in key.indices.map { key[$0] } }
            auditor.epochKeys = CanonicalJSON.writeLine(["1": .string(key.hexadecimal)])
        },
        TamperRow("37 sealed key is garbage, auditor key given", .tampered, .sealedKeyBad, 27) { forgery, auditor in
            let garbage = JSONValue.string(Base64.encode([UInt8](repeating: 0x5a, count: 80)))
            try forgery.open(reason: "recover", sealed: [["hpke": garbage, "kid": "auditor-1"]])
            try forgery.publish()
            auditor.sealedTo = .init(kid: "auditor-1", key: forgery.secrets.auditor_private)
        },
        TamperRow("39 checkpoint signature changed", .tampered, .checkpointSignature) { forgery, _ in
            let text = String(decoding: forgery.bundle.files["checkpoint"] ?? [], as: UTF8.self)
            try need(text.contains(" 68OECwWW"))
            forgery.bundle.files["checkpoint"] = Array(text.replacing(" 68OECwWW", with: " 68OECwWX").utf8)
        },
        TamperRow("40 root of another size, signed", .tampered, .checkpointRoot) { forgery, _ in
            let note = try forgery.note(size: 27, root: forgery.root(19))
            forgery.bundle.files["checkpoint"] = note.bytes
        },
        TamperRow("44 unknown signature lines", .intact) { forgery, auditor in
            let line = "\u{2014} elsewhere.example AAAAAAAA\n"
            forgery.bundle.files["checkpoint"]? += Array(line.utf8)
            auditor.requiresAnchor = true
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
        TamperRow("46 the same, insisting", .incomplete, .tailUnanchored) { forgery, auditor in
            try forgery.publish()
            let note = try forgery.note(
                size: 27,
                root: forgery.root(27),
                witnessSeed: String(repeating: "09", count: 32)
            )
            forgery.bundle.files["checkpoint"] = note.bytes
            auditor.requiresAnchor = true
        },
        TamperRow("48 cosignature 301 s ahead", .intact, mentions: .cosignatureFuture) { _, auditor in
            auditor.now = UnixTime(seconds: Forgery.cosignatureTime.seconds - 301)
        },
        TamperRow("48 cosignature 301 s ahead, insisting", .incomplete, .unanchored) { _, auditor in
            auditor.now = UnixTime(seconds: Forgery.cosignatureTime.seconds - 301)
            auditor.requiresAnchor = true
        },
        TamperRow("48 cosignature 300 s ahead counts", .intact) { _, auditor in
            auditor.now = UnixTime(seconds: Forgery.cosignatureTime.seconds - 300)
            auditor.requiresAnchor = true
        },
        TamperRow("57 index row differs", .tampered, .indexShadow, 12) { forgery, _ in
            forgery.bundle.files["index.jsonl"] = try forgery.index().enumerated().flatMap { seq, row in
                let other = try need(row.object).replacing("actor", by: "somebody")
                return CanonicalJSON.writeLine(seq == 12 ? .object(other) : row)
            }
        },
        TamperRow("59 index file missing", .tampered, .bundleMissing) { forgery, _ in
            forgery.bundle.files["index.jsonl"] = nil
        },
        TamperRow("59 index row missing", .tampered, .indexMissing, 20) { forgery, _ in
            forgery.bundle.files["index.jsonl"] = try forgery.index().enumerated()
                .filter { $0.offset != 20 }.flatMap { CanonicalJSON.writeLine($0.element) }
        },
        TamperRow("60 private value changed", .tampered, .privateMismatch, 8) { forgery, _ in
            let row = try forgery.privateRow("address").replacing("value", by: "KzEgMjAyIDU1NSAwMTAx")
            try forgery.dropPrivateValue("address")
            forgery.bundle.files["private.jsonl"]? += CanonicalJSON.writeLine(.object(row))
        },
        TamperRow("62 private value deleted with ERASE", .intact, mentions: .redactedAuthorised) { _, _ in },
        TamperRow("62 another one, too", .intact, mentions: .redactedAuthorised) { forgery, _ in
            let fields: JSONValue = [[8, "address"]]
            try forgery.approveErasure(of: fields)
            try forgery.erase(fields, approvals: [27])
            try forgery.dropPrivateValue("address")
            try forgery.publish()
        },
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
            try forgery.prune(to: 9)
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
        TamperRow("76 PRUNE beyond a cosigned size", .unverifiable, .pruneUnsupported) { forgery, _ in
            try forgery.append(.event, ["event": "audit.full", "free": 1])
            try forgery.prune(to: 28)
            forgery.cosigns = false
            try forgery.publish()
        },
        TamperRow("76 the same, and its records are missing", .tampered, .seq, 0) { forgery, _ in
            try forgery.prune(to: 27)
            try forgery.publish()
            forgery.entries.removeFirst(27)
            forgery.store()
        },
    ]
}
