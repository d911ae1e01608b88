import Foundation
import Testing

@Suite struct FileTests {
    /// Files of more than 300 lines, each with the reason why it holds one idea all the same.
    private static let long: [String: String] = [
        "Tests/RecoveryAuditTests/LogWriterTests.swift": "one log, checked from its first record to its last",
        "Tests/RecoveryPolicyTests/DecideRow.swift": "one table: every branch of a decision",
        "Tests/RecoveryPolicyTests/Weak.swift": "one table: a bad policy for every refusal",
    ]

    private static let files = House.files(in: ["Benchmarks", "Snippets", "Sources", "Tests"], ending: ".swift")

    @Test func `no file has more than four hundred lines`() throws {
        try #require(Self.files.count > 20)
        #expect(try Self.files.filter { try House.lines($0).count > 400 } == [])
    }

    @Test func `a file of more than three hundred lines has a reason`() throws {
        try #require(Self.files.count > 20)
        let found = try Self.files.filter { try House.lines($0).count > 300 }
        // Equal, and not only contained: a reason whose file has become shorter is out of date.
        #expect(found == Self.long.keys.sorted())
        #expect(Self.long.values.allSatisfy { !$0.isEmpty })
    }

    @Test func `the names of tests are sentences about the product`() throws {
        let names = try TestNames.inFunctions()
        try #require(names.count > 20)
        let empty = /\b(?:[Tt]ests?|should|works?|correctly)\b/
        #expect(names.filter { !$0.contains(" ") || $0.contains(empty) }.sorted() == TestNames.aboutTests)
    }

    @Test func `no line is left for later`() throws {
        let word = try Regex(#"\b(?:TO"# + #"DO|FIX"# + #"ME|X"# + #"XX)\b"#)
        let files = Self.files + House.files(in: ["Docs"], ending: ".md")
        let found = try files.filter { try House.text($0).contains(word) }
        #expect(found == [])
    }
}
