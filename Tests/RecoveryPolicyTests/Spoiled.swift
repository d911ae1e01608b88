import RecoveryPolicy
import Testing

/// One way to spoil the small policy.
struct Spoiled: Sendable, CustomTestStringConvertible {
    let name: String
    let old: String
    let new: String
    let code: PolicyError.Code
    let line: Int
    let column: Int
    let path: String

    init(
        _ name: String,
        _ old: String,
        _ new: String,
        _ code: PolicyError.Code,
        _ line: Int,
        _ column: Int,
        _ path: String = ""
    ) {
        (self.name, self.old, self.new, self.code) = (name, old, new, code)
        (self.line, self.column, self.path) = (line, column, path)
    }

    var testDescription: String { name }
}

let spoiledEvidence = "purposes.unlock.only.evidence"

extension Spoiled {
    static let table: [Spoiled] = keys + values

    private static let keys: [Spoiled] = [
        Spoiled("unknown key at the root", "version: 1", "version: 1\ncolour: red", .unknownKey, 3, 1, "colour"),
        Spoiled(
            "misspelt key in a rule",
            "hold: none\n      actions: [unlock]",
            "holds: none",
            .unknownKey,
            11,
            7,
            "purposes.unlock.only.holds"
        ),
        Spoiled("unknown purpose", "  unlock:", "  unlok:", .unknownKey, 7, 3, "purposes.unlok"),
        Spoiled("unknown tier in a purpose", "    only:", "    high:", .unknownKey, 8, 5, "purposes.unlock.high"),
        Spoiled(
            "an approver who may be the case's agent",
            "hold: none\n      actions: [unlock]",
            "own_case: allowed",
            .unknownKey,
            11,
            7,
            "purposes.unlock.only.own_case"
        ),
        Spoiled("merge key", "  unlock:", "  <<:", .unknownKey, 7, 3, "purposes.<<"),
        Spoiled("duplicate key", "version: 1", "version: 1\nversion: 2", .duplicateKey, 2, 1),
        Spoiled("duplicate key in quotes", "version: 1", "version: 1\n\"version\": 2", .duplicateKey, 2, 1),
        Spoiled("duplicate purpose", "  freeze:", "  unlock:", .duplicateKey, 7, 3),
        Spoiled("anchor", "hold: none\n      actions: [unlock]", "hold: &h none", .anchor, 11, 13),
        Spoiled("anchor on a mapping", "  unlock:\n", "  unlock: &u\n", .anchor, 7, 11),
        Spoiled("anchor directly after a bracket", "[unlock]", "[&a unlock]", .anchor, 12, 17),
        Spoiled("alias", "[unlock]", "[*a]", .alias, 12, 17),
        Spoiled("alias as a key", "  unlock:", "  *a :", .alias, 7, 3),
        Spoiled("cycle", "[unlock]", "&a [*a]", .anchor, 12, 16),
        Spoiled("alias in a comment", "version: 1", "version: 1 # *a", .alias, 2, 14),
        Spoiled("alias after a quote that ends", "One purpose", "{\"x\":*a}", .alias, 3, 19),
        Spoiled("tag", "version: 1", "version: !!int 1", .tag, 2, 10),
        Spoiled("local tag", "version: 1", "version: !evil 1", .tag, 2, 10),
        Spoiled("verbatim tag", "version: 1", "version: !<tag:yaml.org,2002:int> 1", .tag, 2, 10),
        Spoiled("tag after a tag", "[unlock]", "[!a !b unlock]", .tag, 12, 17),
        Spoiled("YAML directive", "policy: small", "%YAML 1.1\n---\npolicy: small", .directive, 1, 1),
        Spoiled("TAG directive", "policy: small", "%TAG e tag:x\n---\npolicy: small", .directive, 1, 1),
        Spoiled("list as a key", "  unlock:", "  [a]: 1\n  unlock:", .complexKey, 7, 6),
        Spoiled("mapping as a key", "  unlock:", "  {a: 1} : 1\n  unlock:", .complexKey, 7, 10),
        Spoiled("explicit key", "  unlock:", "  ? [a]\n  unlock:", .complexKey, 7, 3),
        Spoiled("tab", "version: 1", "version:\t1", .character, 2, 9),
        Spoiled("NUL", "version: 1", "version: 1\u{0}", .character, 2, 11),
        Spoiled("escape character", "One purpose", "One\u{1B}[31m", .character, 3, 17),
        Spoiled("carriage return by itself", "version: 1", "version: 1\rx: 1", .character, 2, 11),
        Spoiled("next line", "One purpose", "One\u{85}two", .character, 3, 17),
        Spoiled("line separator", "One purpose", "一\u{2028}two", .character, 3, 15),
        Spoiled("byte order mark", "policy: small", "\u{FEFF}policy: small", .character, 1, 1),
        Spoiled("second document", "notify: [granted]", "notify: [granted]\n---\nx: 1", .severalDocuments, 21, 1),
        Spoiled("bracket not closed", "notify: [granted]", "notify: [granted", .syntax, 21, 1),
        Spoiled("quote not closed", "One purpose", "\"One", .syntax, 21, 1),
        Spoiled("wrong indentation", "  unlock:", " x: 1\n  unlock:", .syntax, 8, 9),
        Spoiled("missing version", "version: 1\n", "", .missingKey, 1, 1),
        Spoiled(
            "missing approvals",
            "      approvals: {role: supervisor, count: 1}\n",
            "",
            .missingKey,
            9,
            7,
            "purposes.unlock.only"
        ),
        Spoiled(
            "missing hold",
            "      hold: none\n      actions: [unlock]",
            "      actions: [unlock]",
            .missingKey,
            9,
            7,
            "purposes.unlock.only"
        ),
        Spoiled("value left out", "version: 1", "version:", .notANumber, 2, 9, "version"),
        Spoiled("list for a mapping", "  - tier: only", "  - [only]", .wrongShape, 5, 5, "tiers[0]"),
        Spoiled("scalar for a list", "[unlock]", "unlock", .wrongShape, 12, 16, "purposes.unlock.only.actions"),
        Spoiled(
            "list without its word",
            "{all: [totp, saved-code]}",
            "[totp, saved-code]",
            .wrongShape,
            9,
            17,
            spoiledEvidence
        ),
        Spoiled(
            "two words in one group",
            "{all: [totp, saved-code]}",
            "{all: [totp], any: [totp]}",
            .wrongShape,
            9,
            17,
            spoiledEvidence
        ),
        Spoiled(
            "at_least without of",
            "{all: [totp, saved-code]}",
            "{at_least: 1}",
            .wrongShape,
            9,
            17,
            spoiledEvidence
        ),
        Spoiled("NaN as a number", "version: 1", "version: .nan", .notANumber, 2, 10, "version"),
        Spoiled("infinity as a number", "version: 1", "version: .inf", .notANumber, 2, 10, "version"),
        Spoiled("fraction", "version: 1", "version: 1.0", .notANumber, 2, 10, "version"),
        Spoiled("exponent", "version: 1", "version: 1e3", .notANumber, 2, 10, "version"),
        Spoiled("negative number", "version: 1", "version: -1", .notANumber, 2, 10, "version"),
        Spoiled("hexadecimal number", "version: 1", "version: 0x10", .notANumber, 2, 10, "version"),
        Spoiled("leading zero", "version: 1", "version: 01", .notANumber, 2, 10, "version"),
        Spoiled("number in quotes", "version: 1", "version: \"1\"", .notANumber, 2, 10, "version"),
        Spoiled("number with an underscore", "version: 1", "version: 1_0", .notANumber, 2, 10, "version"),
        Spoiled("full-width digit", "version: 1", "version: １", .notANumber, 2, 10, "version"),
        Spoiled("number past 64 bits", "version: 1", "version: 99999999999999999999", .notANumber, 2, 10, "version"),
        Spoiled("version zero", "version: 1", "version: 0", .notANumber, 2, 10, "version"),
        Spoiled(
            "count out of range",
            "count: 1}",
            "count: 10}",
            .notANumber,
            10,
            44,
            "purposes.unlock.only.approvals.count"
        ),
        Spoiled(
            "duration without a unit",
            "version: 1",
            "version: 1\nevidence_valid: 15",
            .notADuration,
            3,
            17,
            "evidence_valid"
        ),
        Spoiled(
            "duration with a fraction",
            "version: 1",
            "version: 1\nevidence_valid: 1.5h",
            .notADuration,
            3,
            17,
            "evidence_valid"
        ),
        Spoiled(
            "duration of zero",
            "version: 1",
            "version: 1\nevidence_valid: 0m",
            .notADuration,
            3,
            17,
            "evidence_valid"
        ),
        Spoiled(
            "negative duration",
            "version: 1",
            "version: 1\nevidence_valid: -5m",
            .notADuration,
            3,
            17,
            "evidence_valid"
        ),
        Spoiled(
            "duration with a space",
            "version: 1",
            "version: 1\nevidence_valid: 15 m",
            .notADuration,
            3,
            17,
            "evidence_valid"
        ),
        Spoiled(
            "duration in weeks",
            "version: 1",
            "version: 1\nevidence_valid: 1w",
            .notADuration,
            3,
            17,
            "evidence_valid"
        ),
        Spoiled(
            "duration of two units",
            "version: 1",
            "version: 1\nevidence_valid: 1h30m",
            .notADuration,
            3,
            17,
            "evidence_valid"
        ),
        Spoiled(
            "duration above ten years",
            "version: 1",
            "version: 1\nevidence_valid: 3651d",
            .notADuration,
            3,
            17,
            "evidence_valid"
        ),
        Spoiled(
            "duration that overflows",
            "version: 1",
            "version: 1\nevidence_valid: 999999999999999d",
            .notADuration,
            3,
            17,
            "evidence_valid"
        ),
        Spoiled(
            "flag that is no flag",
            "[unlock]",
            "[unlock]\n      automated: yes",
            .notAFlag,
            13,
            18,
            "purposes.unlock.only.automated"
        ),
        Spoiled("name in capitals", "policy: small", "policy: Small", .notAName, 1, 9, "policy"),
        Spoiled("name in quotes", "policy: small", "policy: \"small\"", .notAName, 1, 9, "policy"),
    ]
}
