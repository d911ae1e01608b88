import Foundation
import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import AccountRecovery
@testable import RecoveryPolicy

@Suite struct StoredPolicyTests {
    /// Writes into the store what nobody put in force, as whoever can reach the database would.
    private func edit(
        _ world: TestDesk,
        _ change: @escaping @Sendable (StoredPolicy) throws -> [StoredPolicy]
    ) async throws {
        try await world.store.commit { transaction in
            let stored = try transaction.records(StoredPolicy.self)
            for policy in try change(#require(stored.first)) { try transaction.put(policy) }
            return Recorded((), .event("x.test.edit"))
        }
    }

    private static func altered(_ policy: StoredPolicy, text: String, digest: String) throws -> StoredPolicy {
        let members: [String: Any] = [
            "digest": digest, "name": policy.name, "version": policy.version, "text": text,
        ]
        return try JSONDecoder().decode(StoredPolicy.self, from: JSONSerialization.data(withJSONObject: members))
    }

    @Test func `a text that was edited in the store decides nothing`() async throws {
        let flow = try await Flow()
        let waiting = try await flow.waiting(.unlock)
        try await flow.approve(waiting)
        let before = await flow.world.store.events.count
        try await edit(flow.world) { policy in
            let text = policy.text + "\n# and a remark\n"
            return [try Self.altered(policy, text: text, digest: policy.digest)]
        }
        let corrupt = ServiceError.store(.corrupt("the text of policy standard is not what was put in force"))
        #expect(await thrown { _ = try await flow.mia.decide(waiting) } == corrupt)
        #expect(await thrown { _ = try await flow.mia.recoveryCase(waiting) } == corrupt)
        #expect(await thrown { _ = try await flow.sam.approvalRequest(waiting) } == corrupt)
        #expect(await thrown { _ = try await flow.open(.unlock) } == corrupt)
        #expect(await thrown { try await flow.passTOTP(waiting) } == corrupt)
        // The edit itself, and nothing after it.
        #expect(await flow.world.store.events.count == before + 1)
    }

    @Test func `a text that was edited together with its digest is not the one that a case names`() async throws {
        let flow = try await Flow()
        let name = try await flow.waiting(.unlock)
        try await edit(flow.world) { policy in
            let text = policy.text + "\n# and a remark\n"
            let digest = SHA256.digest(of: Array(text.utf8)).hexadecimal
            return [try Self.altered(policy, text: text, digest: digest)]
        }
        try await flow.approve(name)
        #expect(try await flow.mia.decide(name).outcome == .granted)
        let verdicts = await flow.world.events(of: name).filter { $0["event"]?.string == "verdict.give" }
        let named = Set(verdicts.compactMap { $0["policy"]?.string })
        let text = try String(contentsOf: TestDesk.policies.appending(path: "standard.yaml"), encoding: .utf8)
        #expect(named == [SHA256.digest(of: Array(text.utf8)).hexadecimal])
    }

    @Test func `every verdict can be computed again from what the log names`() async throws {
        let flow = try await Flow()
        let granted = try await flow.open(.unlock)
        #expect(try await flow.mia.decide(granted).outcome == .needs)
        try await flow.passTOTP(granted)
        try await flow.passIssuedCode(granted)
        flow.world.clock.move(seconds: 90)
        #expect(try await flow.mia.decide(granted).outcome == .waiting)
        try await flow.approve(granted)
        #expect(try await flow.mia.decide(granted).outcome == .granted)
        flow.world.clock.move(seconds: 30)
        _ = try await flow.waiting(.resetTOTP)

        let records = await flow.world.events().filter { $0["event"]?.string == "verdict.give" }
        #expect(records.compactMap { $0["verdict"]?.string } == ["more", "more", "allow", "more"])
        var notReproducedWithoutEvidence = 0
        for record in records {
            let digest = try #require(record["inputs"]?.string)
            let named = try #require(record["policy"]?.string)
            let (basis, policy) = try await flow.world.store.read { reader in
                (try reader.record(VerdictBasis.self, digest), try reader.record(StoredPolicy.self, named))
            }
            let text = try #require(basis?.inputs)
            // Whoever changes the inputs is found by the digest that the log holds.
            #expect(SHA256.digest(of: Array(text.utf8)).hexadecimal == digest)
            let value = CanonicalValue(try CanonicalJSON.parse(Array(text.utf8)))
            var inputs = try #require(VerdictInputs(canonical: value))
            let rules = try #require(policy).policy(ParsedPolicies())
            let verdict = decide(rules, inputs)
            #expect(Self.word(verdict.decision) == record["verdict"]?.string)
            #expect(verdict.countedApprovals.count == record["approvals"]?.integer.map(Int.init))
            inputs.evidence = []
            if Self.word(decide(rules, inputs).decision) != record["verdict"]?.string {
                notReproducedWithoutEvidence += 1
            }
        }
        #expect(notReproducedWithoutEvidence == 1)
    }

    private static func word(_ decision: Decision) -> String {
        switch decision {
        case .granted: "allow"
        case .refused: "deny"
        case .needs, .waiting: "more"
        }
    }
}

extension CanonicalValue {
    /// The same tree, as the policy's own reader takes it.
    fileprivate init(_ value: JSONValue) {
        if let object = value.object {
            let members = object.members.map { ($0.key, Optional(CanonicalValue($0.value))) }
            self = .object(Dictionary(uniqueKeysWithValues: members))
        } else if let array = value.array {
            self = .list(array.map(CanonicalValue.init))
        } else if let number = value.integer {
            self = .integer(number)
        } else {
            self = .string(value.string ?? "")
        }
    }
}
