import Foundation
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct ParsedPoliciesTests {
    private struct Unread: Error {}

    private static func standard(version: Int) throws -> StoredPolicy {
        let text = try String(contentsOf: TestDesk.policies.appending(path: "standard.yaml"), encoding: .utf8)
        let other = text.replacing(#/(?m)^version: \d+$/#, with: "version: \(version)")
        let policy = try StoredPolicy(linting: other)
        try #require(policy.version == Int64(version))
        return policy
    }

    @Test func `reads a policy once`() throws {
        let parsed = ParsedPolicies()
        let stored = try Self.standard(version: 7)
        let policy = try stored.policy(parsed)
        #expect(try parsed.policy(stored.digest) { throw Unread() } == policy)
        #expect(try stored.policy(parsed) == policy)
    }

    /// More policies than are kept, and each asked for again while the others are there.
    @Test func `answers with the policy that was asked for and with no other`() throws {
        let parsed = ParsedPolicies()
        for version in Array(1...40) + Array(1...40) {
            let stored = try Self.standard(version: version)
            let policy = try stored.policy(parsed)
            #expect(policy.version == Int64(version))
            #expect(policy == (try PolicyDocument.read(stored.text)))
        }
    }

    @Test func `refuses an edited text under the digest of one that was read`() throws {
        let parsed = ParsedPolicies()
        let stored = try Self.standard(version: 7)
        _ = try stored.policy(parsed)
        let members: [String: Any] = [
            "digest": stored.digest, "name": stored.name, "version": stored.version, "text": stored.text + "# more\n",
        ]
        let json = try JSONSerialization.data(withJSONObject: members)
        let edited = try JSONDecoder().decode(StoredPolicy.self, from: json)
        let corrupt = ServiceError.store(.corrupt("the text of policy \(stored.name) is not what was put in force"))
        #expect(throws: corrupt) { try edited.policy(parsed) }
    }

    @Test func `keeps nothing of a text that could not be read`() throws {
        let parsed = ParsedPolicies()
        let stored = try Self.standard(version: 7)
        #expect(throws: Unread.self) { try parsed.policy(stored.digest) { throw Unread() } }
        #expect(try parsed.policy(stored.digest) { try PolicyDocument.read(stored.text) }.version == 7)
    }
}
