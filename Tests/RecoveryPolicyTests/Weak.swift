import RecoveryPolicy
import Testing

/// The small policy with one thing changed, and what the linter says to it.
struct Weak: Sendable, CustomTestStringConvertible {
    let name: String
    let changes: [(old: String, new: String)]
    let code: LintFinding.Code
    let path: String
    let source: String

    init(
        _ name: String,
        _ changes: [(String, String)],
        _ code: LintFinding.Code,
        _ path: String,
        _ source: String
    ) {
        (self.name, self.code, self.path, self.source) = (name, code, path, source)
        self.changes = changes.map { (old: $0.0, new: $0.1) }
    }

    var testDescription: String { name }
}

let weakRule = "purposes.unlock.only"
let asked = "{all: [totp, saved-code]}"
let guarded = (
    "signals: none", "signals: {sim-changed: {blocks: [issued-code/sms, issued-code/voice], for: 7d}}"
)

/// Turns the rule for unlock into a reset that has nothing wrong with it.
let reset: [(String, String)] = [
    ("  unlock:", "  reset-totp:"),
    (
        "hold: none\n      actions: [unlock]",
        "hold: {withdrawals: 48h}\n      actions: [remove-second-factor, enrol-second-factor, revoke-codes, revoke-sessions]"
    ),
]
let weakResetRule = "purposes.reset-totp.only"

func limit(_ line: String) -> [(String, String)] { [("notify:", "limits: {\(line)}\nnotify:")] }

