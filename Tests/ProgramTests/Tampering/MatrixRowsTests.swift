import Foundation
import Testing

@testable import RecoveryTestSupport

/// The list of rows in the specification, against what is tried.
@Suite struct MatrixRowsTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Rows that are behaviour of the service or of a witness, by the sentences of the tests that hold them.
    private static let behaviour: [Int: [String]] = [
        28: ["refuses an older database"],
        29: [
            "refuses an older database with its key file, because of the head",
            "refuses with 409, and says the size, whoever did not see what it saw",
        ],
        30: ["refuses another tree of the same size with 409, and a fork with 422"],
        72: ["holds a clock that runs back, and says so"],
        73: ["writes down a clock that jumped forward"],
        77: [
            "erases nothing under legal hold, by the program, and the log that says so verifies",
            "refuses an erasure under legal hold, and writes that down",
        ],
        80: [
            "makes and accepts the consistency proofs of the vectors",
            "knows that the empty tree is the beginning of every other, and extends none",
        ],
        81: [
            "refuses with 409, and says the size, whoever did not see what it saw",
            "refuses another tree of the same size with 409, and a fork with 422",
            "refuses with 400 what is no request, and one that goes backwards",
            "lets one of two histories win that are shown to it at once",
            "signs what it is asked again after a kill, and nothing beside what it signed",
        ],
        83: ["exports one moment of the log while others write"],
    ]

    /// The numbers of the first column, such as 1 or 74–76.
    private static func numbers(of specification: String) throws -> Set<Int> {
        let section = try #require(specification.components(separatedBy: "\n## 14. ").last)
        let rows = section.components(separatedBy: "\n## ")[0].matches(of: /(?m)^\| (\d+)(?:–(\d+))? \|/)
        return try rows.reduce(into: []) { numbers, row in
            let first = try #require(Int(row.1))
            numbers.formUnion(try first...(row.2.map { try #require(Int($0)) } ?? first))
        }
    }

    @Test func `knows every row of the specification, and no other`() throws {
        let text = try String(contentsOf: Self.root.appending(path: "Docs/Specs/audit-log.md"), encoding: .utf8)
        let numbers = try Self.numbers(of: text)
        try #require(numbers.count >= 50, "\(numbers.count)")
        let bundles = Set(TamperRow.publicMatrix.compactMap(\.number))
        // Every row of the table on a bundle says which it is.
        #expect(TamperRow.publicMatrix.filter { $0.number == nil }.map(\.name) == [])
        #expect(bundles.union(Self.behaviour.keys) == numbers)
    }

    @Test func `names every bundle once`() {
        #expect(Set(TamperRow.all.map(\.name)).count == TamperRow.all.count)
    }

    @Test func `finds the sentences of what is no bundle`() throws {
        let tests = Self.root.appending(path: "Tests")
        let files = try #require(FileManager.default.enumerator(atPath: tests.path)).compactMap { $0 as? String }
        let sources = try files.filter { $0.hasSuffix("Tests.swift") && !$0.contains(".build") }
            .map { try String(contentsOf: tests.appending(path: $0), encoding: .utf8) }
        try #require(sources.count > 50)
        let missing = Self.behaviour.values.flatMap(\.self).filter { sentence in
            !sources.contains { $0.contains("`\(sentence)`()") }
        }
        #expect(missing == [])
    }
}
