import Foundation
import Testing

@Suite struct DocumentTests {
    private static let documents = House.files(ending: ".md")

    @Test func `sections that are cited exist`() throws {
        let names = House.files(in: ["Docs/Specs"], ending: ".md")
        try #require(names.count >= 2)
        var specifications: [String: Set<String>] = [:]
        for name in names {
            let sections = Citations.sections(in: try House.text(name))
            specifications[URL(fileURLWithPath: name).deletingPathExtension().lastPathComponent] = sections
        }
        let files = House.files(in: ["Sources", "Tests", "Scripts"], ending: ".swift") + Self.documents
        // This file's own examples lead nowhere on purpose.
        let readers = files.filter { !$0.hasPrefix("Tests/HouseTests/") }
        let texts = try readers.map { ($0, try House.text($0)) }
        try #require(texts.contains { !Citations.cited(in: $0.1).isEmpty })
        #expect(texts.flatMap { Citations.findings(in: $0.1, at: $0.0, specifications: specifications) } == [])
    }

    @Test(arguments: [
        ("see Docs/Specs/vault.md §3.2.", ["vault.md §3.2"]),
        ("[the vault](Docs/Specs/vault.md) §3 and §9", ["vault.md §9"]),
        ("vault.md §1, §2, §3", ["vault.md §2"]),
        ("vault.md §1.2, vault.md §1.3", ["vault.md §1.3"]),
        ("volt.md §1", ["volt.md, which is no specification"]),
        ("vault.md §3.1, RFC 6238 §5.2", []),
    ])
    func `finds citations that lead nowhere`(text: String, missing: [String]) {
        let sections = Citations.sections(in: "## 1. One\n1. rule\n2. rule\n### 3.1 Three\n## 3 Three\n# 2 title\n")
        let findings = Citations.findings(in: text, at: "a.swift", specifications: ["vault": sections])
        #expect(findings.map(\.what) == missing.map { "cites " + $0 })
    }

    @Test func `relative links resolve`() throws {
        try #require(Self.documents.count > 5)
        var links = 0
        var broken: [Finding] = []
        for document in Self.documents {
            let prose = try House.text(document).replacing(/(?s)```.*?```|`[^`\n]*`/, with: "")
            for match in prose.matches(of: /\]\(([^)\s#]+)(?:#[^)\s]*)?\)/) where !match.1.contains(":") {
                links += 1
                let target = House.root.appending(path: document).deletingLastPathComponent()
                    .appending(path: String(match.1)).standardizedFileURL
                if !FileManager.default.fileExists(atPath: target.path) {
                    broken.append(Finding(place: document, what: String(match.1)))
                }
            }
        }
        try #require(links > 5)
        #expect(broken == [])
    }

    @Test func `the README is read to its end`() throws {
        #expect(try House.lines("README.md").count <= 150)
    }

    @Test(arguments: ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "Keys/README.md"])
    func `what a visitor looks for is there`(name: String) throws {
        #expect(try !House.text(name).isEmpty)
    }

    @Test func `each row of the threats names a test that exists`() throws {
        let rows = try ThreatRow.all(in: House.text("Docs/Threats.md"))
        try #require(!rows.isEmpty)
        let sentences = Set(try TestNames.inFunctions() + TestNames.inSessions())
        #expect(rows.flatMap { $0.findings(against: sentences) } == [])
    }

    @Test func `each input that the vault must refuse names a test that exists`() throws {
        let text = try House.text("Docs/Specs/vault.md")
        let section = try #require(text.range(of: "\n## 20. ").map { text[$0.lowerBound...] })
        let rows = section.split(separator: "\n").filter { $0.wholeMatch(of: /\| [0-9]+ \|.*/) != nil }
        try #require(rows.count == 32)
        let sentences = Set(try TestNames.inFunctions() + TestNames.inSessions())
        for row in rows {
            let last = row.split(separator: "|").last ?? ""
            let names = last.matches(of: /`([^`]+)`/).map { String($0.1) }
            #expect(!names.isEmpty && names.allSatisfy(sentences.contains), "\(row)")
        }
    }

    @Test func `a hope is no promise, and stands behind the promises`() {
        let text = "words\n\n| promise |\n|---|\n| a |\n| b |\n\n| hope |\n|---|\n| c |\n"
        #expect(ThreatRow.all(in: text).count == 2)
        #expect(ThreatRow.all(in: "no table at all\n").isEmpty)
    }

    @Test(arguments: [
        ("| a | b | `refuses a lie` | c |", ["names `refuses a lie`, which is no test"]),
        ("| a | b | none yet | c |", ["names no test"]),
        ("| a | b | `says the truth`; `refuses a lie` | c |", ["names `refuses a lie`, which is no test"]),
        ("| a | b |", ["has 2 columns"]),
        ("| a | b | `says the truth` | |", ["does not say what is not covered"]),
        ("| a | b | `says the truth` | c |", []),
    ])
    func `finds a promise that nothing holds`(row: String, what: [String]) throws {
        let table = "| adversary | promise | test | not covered |\n|---|---|---|---|\n\(row)\n"
        let rows = ThreatRow.all(in: table)
        try #require(rows.count == 1)
        #expect(rows[0].findings(against: ["says the truth"]).map(\.what) == what)
    }
}
