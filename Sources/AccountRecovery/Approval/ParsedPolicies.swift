import RecoveryPolicy
import Synchronization

/// The policies that were read before, by the digest of their text. To parse one takes longer than to decide a case by
/// it, and every check, decision and grant asks for one.
final class ParsedPolicies: Sendable {
    // Cases are under the policy of the day they were opened, so there are few at any time. More are parsed anew.
    private static let most = 16

    private let policies = Mutex<[String: Policy]>([:])

    func policy(_ digest: String, parse: () throws -> Policy) throws -> Policy {
        if let policy = policies.withLock({ $0[digest] }) { return policy }
        let policy = try parse()
        policies.withLock { policies in
            if policies.count == Self.most { policies = [:] }
            policies[digest] = policy
        }
        return policy
    }
}