extension Weak {
    static let refusals: [Weak] = [
        Weak(
            "details alone",
            [(asked, "details")],
            .grantsOnNothing,
            weakRule + ".evidence",
            "63A §2.5.1, ASVS 6.4.2, 63B §3.1.3"
        ),
        Weak(
            "a call back alone",
            [(asked, "{any: [totp, callback]}")],
            .grantsOnNothing,
            weakRule + ".evidence",
            "63A §2.5.1, ASVS 6.4.2, 63B §3.1.3"
        ),
        Weak(
            "details and a call back",
            [(asked, "{any: [{all: [details, callback]}, totp]}")],
            .grantsOnNothing,
            weakRule + ".evidence",
            "63A §2.5.1, ASVS 6.4.2, 63B §3.1.3"
        ),
        Weak(
            "e-mail alone re-binds",
            reset + [(asked, "{issued-code: [email]}")],
            .emailRebinds,
            weakResetRule + ".evidence",
            "63B §4.2.2.2"
        ),
        Weak(
            "e-mail with details re-binds",
            reset + [(asked, "{any: [{all: [details, {issued-code: [email]}]}, document]}")],
            .emailRebinds,
            weakResetRule + ".evidence",
            "63B §4.2.2.2"
        ),
        Weak(
            "e-mail as one of several methods",
            reset + [guarded, (asked, "{all: [callback, {issued-code: [sms, email]}]}")],
            .emailRebinds,
            weakResetRule + ".evidence",
            "63B §4.2.2.2"
        ),
        Weak(
            "a reset under the name of an unlock",
            [("[unlock]", "[remove-second-factor]"), (asked, "{issued-code: [email]}")],
            .emailRebinds,
            weakRule + ".evidence",
            "63B §4.2.2.2"
        ),
        Weak(
            "one saved code resets",
            reset + [(asked, "saved-code")],
            .weakReset,
            weakResetRule + ".evidence",
            "63B §4.2.2.2"
        ),
        Weak(
            "one authenticator resets",
            reset + [(asked, "totp")],
            .weakReset,
            weakResetRule + ".evidence",
            "63B §4.2.2.2"
        ),
        Weak(
            "two authenticators reset",
            reset + [(asked, "{all: [totp, key-proof]}")],
            .weakReset,
            weakResetRule + ".evidence",
            "63B §4.2.2.2"
        ),
        Weak(
            "one way of several is weak",
            reset + [(asked, "{at_least: 1, of: [document, saved-code]}")],
            .weakReset,
            weakResetRule + ".evidence",
            "63B §4.2.2.2"
        ),
        Weak(
            "a reset that leaves the sessions",
            reset + [(", revoke-sessions", "")],
            .partialReset,
            weakResetRule + ".actions",
            "house"
        ),
        Weak(
            "a reset that leaves the codes",
            reset + [(", revoke-codes", "")],
            .partialReset,
            weakResetRule + ".actions",
            "house"
        ),
        Weak(
            "a factor added beside the old one",
            reset + [("remove-second-factor, ", "")],
            .partialReset,
            weakResetRule + ".actions",
            "house"
        ),
        Weak(
            "one person where the tier asks for approval",
            [("- tier: only", "- tier: only\n    approval: required"), ("{role: supervisor, count: 1}", "none")],
            .loneApproval,
            weakRule + ".approvals",
            "house"
        ),
        Weak(
            "a machine where the tier asks for approval",
            [
                ("- tier: only", "- tier: only\n    approval: required"),
                ("{role: supervisor, count: 1}", "none\n      automated: true"),
            ],
            .loneApproval,
            weakRule + ".approvals",
            "house"
        ),
        Weak(
            "a reset without a hold",
            reset + [("{withdrawals: 48h}", "none")],
            .shortHold,
            weakResetRule + ".hold",
            "house"
        ),
        Weak(
            "a hold one second too short",
            reset + [("48h", "86399s")],
            .shortHold,
            weakResetRule + ".hold",
            "house"
        ),
        Weak(
            "a hold on other things alone",
            reset + [("{withdrawals: 48h}", "{contact-changes: 48h}")],
            .shortHold,
            weakResetRule + ".hold",
            "house"
        ),
        Weak("a hold too long", reset + [("48h", "31d")], .longHold, weakResetRule + ".hold.withdrawals", "house"),
        Weak(
            "a hold one second too long",
            [("hold: none\n      actions: [unlock]", "hold: {withdrawals: 2592001s}\n      actions: [unlock]")],
            .longHold,
            weakRule + ".hold.withdrawals",
            "house"
        ),
        Weak("no notice", [("[granted]", "none")], .noNotice, "notify", "63B §4.6"),
        Weak(
            "notices of everything else",
            [("[granted]", "[opened, refused, frozen, hold-ended]")],
            .noNotice,
            "notify",
            "63B §4.6"
        ),
        Weak(
            "evidence for 61 minutes",
            [("notify:", "evidence_valid: 61m\nnotify:")],
            .pastLimit,
            "evidence_valid",
            "house"
        ),
        Weak(
            "approvals for 25 hours",
            [("notify:", "approval_valid: 25h\nnotify:")],
            .pastLimit,
            "approval_valid",
            "house"
        ),
        Weak("11 attempts", limit("attempts_per_check: 11"), .pastLimit, "limits.attempts_per_check", "63B §3.2.2"),
        Weak("no attempt", limit("attempts_per_check: 0"), .pastLimit, "limits.attempts_per_check", "63B §3.2.2"),
        Weak(
            "101 failures",
            limit("failures_before_disabled: 101"),
            .pastLimit,
            "limits.failures_before_disabled",
            "63B §3.2.2"
        ),
        Weak(
            "101 failures before the first pause",
            limit("failures_before_cool_off: 101"),
            .pastLimit,
            "limits.failures_before_cool_off",
            "63B §3.2.2"
        ),
        Weak("a case of eight days", limit("case_lives: 8d"), .pastLimit, "limits.case_lives", "house"),
        Weak(
            "a case of a month and a day",
            limit("case_lives_post: 31d"),
            .pastLimit,
            "limits.case_lives_post",
            "63B §4.2.1.2"
        ),
        Weak(
            "a verdict for 61 minutes",
            limit("verdict_valid: 61m"),
            .pastLimit,
            "limits.verdict_valid",
            "house"
        ),
        Weak("a grant for 11 minutes", limit("grant_valid: 11m"), .pastLimit, "limits.grant_valid", "house"),
        Weak(
            "a text code for 11 minutes",
            limit("code_valid_sms: 11m"),
            .pastLimit,
            "limits.code_valid_sms",
            "63B §4.2.1.2"
        ),
        Weak(
            "a voice code for 11 minutes",
            limit("code_valid_voice: 601s"),
            .pastLimit,
            "limits.code_valid_voice",
            "63B §4.2.1.2"
        ),
        Weak(
            "an e-mail code for 25 hours",
            limit("code_valid_email: 25h"),
            .pastLimit,
            "limits.code_valid_email",
            "63B §4.2.1.2"
        ),
        Weak(
            "a letter for 31 days",
            limit("code_valid_post: 31d"),
            .pastLimit,
            "limits.code_valid_post",
            "63B §4.2.1.2"
        ),
        Weak("a contact's code at once", limit("contact_wait: 23h"), .pastLimit, "limits.contact_wait", "63B §4.2.1.3"),
        Weak("four sends", limit("sends_per_case: 4"), .pastLimit, "limits.sends_per_case", "63B §3.1.3.2"),
        Weak(
            "eleven sends a day",
            limit("sends_per_address_day: 11"),
            .pastLimit,
            "limits.sends_per_address_day",
            "63B §3.1.3.2"
        ),
        Weak(
            "text without an alternative",
            [guarded, (asked, "{all: [totp, {issued-code: [sms]}]}")],
            .telephoneOnly,
            weakRule + ".evidence",
            "63B §3.2.9"
        ),
        Weak(
            "text or voice without an alternative",
            [guarded, (asked, "{all: [totp, {issued-code: [sms, voice]}]}")],
            .telephoneOnly,
            weakRule + ".evidence",
            "63B §3.2.9"
        ),
        Weak(
            "text without a rule for a SIM change",
            [(asked, "{all: [totp, {issued-code: [email, sms]}]}")],
            .telephoneUnguarded,
            weakRule + ".evidence.all[1]",
            "63B §3.2.9"
        ),
        Weak(
            "voice forgotten in the rule for a SIM change",
            [
                (asked, "{all: [totp, {issued-code: [email, voice]}]}"),
                ("signals: none", "signals: {sim-changed: {blocks: [issued-code/sms], for: 7d}}"),
            ],
            .telephoneUnguarded,
            weakRule + ".evidence.all[1]",
            "63B §3.2.9"
        ),
        Weak(
            "a fraud lock lifted",
            [("[unlock]", "[unlock]\n      lifts: [failed-attempts, fraud]")],
            .liftsForeignLock,
            weakRule + ".lifts",
            "house"
        ),
        Weak(
            "a lock by law lifted",
            [("[unlock]", "[unlock]\n      lifts: [compliance]")],
            .liftsForeignLock,
            weakRule + ".lifts",
            "house"
        ),
        Weak(
            "an unlock that erases",
            [("[unlock]", "[unlock, erase]")],
            .foreignAction,
            weakRule + ".actions",
            "house"
        ),
        Weak(
            "a freeze that unlocks",
            [("[freeze]", "[freeze, unlock]")],
            .foreignAction,
            "purposes.freeze.every.actions",
            "house"
        ),
        Weak(
            "two details",
            [("notify:", "details: {fields: 2, not_guessable: 1}\nnotify:")],
            .weakDetails,
            "details",
            "house"
        ),
        Weak(
            "guessable details",
            [("notify:", "details: {fields: 5, not_guessable: 0}\nnotify:")],
            .weakDetails,
            "details",
            "house"
        ),
        Weak(
            "text and voice as two factors",
            [guarded, (asked, "{all: [{issued-code: [sms]}, {issued-code: [voice]}]}")],
            .impossibleRule,
            weakRule + ".evidence",
            "house"
        ),
    ]
}
