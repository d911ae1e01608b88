import RecoveryCrypto
import RecoveryPolicy

/// A policy as it was put in force: its text, found by its digest.
public struct StoredPolicy: StoredRecord, Hashable {
    public static let kind = RecordKind.policy

    /// SHA-256 of the text, hexadecimal. Verdicts and grants name it.
    public let digest: String
    public let name: String
    public let version: Int64
    public let text: String

    public var id: String { digest }
    public var owner: String { name }

    /// Reads a policy and asks the linter. One that it refuses cannot be put in force.
    ///
    /// - Throws: `invalidInput` with the first thing that is wrong, where, and the cure.
    public init(linting text: String) throws(ServiceError) {
        let policy: Policy
        do throws(PolicyError) {
            policy = try PolicyDocument.read(text)
        } catch {
            throw .invalidInput("the policy cannot be read: \(error)")
        }
        if let refusal = PolicyLint.findings(in: policy).first(where: { $0.severity == .refusal }) {
            throw .invalidInput("the policy is refused: \(refusal)")
        }
        digest = SHA256.digest(of: Array(text.utf8)).hexadecimal
        name = policy.name
        version = policy.version
        self.text = text
    }

    /// The policy itself. The digest is computed anew: a text that was changed in the store decides nothing.
    func policy(_ parsed: ParsedPolicies) throws -> Policy {
        guard SHA256.digest(of: Array(text.utf8)).hexadecimal == digest else {
            throw ServiceError.store(.corrupt("the text of policy \(name) is not what was put in force"))
        }
        return try parsed.policy(digest) { try PolicyDocument.read(text) }
    }
}

/// Which policy new cases fall under.
public struct PolicyInForce: StoredRecord, Hashable {
    public static let kind = RecordKind.setting

    public let digest: String

    public var id: String { "policy" }
    public var owner: String { "" }

    public init(digest: String) {
        self.digest = digest
    }
}
