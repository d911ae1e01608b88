import RecoveryPolicy

/// What the linter warns of, and lets pass.
extension Weak {
    static let warnings: [Weak] = [
        Weak(
            "the own address counts",
            [("[unlock]", "[unlock]\n      same_channel: allowed")],
            .sameChannel,
            weakRule + ".same_channel",
            "house"
        ),
        Weak("one factor unlocks", [(asked, "totp")], .singleFactor, weakRule + ".evidence", "63B §4.2.2"),
        Weak("no alternative", [], .singleWay, weakRule + ".evidence", "63-4 §3.6"),
        Weak(
            "a way nobody can go",
            [
                guarded,
                (asked, "{any: [{all: [totp, saved-code]}, {all: [{issued-code: [sms]}, {issued-code: [voice]}]}]}"),
            ],
            .impossibleWay,
            weakRule + ".evidence.any[1].all[0]",
            "house"
        ),
        Weak(
            "a tier without a rule",
            [("- tier: only", "- {tier: high, when: {stake: {at_least: 5}}}\n  - tier: only")],
            .missingRule,
            "purposes.unlock",
            "house"
        ),
        Weak(
            "nobody can freeze",
            [("  freeze:", "  lift-freeze:"), ("[freeze]", "[lift-freeze]")],
            .noFreeze,
            "purposes",
            "63B §4.3"
        ),
        Weak(
            "no approval",
            [("{role: supervisor, count: 1}", "none")],
            .noApproval,
            weakRule + ".approvals",
            "house"
        ),
        Weak(
            "agents among themselves",
            [("role: supervisor", "role: agent")],
            .peersOnly,
            weakRule + ".approvals",
            "house"
        ),
        Weak(
            "an address without a hold",
            [("  unlock:", "  change-contact:"), ("[unlock]", "[change-contact]")],
            .noHold,
            "purposes.change-contact.only.hold",
            "house"
        ),
        Weak(
            "a signal for nothing",
            [("signals: none", "signals: {moon: {for: 1d}}")],
            .idleSignal,
            "signals.moon",
            "house"
        ),
        Weak(
            "a contact whose code comes too late",
            [(asked, "{all: [totp, contact-code]}")],
            .contactNever,
            weakRule + ".evidence",
            "63B §4.2.1.3"
        ),
    ]
}
