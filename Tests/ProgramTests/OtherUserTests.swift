import Foundation
import Testing

/// The data directory of somebody else is nobody's business, for users without rights and for root alike.
@Suite(.enabled(if: SystemTool.mayActAsOthers, SystemTool.whyNot))
struct OtherUserTests {
    /// The user `nobody` of Debian.
    private static let nobody: UInt32 = 65_534

    private static let commands: [[String]] = [
        ["status"],
        ["--as", "mia", "case", "list"],
        ["--as", "mia", "case", "open", "u-1001", "--purpose", "unlock", "--channel", "phone"],
        ["--as", "ada", "account", "show", "u-1001"],
        ["audit", "verify"],
        ["--as", "ada", "audit", "export", "bundle"],
    ]

    @Test func `is closed to a user without rights`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder)
        try #require(try desk.run(["version"], as: Self.nobody).code == 0)
        let head = try folder.bytes(of: "D.head/checkpoint")
        for words in Self.commands {
            let answer = try desk.run(words, as: Self.nobody)
            #expect(answer.code == 2, "\(words)")
            #expect(answer.stdout.isEmpty, "\(words)")
            #expect(answer.stderr.contains("D/installation.json"), "\(words)")
        }
        #expect(try folder.bytes(of: "D.head/checkpoint") == head)
        #expect(try desk.audited().code == 0)
    }

    /// Root may read everything. Writing into somebody's store would leave files that its owner cannot use.
    @Test func `is refused to root as well`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder)
        let head = try folder.bytes(of: "D.head/checkpoint")
        try give(folder, to: Self.nobody)
        for words in Self.commands {
            let answer = try desk.run(words)
            #expect(answer.code == 2, "\(words)")
            #expect(answer.stdout.isEmpty, "\(words)")
            #expect(answer.stderr.contains("[sealed]"), "\(words)")
        }
        #expect(try folder.bytes(of: "D.head/checkpoint") == head)
        try give(folder, to: geteuid())
        #expect(try desk.audited().code == 0)
    }

    private func give(_ folder: SessionFolder, to user: UInt32) throws {
        let manager = FileManager.default
        let items = try manager.subpathsOfDirectory(atPath: folder.url.path).filter { $0.hasPrefix("D") }
        try #require(items.count > 20)
        for item in items {
            let owner: [FileAttributeKey: Any] = [.ownerAccountID: NSNumber(value: user)]
            try manager.setAttributes(owner, ofItemAtPath: folder.place(item).path)
        }
    }
}
