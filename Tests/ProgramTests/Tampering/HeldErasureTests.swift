import Foundation
import Testing

/// Erasure under legal hold (audit-log.md §14, its row), by the program that an administrator types.
@Suite struct HeldErasureTests {
    @Test func `erases nothing under legal hold, by the program, and the log that says so verifies`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder)
        try desk.done("--as", "ada", "agent", "add", "eve", "--role", "admin")
        let name = try desk.open("u-1001")
        try #require(desk.run(["--as", "mia", "case", "note", name], stdin: "Calls from abroad.").code == 0)
        try desk.done("--as", "mia", "case", "cancel", name)
        let erase = ["--as", "ada", "account", "erase", "u-1001", "--confirm", "u-1001"]

        try desk.done("--as", "ada", "account", "legal-hold", "on", "u-1001", "--reason", "court-order")
        let before = try desk.done("audit", "show").split(separator: "\n")
        let refused = try desk.run(erase)
        #expect(refused.code == 5 && refused.stdout.isEmpty)
        #expect(refused.stderr.contains("the account is under legal hold: court-order"))
        // What is new are the refusal and the epoch that it stands in, and nothing that erases.
        let after = try desk.done("audit", "show").split(separator: "\n").dropFirst(before.count)
        #expect(after.count == 3 && after.contains { $0.contains("access.deny") && $0.contains("why=legal_hold") })
        let account = try desk.done("--as", "ada", "account", "show", "u-1001")
        #expect(account.contains("court-order"))

        // The control: it is the hold that stands in the way, and nothing else.
        try desk.done("--as", "eve", "account", "legal-hold", "off", "u-1001", "--reason", "court-order")
        let erased = try desk.run(erase)
        #expect(erased.code == 0 && erased.stdout.hasPrefix("known → erased"), "\(erased.stderr)")
        let verdict = try desk.audited()
        #expect(verdict.code == 0 && verdict.stdout.hasPrefix("OK\n"), "\(verdict.stdout)")
        #expect(verdict.stdout.contains("redacted-authorised"))
        #expect(verdict.stdout.contains(/authorship +OK/))
    }
}
