import Foundation
import RecoveryTestSupport
import Testing

/// Customers of twenty regions, as an operator's export has them. They lie beside the project and are not part of it.
@Suite(.enabled(if: Export.file != nil, "no file ../shared/data/customers-2000.jsonl"))
struct CustomersTests {
    @Test func `customers of twenty regions are imported, all of them or none`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let all = try String(contentsOf: #require(Export.file), encoding: .utf8).split(separator: "\n")
        try #require(all.count == 2000)
        // The short form takes every fifth, which still is all regions.
        let step = ProofLength.choose(short: 5, long: 1)
        let lines = stride(from: 0, to: all.count, by: step).map { String(all[$0]) }
        let regions = Set(lines.compactMap { $0.firstMatch(of: /"country": "([A-Z]{2})"/)?.1 })
        #expect(regions.count >= 20)
        try folder.write(lines.joined(separator: "\n") + "\n", to: "customers.jsonl")
        try folder.write((lines + [#"{"account": "u-bad", "stake": "much"}"#]).joined(separator: "\n"), to: "bad.jsonl")

        let desk = Desk(emptyIn: folder, data: "D")
        try desk.done("init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera")
        let importing = ["--as", "ada", "account", "import"]
        let refused = try desk.run(importing + ["bad.jsonl"])
        #expect(refused.code == 1 && refused.stdout.isEmpty)
        #expect(refused.stderr.contains("bad.jsonl:\(lines.count + 1): stake: is no whole number from 0\n"))
        #expect(try desk.done("status", "--json").contains(#""customers":0,"#))

        let imported = try desk.run(importing + ["customers.jsonl"])
        #expect(imported.code == 0, "\(imported.stderr)")
        #expect(imported.stdout.hasPrefix("imported \(lines.count), skipped 0, log position "))
        #expect(imported.stderr.contains("\(lines.count) of \(lines.count) customers, "))
        #expect(try desk.done("status", "--json").contains(#""customers":\#(lines.count),"#))
        for line in [lines.first, lines.last].compactMap(\.self) {
            let account = String(try #require(line.firstMatch(of: /"account": "([^"]+)"/)).1)
            #expect(try desk.done("--as", "ada", "account", "show", account).contains("open"))
        }
        #expect(try desk.audited().code == 0)
    }
}

private enum Export {
    static let file: URL? = {
        let project = VectorFile.folder.deletingLastPathComponent().deletingLastPathComponent()
        let file = project.deletingLastPathComponent().appending(path: "shared/data/customers-2000.jsonl")
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }()
}
