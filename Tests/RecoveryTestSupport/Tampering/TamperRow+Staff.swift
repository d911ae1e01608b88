import RecoveryAudit
import RecoveryCrypto

extension TamperRow {
    /// What staff said, forged by somebody who has every key but theirs.
    static let staff: [TamperRow] = [
        TamperRow("a kid twice", .tampered, .agentKeyDuplicate, 27) { forgery, _ in
            try forgery.addKey("sup-1", agent: String(repeating: "9", count: 32), role: "supervisor")
            try forgery.publish()
        },
        TamperRow("a key that nobody signed for", .tampered, .agentKeyUnauthorised, 27) { forgery, _ in
            let key = JSONValue.string(
                Base64.encode(Forgery.signingKey(String(repeating: "78", count: 32)).publicKey.bytes)
            )
            let agent = JSONValue.string(String(repeating: "9", count: 32))
            try forgery.append(.agentKeyAdd, ["agent": agent, "key": key, "kid": "adm-3", "role": "admin"])
            try forgery.publish()
        },
        TamperRow("a key signed for in other words", .tampered, .agentEvidence, 27) { forgery, _ in
            try forgery.addKey("agt-1", agent: String(repeating: "9", count: 32)) {
                $0.evidence = String(repeating: "ab", count: 32)
            }
            try forgery.publish()
        },
        TamperRow("a key that was refused", .tampered, .agentEvidence, 27) { forgery, _ in
            try forgery.addKey("agt-1", agent: String(repeating: "9", count: 32)) { $0.decision = "refuse" }
            try forgery.publish()
        },
        TamperRow("a key that a supervisor signed for", .tampered, .agentRole, 27) { forgery, _ in
            try forgery.addKey("agt-1", agent: String(repeating: "9", count: 32)) { $0.kid = "sup-1" }
            try forgery.publish()
        },
        TamperRow("a key that is signed for", .intact) { forgery, _ in
            try forgery.addKey("agt-1", agent: String(repeating: "9", count: 32))
            try forgery.publish()
        },
        TamperRow("an approval for another log", .tampered, .agentLog, 27) { forgery, _ in
            try forgery.approve { $0.log = "audit.example.org/other" }
            try forgery.publish()
        },
        TamperRow("an approval of another case", .tampered, .agentCase, 27) { forgery, _ in
            try forgery.approve(reference: "C-10")
            try forgery.publish()
        },
        TamperRow("an approval in another name", .tampered, .agentCase, 27) { forgery, _ in
            try forgery.approve(actor: "sup-3")
            try forgery.publish()
        },
        TamperRow("an approval of an action that has another way", .tampered, .agentAction, 27) { forgery, _ in
            try forgery.approve { $0.action = "audit.erase" }
            try forgery.publish()
        },
        TamperRow("an approval by an auditor", .tampered, .agentRole, 27) { forgery, _ in
            try forgery.approve("admin.approve")
            try forgery.publish()
        },
        TamperRow("an approval a microsecond late", .tampered, .agentExpired, 27) { forgery, _ in
            try forgery.approve { $0.notAfter = 1_760_000_000 }
            try forgery.publish()
        },
        TamperRow("an approval twice", .tampered, .agentReplay, 28) { forgery, _ in
            try forgery.approve()
            try forgery.approve()
            try forgery.publish()
        },
        TamperRow("a grant without approvals", .tampered, .approvalMissing, 27) { forgery, _ in
            try forgery.grant(approvals: 1)
            try forgery.publish()
        },
        TamperRow("a grant that wants none", .intact) { forgery, _ in
            try forgery.grant(approvals: 0)
            try forgery.publish()
        },
        TamperRow("a grant with its approval", .intact) { forgery, _ in
            try forgery.approve()
            try forgery.grant(approvals: 1)
            try forgery.publish()
        },
        TamperRow("a grant on another evidence", .tampered, .approvalMissing, 28) { forgery, _ in
            try forgery.approve()
            try forgery.grant(approvals: 1, evidence: String(repeating: "cd", count: 32))
            try forgery.publish()
        },
        TamperRow("a grant on a refusal", .tampered, .approvalMissing, 28) { forgery, _ in
            try forgery.approve { $0.decision = "refuse" }
            try forgery.grant(approvals: 1)
            try forgery.publish()
        },
        TamperRow("a grant on a voided approval", .tampered, .approvalMissing, 29) { forgery, _ in
            try forgery.approve()
            try forgery.append(.event, ["case": "C-9", "event": "approval.void", "of": 27, "why": "changed"])
            try forgery.grant(approvals: 1)
            try forgery.publish()
        },
        TamperRow("a grant on approvals voided together", .tampered, .approvalMissing, 29) { forgery, _ in
            try forgery.approve()
            try forgery.append(.event, ["case": "C-9", "event": "approval.void", "why": "changed"])
            try forgery.grant(approvals: 1)
            try forgery.publish()
        },
        TamperRow("a grant approved anew after that", .intact) { forgery, _ in
            try forgery.approve()
            try forgery.append(.event, ["case": "C-9", "event": "approval.void", "why": "changed"])
            try forgery.approve { $0.nonce = String(repeating: "5", count: 32) }
            try forgery.grant(approvals: 1)
            try forgery.publish()
        },
        TamperRow("two approvals of one person", .tampered, .approvalDuplicate, 29) { forgery, _ in
            try forgery.approve()
            try forgery.approve { $0.nonce = String(repeating: "5", count: 32) }
            try forgery.grant(approvals: 2)
            try forgery.publish()
        },
        TamperRow("two approvals of two people", .intact) { forgery, _ in
            try forgery.approve()
            try forgery.approve { $0.kid = "adm-1" }
            try forgery.grant(approvals: 2)
            try forgery.publish()
        },
        TamperRow("an emergency with one approval", .tampered, .approvalMissing, 28) { forgery, _ in
            try forgery.approveEmergency(by: "adm-1")
            try forgery.openEmergency(approvals: [27])
            try forgery.publish()
        },
        TamperRow("an emergency with two approvals of one person", .tampered, .approvalDuplicate, 29) { forgery, _ in
            try forgery.approveEmergency(by: "adm-1")
            try forgery.approveEmergency(by: "adm-1", nonce: "5")
            try forgery.openEmergency(approvals: [27, 28])
            try forgery.publish()
        },
        TamperRow("an emergency with two approvals", .intact) { forgery, _ in
            try forgery.approveEmergency(by: "adm-1")
            try forgery.approveEmergency(by: "adm-2")
            try forgery.openEmergency(approvals: [27, 28])
            try forgery.publish()
        },
        TamperRow("a key that revokes itself", .intact) { forgery, _ in
            try forgery.revoke("sup-1", by: "sup-1")
            try forgery.publish()
        },
        TamperRow("a key that revokes another", .tampered, .agentRole, 27) { forgery, _ in
            try forgery.revoke("adm-2", by: "sup-1")
            try forgery.publish()
        },
    ]
}
