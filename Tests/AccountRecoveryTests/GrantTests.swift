import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct GrantTests {
    /// A compact JWS taken apart without any code of the product but the signature's (RFC 7515 §7.1).
    private struct JWS {
        let header: [String: Any]
        let payload: [String: Any]
        let signed: [UInt8]
        let signature: [UInt8]

        init(_ compact: String) throws {
            let parts = compact.split(separator: ".", omittingEmptySubsequences: false)
            try #require(parts.count == 3)
            func bytes(_ part: Substring) throws -> Data {
                try #require(part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
                let text = part.replacing("-", with: "+").replacing("_", with: "/")
                let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
                return try #require(Data(base64Encoded: text + padding))
            }
            header = try #require(JSONSerialization.jsonObject(with: bytes(parts[0])) as? [String: Any])
            payload = try #require(JSONSerialization.jsonObject(with: bytes(parts[1])) as? [String: Any])
            signed = Array("\(parts[0]).\(parts[1])".utf8)
            signature = try [UInt8](bytes(parts[2]))
        }
    }

    @Test func `is a JWS that any library can check`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.resetTOTP)
        let request = try await flow.sam.approvalRequest(name)
        _ = try await flow.sam.approve(flow.samKey.sign(request, approving: true, as: flow.sam.caller.name))
        let decision = try await flow.mia.decide(name)
        let jws = try JWS(try #require(decision.grant))

        let keyID = SHA256.digest(of: flow.world.grantKey.bytes).hexadecimal.prefix(16)
        #expect(jws.header as? [String: String] == ["alg": "EdDSA", "kid": String(keyID), "typ": "recovery-grant+jwt"])
        #expect(flow.world.grantKey.verifies(jws.signature, of: jws.signed))
        for index in jws.signed.indices where index.isMultiple(of: 37) {
            var other = jws.signed
            other[index] ^= 1
            #expect(!flow.world.grantKey.verifies(jws.signature, of: other))
        }
        let now = Int(flow.world.clock.now().seconds)
        #expect(
            Set(jws.payload.keys) == [
                "actions", "approvers", "case", "case_digest", "exp", "iat", "iss", "jti", "policy", "purpose", "sub",
            ]
        )
        #expect(
            jws.payload["actions"] as? [String]
                == ["place_hold", "revoke_sessions", "remove_second_factor", "enrol_second_factor"]
        )
        #expect(jws.payload["approvers"] as? [String] == ["sam"])
        #expect(jws.payload["case"] as? String == name.text)
        #expect(jws.payload["case_digest"] as? String == request.digest)
        #expect(jws.payload["iat"] as? Int == now && jws.payload["exp"] as? Int == now + 600)
        #expect(decision.grantExpiresAt == Int64(now) + 600)
        #expect(jws.payload["iss"] as? String == "recovery.example/test")
        #expect((jws.payload["jti"] as? String)?.count == 32)
        #expect(jws.payload["policy"] as? String == decision.change.recoveryCase.policy)
        #expect(jws.payload["purpose"] as? String == "reset-totp")
        #expect(jws.payload["sub"] as? String == (try await flow.account().subject.text))
        // The log names it, and does not hand it out.
        let issued = try #require(await flow.world.events(of: name).last { $0["event"]?.string == "grant.issue" })
        let hash = SHA256.digest(of: Array(try #require(decision.grant).utf8)).hexadecimal
        #expect(issued["grant"]?.string == hash && issued["evidence"]?.string == request.digest)
        #expect(issued["approvals"]?.integer == 1 && issued["action"]?.string == "reset_totp")
    }

    // The service heard it for as long as the policy said, and the grant told the directory ten minutes. How long a
    // verdict is valid could be written, and changed nothing.
    @Test(arguments: [("grant_valid: 10m", "grant_valid: 2m"), ("verdict_valid: 15m", "verdict_valid: 2m")])
    func `lives no longer than the policy says, and says so`(limit: String, shorter: String) async throws {
        let text = try String(contentsOf: TestDesk.policies.appending(path: "standard.yaml"), encoding: .utf8)
        let flow = try await Flow(policy: text.replacing(limit, with: shorter))
        let name = try await flow.granted(.unlock)
        let decision = try await flow.mia.decide(name)
        let jws = try JWS(try #require(decision.grant))
        #expect(jws.payload["exp"] as? Int64 == flow.world.clock.now().seconds + 120)
        #expect(decision.grantExpiresAt == flow.world.clock.now().seconds + 120)
    }

    @Test(arguments: [Int64(599), 600])
    func `is spent within ten minutes or not at all`(seconds: Int64) async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.unlock)
        flow.world.clock.move(seconds: seconds)
        let error = await thrown { _ = try await flow.mia.restore(name) }
        #expect(error == (seconds == 600 ? .conflict("the grant ran out; decide again") : nil))
        try await flow.world.audit()
    }

    @Test func `is given again while it is good, and made anew after`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.unlock)
        let first = try await flow.mia.decide(name)
        flow.world.clock.move(seconds: 599)
        let again = try await flow.max.decide(name)
        #expect(first.grant != nil && again.grant == first.grant && again.grantExpiresAt == first.grantExpiresAt)
        flow.world.clock.move(seconds: 1)
        let anew = try await flow.mia.decide(name)
        #expect(anew.outcome == .granted && anew.grant != nil && anew.grant != first.grant)
        let names = await flow.world.eventNames(of: name)
        #expect(names.count { $0 == "grant.issue" } == 2 && names.count { $0 == "grant.void" } == 1)
        // Evidence is old after fifteen minutes, and then there is nothing to sign.
        flow.world.clock.move(seconds: 600)
        #expect(try await flow.mia.decide(name).outcome == .needs)
        try await flow.world.audit()
    }

    @Test func `is void when evidence is added`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.unlock)
        try await flow.passSavedCode(name)
        #expect(await flow.world.eventNames(of: name).suffix(2) == ["approval.void", "grant.void"])
        #expect(await thrown { _ = try await flow.mia.restore(name) } == .wrongState(.collecting))
        #expect(try await flow.mia.decide(name).outcome == .waiting)
        try await flow.world.audit()
    }

    @Test func `stays good when a check fails`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.unlock)
        _ = try await flow.mia.checkTOTP(name, code: SecretText(testing: "000000"))
        #expect(try await flow.mia.restore(name).change.recoveryCase.state == .restored)
    }

    @Test func `is void when the case is cancelled`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.unlock)
        #expect(try await flow.mia.cancel(name).recoveryCase.state == .cancelled)
        #expect(await flow.world.eventNames(of: name).suffix(2) == ["grant.void", "case.close"])
        #expect(await thrown { _ = try await flow.mia.restore(name) } == .wrongState(.cancelled))
        #expect(await thrown { _ = try await flow.mia.decide(name) } == .wrongState(.cancelled))
        try await flow.world.audit()
    }

    @Test func `is void when the case runs out`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        flow.world.clock.move(seconds: 86_000)
        try await flow.passTOTP(name)
        try await flow.passIssuedCode(name)
        _ = try await flow.mia.decide(name)
        try await flow.approve(name)
        #expect(try await flow.mia.decide(name).outcome == .granted)
        flow.world.clock.move(seconds: 400)
        #expect(try await flow.state(name) == .expired)
        #expect(await thrown { _ = try await flow.mia.restore(name) } == .wrongState(.expired))
        #expect(await flow.world.eventNames(of: name).suffix(2) == ["grant.void", "case.close"])
        try await flow.world.audit()
    }

    @Test(arguments: [Int64(86_399), 86_400])
    func `comes from a case that lives a day`(seconds: Int64) async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        flow.world.clock.move(seconds: seconds)
        let error = await thrown { _ = try await flow.mia.checkTOTP(name, code: SecretText(testing: "000000")) }
        guard seconds == 86_400 else {
            #expect(error == nil)
            return
        }
        #expect(error == .wrongState(.expired))
        let events = await flow.world.events(of: name)
        let close = try #require(events.last)
        #expect(close["event"]?.string == "case.close" && close["outcome"]?.string == "expired")
        #expect(close["records"]?.integer == Int64(events.count) && events.count == 2)
        // It is closed once, whoever comes after.
        #expect(await thrown { _ = try await flow.mia.cancel(name) } == .wrongState(.expired))
        #expect(await flow.world.events(of: name).count == 2)
        try await flow.world.audit()
    }
}
