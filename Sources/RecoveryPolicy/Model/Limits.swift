/// Numbers that a policy may set. What it leaves out has the default below; the linter refuses what is past a ceiling.
///
/// Times are in seconds.
public struct Limits: Sendable, Hashable {
    /// Attempts per check in one case.
    public var attemptsPerCheck: Int64 = 5
    /// Consecutive failures of one authenticator, over all cases, agents and channels, before it cools off.
    public var failuresBeforeCoolOff: Int64 = 10
    /// The first pause; it doubles up to ``coolOffMost``.
    public var coolOffFirst: Int64 = 30
    public var coolOffMost: Int64 = 3600
    /// Consecutive failures after which the authenticator must be bound anew (63B §3.2.2).
    public var failuresBeforeDisabled: Int64 = 100
    public var detailsFailuresPerSubjectDay: Int64 = 3
    public var detailsFailuresPerSubjectMonth: Int64 = 10
    public var detailsFailuresPerAgentDay: Int64 = 20
    public var casesPerAccountDay: Int64 = 3
    public var caseLives: Int64 = 86_400
    /// For rules that wait for a letter.
    public var caseLivesPost: Int64 = 30 * 86_400
    public var verdictValid: Int64 = 900
    public var grantValid: Int64 = 600
    public var sendsPerCase: Int64 = 3
    public var sendsPerAddressDay: Int64 = 10
    public var codeValidSMS: Int64 = 300
    public var codeValidVoice: Int64 = 300
    public var codeValidEmail: Int64 = 1800
    public var codeValidPost: Int64 = 21 * 86_400
    /// How old a case must be before a recovery contact's code counts (63B §4.2.1.3).
    public var contactWait: Int64 = 86_400

    public init() {}
}

/// One limit: its name in a policy, where it is kept, and the range the linter allows.
struct LimitEntry: Sendable {
    let key: String
    /// Whether it is written as a duration such as `15m`; otherwise as a whole number.
    let isDuration: Bool
    let field: any WritableKeyPath<Limits, Int64> & Sendable
    let range: ClosedRange<Int64>
    /// The section that sets the range; `house` for a rule of this project alone.
    let source: String
}

extension Limits {
    private static let day: Int64 = 86_400

    /// Docs/Specs/policy.md §6.2, with the ceilings of 63B §3.2.2 and §4.2.1.
    static let entries: [LimitEntry] = [
        count("attempts_per_check", \.attemptsPerCheck, 1...10, "63B §3.2.2"),
        count("failures_before_cool_off", \.failuresBeforeCoolOff, 1...100, "63B §3.2.2"),
        time("cool_off_first", \.coolOffFirst, 1...3600, "63B §3.2.2"),
        time("cool_off_most", \.coolOffMost, 1...day, "63B §3.2.2"),
        count("failures_before_disabled", \.failuresBeforeDisabled, 1...100, "63B §3.2.2"),
        count("details_failures_per_subject_day", \.detailsFailuresPerSubjectDay, 1...100, "63A §2.5.1"),
        count("details_failures_per_subject_month", \.detailsFailuresPerSubjectMonth, 1...1000, "63A §2.5.1"),
        count("details_failures_per_agent_day", \.detailsFailuresPerAgentDay, 1...1000, "63A §2.5.1"),
        count("cases_per_account_day", \.casesPerAccountDay, 1...100, "house"),
        time("case_lives", \.caseLives, 60...7 * day, "house"),
        time("case_lives_post", \.caseLivesPost, 60...30 * day, "63B §4.2.1.2"),
        time("verdict_valid", \.verdictValid, 1...3600, "house"),
        time("grant_valid", \.grantValid, 1...600, "house"),
        count("sends_per_case", \.sendsPerCase, 1...3, "63B §3.1.3.2"),
        count("sends_per_address_day", \.sendsPerAddressDay, 1...10, "63B §3.1.3.2"),
        time("code_valid_sms", \.codeValidSMS, 1...600, "63B §4.2.1.2"),
        time("code_valid_voice", \.codeValidVoice, 1...600, "63B §4.2.1.2"),
        time("code_valid_email", \.codeValidEmail, 1...day, "63B §4.2.1.2"),
        time("code_valid_post", \.codeValidPost, 1...30 * day, "63B §4.2.1.2"),
        time("contact_wait", \.contactWait, day...7 * day, "63B §4.2.1.3"),
    ]

    private static func count(
        _ key: String,
        _ field: any WritableKeyPath<Limits, Int64> & Sendable,
        _ range: ClosedRange<Int64>,
        _ source: String
    ) -> LimitEntry {
        LimitEntry(key: key, isDuration: false, field: field, range: range, source: source)
    }

    private static func time(
        _ key: String,
        _ field: any WritableKeyPath<Limits, Int64> & Sendable,
        _ range: ClosedRange<Int64>,
        _ source: String
    ) -> LimitEntry {
        LimitEntry(key: key, isDuration: true, field: field, range: range, source: source)
    }
}
