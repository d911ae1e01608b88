import RecoveryPolicy
import Testing

/// Texts that are made to cost time or memory. Each is refused long before it does.
@Suite struct TextGateTests {
    @Test(.timeLimit(.minutes(30))) func `refuses ten megabytes unread`() throws {
        let error = try #require(PolicyText.refusal(of: String(repeating: "a", count: 10 << 20)))
        #expect(error.code == .tooLarge && error.line == 1 && error.column == 1)
    }

    @Test func `takes a mebibyte and not a byte more`() throws {
        let room = (1 << 20) - PolicyText.small.utf8.count - 1
        let full = PolicyText.small + "#" + String(repeating: "a", count: room)
        #expect(full.utf8.count == 1 << 20)
        #expect(PolicyText.refusal(of: full) == nil)
        #expect(PolicyText.refusal(of: full + "a")?.code == .tooLarge)
    }

    @Test(.timeLimit(.minutes(30)), arguments: ["[", "{a: ", "- ", "[{"])
    func `refuses endless nesting`(opening: String) throws {
        for count in [25, 200, 2000, 30_000] {
            let error = try #require(PolicyText.refusal(of: "policy: " + String(repeating: opening, count: count)))
            #expect(error.code == .syntax || error.code == .tooDeep, "\(count): \(error)")
        }
    }

    @Test func `refuses what is nested too deep, although it is closed`() throws {
        func nested(_ depth: Int) -> String {
            PolicyText.replacing(
                "One purpose",
                with: String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            )
        }
        #expect(PolicyText.refusal(of: nested(24))?.code == .wrongShape)
        let error = try #require(PolicyText.refusal(of: nested(25)))
        #expect(error.code == .tooDeep && error.line == 3 && error.column == 38)
    }

    @Test(.timeLimit(.minutes(30))) func `refuses a million nodes`() {
        let many = "policy: [" + String(repeating: "a,", count: 200_000) + "]"
        #expect(PolicyText.refusal(of: many)?.code == .tooManyNodes)
        let fewer = "policy: [" + String(repeating: "a,", count: 20_001) + "]"
        #expect(PolicyText.refusal(of: fewer)?.code == .tooManyNodes)
    }

    @Test(.timeLimit(.minutes(30))) func `refuses a billion laughs before it expands one`() throws {
        var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for letter in "bcdefghi" { text += "\(letter): &\(letter) [\(String(repeating: "*a, ", count: 8))*a]\n" }
        text += "? *i\n: x\n"
        let error = try #require(PolicyText.refusal(of: text))
        #expect(error.code == .anchor && error.line == 1 && error.column == 4)
    }

    @Test(.timeLimit(.minutes(30))) func `refuses keys within keys`() {
        let text = String(repeating: "{", count: 400) + "a" + String(repeating: ": b}", count: 400)
        #expect(PolicyText.refusal(of: text)?.code == .complexKey)
    }

    @Test func `refuses a rule with more ways than anybody can look at`() throws {
        let kinds = "totp, saved-code, contact-code, key-proof, document, details, callback"
        let inner = (0..<6).map {
            "{all: [{any: [\(kinds)]}, {any: [\(kinds), issued-code/\(["sms", "post"][$0 % 2])]}]}"
        }
        let text = PolicyText.replacing(
            "{all: [totp, saved-code]}",
            with: "{all: [{all: \([inner[0]])}, {any: [\(inner[0]), \(inner[1])]}]}".replacing("\"", with: "")
        )
        let error = try #require(PolicyText.refusal(of: text))
        #expect(error.code == .tooManyWays && error.path == "purposes.unlock.only.evidence" && error.line == 9)
    }

    @Test(.timeLimit(.minutes(30))) func `refuses a key that would make every path below it endless`() throws {
        let key = String(repeating: "k", count: 65)
        let list = String(repeating: "a,", count: 10_000)
        let error = try #require(PolicyText.refusal(of: "\(key): [\(list)]\n"))
        #expect(error.code == .notAName && error.path == "" && error.line == 1 && error.column == 1)
        #expect(PolicyText.refusal(of: key.dropLast() + ": 1\n")?.code == .unknownKey)
    }

    @Test(arguments: ["\\e[2J", "\\u202E", "\\u0000", "\\a", "\\n"])
    func `lets nothing into a message that a terminal would obey`(escape: String) throws {
        let asKey = try #require(PolicyText.refusal(of: "\"k\(escape)\": 1\n"))
        #expect(asKey.code == .notAName)
        let asValue = try #require(
            PolicyText.refusal(of: PolicyText.replacing("[granted]", with: "[\"gone\(escape)\"]"))
        )
        #expect(asValue.code == .unknownName)
        for scalar in (asKey.description + asValue.description).unicodeScalars {
            #expect(scalar.value >= 0x20 && scalar.value != 0x202E)
        }
    }
}
