import Foundation
import RecoveryTestSupport
import Testing

@testable import RecoveryPolicy

/// Docs/Specs/policy.md says what the code does.
@Suite struct SpecificationTests {
    private static func specification() throws -> String {
        let root = VectorFile.folder.deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "Docs/Specs/policy.md"), encoding: .utf8)
    }

    @Test func `has an example that can be read and has nothing to refuse`() throws {
        let parts = try Self.specification().components(separatedBy: "```")
        let example = try #require(parts.first { $0.hasPrefix("yaml\n") }).dropFirst(5)
        let policy = try PolicyDocument.read(String(example))
        #expect(policy.rule(for: .resetTOTP, at: try #require(TierName("high")))?.chosen == .system)
        #expect(PolicyLint.findings(in: policy).filter { $0.severity == .refusal } == [])
    }

    @Test func `names every code, key and word`() throws {
        let text = try Self.specification()
        let words =
            PolicyError.Code.allCases.map(\.rawValue) + LintFinding.Code.allCases.map(\.rawValue)
            + CheckKind.allCases.map(\.name) + Purpose.allCases.map(\.rawValue) + Action.allCases.map(\.rawValue)
            + LockReason.allCases.map(\.rawValue) + HoldScope.allCases.map(\.rawValue) + Notice.allCases.map(\.rawValue)
            + Channel.allCases.map(\.rawValue)
        #expect(words.count >= 100)
        for word in words { #expect(text.contains("`\(word)`"), "\(word)") }
    }

    @Test func `has the table of limits as it is`() throws {
        let text = try Self.specification()
        #expect(Limits.entries.count == 20)
        for entry in Limits.entries {
            let numbers = [Limits()[keyPath: entry.field], entry.range.lowerBound, entry.range.upperBound]
                .map { entry.isDuration ? $0.asDuration : String($0) }
            let row = "| `\(entry.key)` | \(numbers.joined(separator: " | ")) | \(entry.source) |"
            #expect(text.contains(row), "\(row)")
        }
    }
}
