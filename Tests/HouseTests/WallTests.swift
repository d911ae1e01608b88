import Foundation
import Testing

@Suite struct WallTests {
    @Test func `imports follow the arrows, and C stays where it may be`() throws {
        let files = House.files(in: ["Sources"], ending: ".swift")
        // Below this number the folder was moved or the search is broken.
        try #require(files.count > 10)
        #expect(try files.flatMap { try Walls.findings(in: House.text($0), at: $0) } == [])
    }

    @Test func `every target has a wall`() throws {
        let targets = try FileManager.default.contentsOfDirectory(atPath: House.root.appending(path: "Sources").path)
        try #require(!targets.isEmpty)
        #expect(targets.filter { Walls.imports[$0] == nil } == [])
    }

    @Test(arguments: [
        ("RecoveryAudit/A.swift", "import RecoveryVault", "imports RecoveryVault"),
        ("RecoveryAudit/A.swift", "internal import Foundation", "imports Foundation"),
        ("RecoveryPolicy/A.swift", "    import Glibc", "imports Glibc"),
        ("RecoveryVault/A.swift", "@preconcurrency public import COpenSSL", "imports COpenSSL"),
        ("recovery-audit/A.swift", "@testable import AccountRecovery", "imports AccountRecovery"),
        ("recovery-audit/A.swift", "import struct RecoveryStore.SQLiteStore", "imports RecoveryStore"),
        ("RecoveryStore/A.swift", "@_spi(Keys) import RecoveryVault", "imports RecoveryVault"),
        ("AccountRecovery/Case/A.swift", "import GRDB // rows", "imports GRDB"),
        ("RecoveryVault/A.swift", "let a = unsafe b", "unsafe"),
        ("RecoveryVault/A.swift", "@unsafe func a() {}", "unsafe"),
        ("RecoveryStore/SQLite/A.swift", #"f("\"", unsafe b) // why"#, "unsafe"),
        ("Helpers/A.swift", "import RecoveryAudit", "belongs to no target with a wall"),
    ])
    func `finds what goes through a wall`(path: String, line: String, what: String) {
        let findings = Walls.findings(in: "import RecoveryCrypto\n\(line)\n", at: "Sources/" + path)
        #expect(findings.map(\.what).contains(what))
    }

    @Test(arguments: [
        ("RecoveryCrypto/A.swift", "import COpenSSL\nlet a = unsafe b"),
        ("RecoveryStore/PostgreSQL/A.swift", "let a = unsafe b"),
        ("RecoveryVault/A.swift", "// unsafe is a word of comments too\nlet a = \"unsafe\" // and unsafe here"),
        ("RecoveryAudit/A.swift", "public import RecoveryCrypto\nlet important = importance"),
    ])
    func `finds nothing else`(path: String, source: String) {
        #expect(Walls.findings(in: source, at: "Sources/" + path) == [])
    }

    @Test(arguments: ["RecoveryVault", "RecoveryPolicy", "AccountRecovery", "RecoveryStore", "GRDB", "Yams"])
    func `the auditor's program holds nothing of`(module: String) throws {
        let programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let program = try Data(contentsOf: programs.appending(path: "recovery-audit"))
        // A stripped program names no module at all, and would pass whatever it holds.
        try #require(program.range(of: Data("RecoveryAudit".utf8)) != nil)
        #expect(program.range(of: Data(module.utf8)) == nil)
    }

    /// The names of modules may be optimised away; what the linker was given is a list.
    @Test func `the auditor's program is made of its own modules, the parser of arguments, and nothing else`() throws {
        let programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let list = programs.appending(path: "recovery-audit.product/Objects.LinkFileList")
        let objects = try String(contentsOf: list, encoding: .utf8).split(separator: "\n")
        try #require(objects.count > 10)
        let modules = Set(objects.map { $0.firstMatch(of: /([A-Za-z_]+)\.build\/[^\/]+\.o'?$/)?.1 ?? $0 })
        let expected: Set<Substring> = [
            "ArgumentParser", "ArgumentParserToolInfo", "RecoveryAudit", "RecoveryCrypto", "recovery_audit",
        ]
        #expect(modules == expected)
    }
}
