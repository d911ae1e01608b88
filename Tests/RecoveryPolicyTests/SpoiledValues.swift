import RecoveryPolicy

/// The later half of the ways: what stands where a value is expected.
extension Spoiled {
    static let values: [Spoiled] = [
        Spoiled("name with two hyphens", "policy: small", "policy: sm--all", .notAName, 1, 9, "policy"),
        Spoiled(
            "name of 41 characters",
            "policy: small",
            "policy: " + String(repeating: "a", count: 41),
            .notAName,
            1,
            9,
            "policy"
        ),
        Spoiled("tier called every", "tier: only", "tier: every", .notAName, 5, 11, "tiers[0].tier"),
        Spoiled("text too long", "One purpose", String(repeating: "a", count: 501), .textTooLong, 3, 14, "description"),
        Spoiled(
            "unknown check",
            "{all: [totp, saved-code]}",
            "{all: [totp, security-question]}",
            .unknownName,
            9,
            30,
            spoiledEvidence + ".all[1]"
        ),
        Spoiled(
            "issued code without a method",
            "{all: [totp, saved-code]}",
            "{all: [totp, issued-code]}",
            .unknownName,
            9,
            30,
            spoiledEvidence + ".all[1]"
        ),
        Spoiled(
            "unknown method",
            "{all: [totp, saved-code]}",
            "{issued-code: [fax]}",
            .unknownName,
            9,
            32,
            spoiledEvidence + ".issued-code[0]"
        ),
        Spoiled("unknown action", "[unlock]", "[open]", .unknownName, 12, 17, "purposes.unlock.only.actions[0]"),
        Spoiled(
            "auditor as approver",
            "role: supervisor",
            "role: auditor",
            .unknownName,
            10,
            25,
            "purposes.unlock.only.approvals.role"
        ),
        Spoiled("unknown notice", "[granted]", "[gone]", .unknownName, 20, 10, "notify[0]"),
        Spoiled(
            "signal that is not declared",
            "  - tier: only",
            "  - {tier: a, when: {signal: x, within: 1d}}\n  - tier: only",
            .unknownName,
            5,
            30,
            "tiers[0].when.signal"
        ),
        Spoiled(
            "0 of n",
            "{all: [totp, saved-code]}",
            "{at_least: 0, of: [totp]}",
            .demandsNothing,
            9,
            28,
            spoiledEvidence + ".at_least"
        ),
        Spoiled(
            "all of nothing",
            "{all: [totp, saved-code]}",
            "{all: []}",
            .demandsNothing,
            9,
            23,
            spoiledEvidence + ".all"
        ),
        Spoiled(
            "any of nothing",
            "{all: [totp, saved-code]}",
            "{any: []}",
            .demandsNothing,
            9,
            23,
            spoiledEvidence + ".any"
        ),
        Spoiled(
            "nothing deep inside",
            "{all: [totp, saved-code]}",
            "{all: [totp, {any: []}]}",
            .demandsNothing,
            9,
            36,
            spoiledEvidence + ".all[1].any"
        ),
        Spoiled(
            "nobody approves",
            "count: 1}",
            "count: 0}",
            .demandsNothing,
            10,
            44,
            "purposes.unlock.only.approvals.count"
        ),
        Spoiled("no action", "[unlock]", "[]", .demandsNothing, 12, 16, "purposes.unlock.only.actions"),
        Spoiled(
            "hold without a scope",
            "hold: none\n      actions: [unlock]",
            "hold: {}\n      actions: [unlock]",
            .demandsNothing,
            11,
            13,
            "purposes.unlock.only.hold"
        ),
        Spoiled("no tier", "\n  - tier: only", " []", .demandsNothing, 4, 8, "tiers"),
        Spoiled(
            "stake without a bound",
            "  - tier: only",
            "  - {tier: a, when: {stake: {}}}\n  - tier: only",
            .demandsNothing,
            5,
            29,
            "tiers[0].when.stake"
        ),
        Spoiled(
            "more than there are",
            "{all: [totp, saved-code]}",
            "{at_least: 3, of: [totp, saved-code]}",
            .unsatisfiable,
            9,
            28,
            spoiledEvidence + ".at_least"
        ),
        Spoiled(
            "last tier with a condition",
            "  - tier: only",
            "  - {tier: only, when: {stake: {at_most: 0}}}",
            .unsatisfiable,
            5,
            5,
            "tiers[0]"
        ),
        Spoiled(
            "tier below one without a condition",
            "  - tier: only",
            "  - tier: only\n  - tier: rest",
            .unreachable,
            5,
            5,
            "tiers[0]"
        ),
        Spoiled(
            "member twice",
            "{all: [totp, saved-code]}",
            "{all: [totp, totp]}",
            .duplicateMember,
            9,
            30,
            spoiledEvidence + ".all[1]"
        ),
        Spoiled(
            "method twice",
            "{all: [totp, saved-code]}",
            "{issued-code: [sms, sms]}",
            .duplicateMember,
            9,
            37,
            spoiledEvidence + ".issued-code[1]"
        ),
        Spoiled(
            "tier twice",
            "  - tier: only",
            "  - {tier: only, when: {stake: {at_most: 0}}}\n  - tier: only",
            .duplicateMember,
            6,
            11,
            "tiers[1].tier"
        ),
        Spoiled(
            "action twice",
            "[unlock]",
            "[unlock, unlock]",
            .duplicateMember,
            12,
            25,
            "purposes.unlock.only.actions[1]"
        ),
        Spoiled(
            "bounds that exclude each other",
            "  - tier: only",
            "  - {tier: a, when: {stake: {at_least: 2, at_most: 1}}}\n  - tier: only",
            .contradiction,
            5,
            29,
            "tiers[0].when.stake"
        ),
        Spoiled(
            "hold written as an action",
            "[unlock]",
            "[place-hold]",
            .contradiction,
            12,
            16,
            "purposes.unlock.only.actions"
        ),
        Spoiled(
            "every beside a tier",
            "    only:",
            "    every: {}\n    only:",
            .contradiction,
            8,
            5,
            "purposes.unlock"
        ),
        Spoiled(
            "more guarded fields than fields",
            "version: 1",
            "version: 1\ndetails: {fields: 1, not_guessable: 2}",
            .contradiction,
            3,
            10,
            "details"
        ),
    ]
}
