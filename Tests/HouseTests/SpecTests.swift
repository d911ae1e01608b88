import Foundation
import Testing

@Suite struct SpecTests {
    private static let specifications = House.files(in: ["Docs/Specs"], ending: ".md")

    @Test(arguments: specifications)
    func `says its status in its first lines`(name: String) throws {
        #expect(
            try House.lines(name).prefix(3).contains { $0.hasPrefix("Status: draft") || $0.hasPrefix("Status: stable") }
        )
    }

    @Test(arguments: specifications)
    func `points to sections that it has`(name: String) throws {
        let text = try House.text(name)
        let sections = Citations.sections(in: text)
        try #require(!sections.isEmpty)
        #expect(Citations.inside(text).filter { !sections.contains($0) } == [])
    }

    @Test(arguments: specifications)
    func `names known answers that exist`(name: String) throws {
        // The known answers of a policy are the cases beside it.
        let named = try House.text(name).matches(of: /(?:Tests\/Vectors|Policies)\/[\w.*\/-]+/).map { String($0.0) }
        try #require(!named.isEmpty)
        let files = House.files(in: ["Tests/Vectors", "Policies"], ending: "")
        let missing = named.filter { name in
            let prefix = name.prefix { $0 != "*" }
            return !files.contains { $0 == name || $0.hasPrefix(prefix) && (name.contains("*") || name.hasSuffix("/")) }
        }
        #expect(missing == [])
    }

    /// The table is normative and the catalogue is what programs read: they say the same.
    @Test func `the table of events is the catalogue`() throws {
        let vectors = House.root.appending(path: "Tests/Vectors/audit-log/ours-catalogue.json")
        let catalogue = try JSONDecoder().decode(Catalogue.self, from: Data(contentsOf: vectors)).events
        let rows = try House.lines("Docs/Specs/audit-log.md")
            .drop { !$0.hasPrefix("| event | required") }.dropFirst(2).prefix { $0.hasPrefix("| `") }
        try #require(rows.count > 40)
        let table = Dictionary(uniqueKeysWithValues: rows.map(Catalogue.row))
        #expect(table == catalogue)
    }

    /// The example is what an implementer tries first.
    @Test func `the example of the audit log is the bundle's`() throws {
        let text = try House.text("Docs/Specs/audit-log.md")
        let blocks = text.matches(of: /(?s)```\n(.*?)```/).prefix(2).map { String($0.1) }
        try #require(blocks.count == 2)
        var record = Data()
        for line in blocks[0].split(separator: "\n") {
            if line.hasPrefix("{") {
                record += Data(line.utf8)
            } else {
                // A column of explanation begins after two spaces.
                let columns = line.firstRange(of: "  ").map { line[..<$0.lowerBound] } ?? line
                let digits = Array(columns.filter { $0 != " " })
                let bytes = stride(from: 0, to: digits.count - 1, by: 2).map {
                    UInt8(String(digits[$0...$0 + 1]), radix: 16)
                }
                record += Data(try bytes.map { try #require($0) })
            }
        }
        try #require(record.count == 185)
        let bundle = House.root.appending(path: "Tests/Vectors/audit-log/bundle")
        let entries = try Data(contentsOf: bundle.appending(path: "tile/entries/000.p/27"))
        #expect(entries.range(of: Data([0, 185]) + record) != nil)
        #expect(try Data(contentsOf: bundle.appending(path: "checkpoint")) == Data(blocks[1].utf8))
    }

    @Test func `the example of the vault is among its known answers`() throws {
        let text = try House.text("Docs/Specs/vault.md")
        let block = try #require(text.firstMatch(of: /(?s)\nenvelope(.*?)\nmatch tag/)).1
        let envelope = block.matches(of: /\b[0-9a-f]{32,64}\b/).map { String($0.0) }.joined()
        try #require(envelope.count == 240)
        #expect(try House.text("Tests/Vectors/ours-vault-envelopes.json").contains("\"\(envelope)\""))
    }

    /// The list of §18 is closed, and a reason that no rule gives would be one that nobody can meet.
    @Test func `each reason for a refused claim comes from a rule`() throws {
        let text = try House.text("Docs/Specs/vault.md")
        let row = try #require(text.firstMatch(of: /\| `invalid-claim` \|.*Reasons: (.*) \|/)).1
        let listed = Set(row.split(separator: ", ").map(String.init))
        try #require(listed.count > 10)
        let rules = try #require(text.firstMatch(of: #/(?s)\n## 10\. .*?\n## 11\. /#)).0
        let known = Set(rules.matches(of: /`([a-z]+-[a-z0-9-]+|empty)`/).map { String($0.1) })
        #expect(listed.subtracting(known) == [])
    }
}

/// The event table as `catalogue.json` writes it.
private struct Catalogue: Decodable {
    let events: [String: Event]

    struct Event: Decodable, Equatable {
        let req: [String: String]
        let opt: [String: String]
        let priv: Set<String>
        let stmt: String
    }

    /// Reads a row: event, required, optional, private, statement.
    static func row(_ line: Substring) -> (String, Event) {
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        func fields(_ cell: String) -> [String: String] {
            let pairs = cell.split(separator: " ").filter { $0 != "–" }.map {
                $0.split(separator: ":").map(String.init)
            }
            return Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0.count == 2 ? $0[1] : "") })
        }
        let name = cells[0].filter { $0 != "`" }
        let event = Event(
            req: fields(cells[1]),
            opt: fields(cells[2]),
            priv: Set(fields(cells[3]).keys),
            stmt: cells[4]
        )
        return (name, event)
    }
}
