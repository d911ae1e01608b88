import RecoveryAudit
import RecoveryCrypto

extension TamperRow {
    /// Records that are no rows of the public matrix.
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
        TamperRow("an epoch opened after one without an end", .intact, mentions: .epochUnsealed) { forgery, _ in
            try forgery.open(reason: "recover")
            try forgery.publish()
            // The bundle's keys end before this epoch.
            forgery.bundle.files["epoch-keys.json"] = nil
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
        TamperRow("an epoch key sealed to another auditor", .tampered, .sealedKeyBad, 0) { forgery, auditor in
            let key = String(repeating: "06", count: 32)
            auditor.sealedTo = .init(kid: "auditor-1", key: key)
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
}
