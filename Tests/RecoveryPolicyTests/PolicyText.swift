import RecoveryPolicy

/// The smallest policy that can be read and has nothing to refuse, and variations of it by replacing text.
enum PolicyText {
    static let small = """
        policy: small
        version: 1
        description: One purpose
        tiers:
          - tier: only
        purposes:
          unlock:
            only:
              evidence: {all: [totp, saved-code]}
              approvals: {role: supervisor, count: 1}
              hold: none
              actions: [unlock]
          freeze:
            every:
              evidence: {any: [totp, saved-code]}
              approvals: none
              hold: none
              actions: [freeze]
        signals: none
        notify: [granted]

        """

    static func replacing(_ old: String, with new: String, in text: String = small) -> String {
        text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }

    /// What is wrong with a text, or `nil` if it is a policy.
    static func refusal(of text: String) -> PolicyError? {
        do {
            _ = try PolicyDocument.read(text)
            return nil
        } catch {
            return error
        }
    }
}
