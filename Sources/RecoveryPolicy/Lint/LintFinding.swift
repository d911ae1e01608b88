/// Something wrong, or weak, in a policy that can be read.
public struct LintFinding: Sendable, Hashable {
    public enum Severity: String, Sendable, Hashable {
        /// The policy must not be applied.
        case refusal
        case warning
    }

    public let code: Code
    /// The section that the rule comes from; `house` for a rule of this project alone.
    public let source: String
    /// Where in the policy.
    public let path: String
    /// What is wrong, for the author.
    public let text: String
    public let cure: String

    public var severity: Severity { code.severity }

    /// Stable names.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        // Refusals.
        case grantsOnNothing = "grants-on-nothing"
        case emailRebinds = "email-rebinds"
        case weakReset = "weak-reset"
        case partialReset = "partial-reset"
        case loneApproval = "lone-approval"
        case shortHold = "short-hold"
        case longHold = "long-hold"
        case noNotice = "no-notice"
        case pastLimit = "past-limit"
        case telephoneOnly = "telephone-only"
        case telephoneUnguarded = "telephone-unguarded"
        case liftsForeignLock = "lifts-foreign-lock"
        case foreignAction = "foreign-action"
        case weakDetails = "weak-details"
        case impossibleRule = "impossible-rule"
        // Warnings.
        case sameChannel = "same-channel"
        case singleFactor = "single-factor"
        case singleWay = "single-way"
        case impossibleWay = "impossible-way"
        case missingRule = "missing-rule"
        case noFreeze = "no-freeze"
        case noApproval = "no-approval"
        case peersOnly = "peers-only"
        case noHold = "no-hold"
        case idleSignal = "idle-signal"
        case contactNever = "contact-never"

        public var severity: Severity {
            switch self {
            case .grantsOnNothing, .emailRebinds, .weakReset, .partialReset, .loneApproval, .shortHold, .longHold,
                .noNotice, .pastLimit, .telephoneOnly, .telephoneUnguarded, .liftsForeignLock, .foreignAction,
                .weakDetails, .impossibleRule:
                .refusal
            case .sameChannel, .singleFactor, .singleWay, .impossibleWay, .missingRule, .noFreeze, .noApproval,
                .peersOnly, .noHold, .idleSignal, .contactNever:
                .warning
            }
        }
    }
}

extension LintFinding: CustomStringConvertible {
    /// `refusal weak-reset: path: text (source); cure`
    public var description: String {
        "\(severity.rawValue) \(code.rawValue): \(path): \(text) (\(source)); \(cure)"
    }
}
