import Foundation
import RecoveryTestSupport
import Testing

/// Whatever the mask says, what a program writes is for its user alone; and what is secret is read from a plain file
/// of one name that nobody else may read, or not at all.
@Suite(.serialized)
struct PrivateFilesTests {
    @Test func `every file is private under a mask that takes nothing away`() throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder, umask: 0)
        let name = String(
            try #require(
                desk.done("--as", "mia", "case", "open", "u-1001", "--purpose", "reset-totp", "--channel", "phone")
                    .firstMatch(of: /C-[0-9A-Z]{10}/)
            ).output
        )
        let saved = try #require(folder.text(ofNewestAt: "saved.codes").split(separator: "\n").first)
        let check = ["--as", "mia", "case", "check", name]
        #expect(try desk.run(check + ["saved-code", "--code-stdin"], stdin: saved + "\n").code == 0)
        #expect(try desk.run(check + ["issued-code", "--send", "email"]).code == 0)
        let letter = try folder.text(ofNewestAt: "D/outbox/new")
        let code = try #require(letter.firstMatch(of: /Your code is: ([0-9]{8})/)?.1)
        #expect(try desk.run(check + ["issued-code", "--code-stdin"], stdin: code + "\n").code == 0)
        #expect(try desk.run(["--as", "mia", "case", "decide", name]).code == 12)
        try desk.done("--as", "sam", "approval", "grant", name)
        try desk.done("--as", "mia", "case", "decide", name)
        try desk.done("--as", "mia", "case", "restore", name, "--ticket-out", "ticket")
        try desk.done("enrolment", "redeem", "--ticket-file", "ticket", "--uri-file", "new.uri", "--qr", "png:new.png")
        try desk.done("connector", "deliver", "--as", "ada")
        try desk.done("--as", "ada", "audit", "export", "bundle")

        let written = [
            "D", "D.head", "bundle", "phone.uri", "saved.codes", "ticket", "new.uri", "new.png",
        ]
        let files = try PrivateFiles(below: folder.url, written)
        for part in [
            "D/outbox/new/", "D/keys/", "D/people/", "D.head/", "bundle/",
        ] {
            try #require(files.entries.contains { $0.hasPrefix(part) }, "nothing in \(part)")
        }
        #expect(files.open == [])

        // The control: what is open, a file, a folder or a link, is found wherever it lies.
        let manager = FileManager.default
        try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.place("D/keys/pii.key").path)
        try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.place("D/people").path)
        try manager.createSymbolicLink(atPath: folder.place("bundle/link").path, withDestinationPath: "/dev/null")
        let opened = try PrivateFiles(below: folder.url, written)
        let found: Set = ["D/keys/pii.key has mode 644", "bundle/link is a link", "D/people has mode 755"]
        #expect(Set(opened.open) == found)
        let refused = try refuseEverySecret()
        try Figure(
            "R17",
            "private files, and no others are read",
            covered: [
                .init(files.entries.count, "files and folders under mask 000"),
                .init(refused.files, "secret files"), .init(refused.refusals, "links and open modes refused"),
            ],
            bad: 0,
            control: "a file of mode 0644, a folder of mode 0755 and a link in the same tree"
        ).report()
    }

    /// What a command says of each way in which a secret file can be somebody else's business.
    private static let ways: [(name: String, said: [String])] = [
        ("symbolic link", ["symbolic link"]), ("hard link", ["hard link"]),
        ("open mode", ["chmod 600", "can be read or written by others"]),
    ]

    /// Every file of the installation, but for what is public and the letters, with a command that reads it.
    private static let readers: [String: [String]] = [
        "D/installation.json": ["status"], "D/keys/log.key": ["status"], "D/keys/grant.key": ["status"],
        "D/keys/pii.key": ["status"], "D/keys/match.key": ["status"], "D/keys/auth.key": ["status"],
        "D/keys/sys.key": ["status"], "D/keys/epoch.key": ["status"], "D/store/recovery.db": ["status"],
        "D/store/lock": ["status"], "D/store/reserve": ["status"], "D.head/checkpoint": ["status"],
        "D.head/erasures": ["status"],
        "D/people/ada.key": ["--as", "ada", "agent", "list"], "D/people/mia.key": ["--as", "mia", "case", "list"],
        "D/people/sam.key": ["--as", "sam", "approval", "list"],
        "D/people/vera.auditor-key": [
            "audit", "verify", "--auditor-key", "D/people/vera.auditor-key", "--auditor-kid", "vera",
        ],
    ]
    /// Public, or gone when a program has closed the store.
    private static let others = ["D/keys/log.vkey", "D/keys/grant.pub", "D/store/recovery.db-wal"]

    private func refuseEverySecret() throws -> (files: Int, refusals: Int) {
        let folder = try SessionFolder()
        defer { folder.discard() }
        let desk = try Desk(in: folder)
        let files = try folder.files(except: ["D/outbox"]).filter { $0.hasPrefix("D/") || $0.hasPrefix("D.head/") }
        #expect(Set(files).subtracting(Self.others) == Set(Self.readers.keys))
        let manager = FileManager.default
        var refusals = 0
        for (file, words) in Self.readers.sorted(by: { $0.key < $1.key }) {
            let place = try folder.place(file).path
            let kept = try folder.place("kept").path
            for way in Self.ways {
                let before = try Data(contentsOf: folder.place(file))
                switch way.name {
                case "symbolic link":
                    try manager.moveItem(atPath: place, toPath: kept)
                    try manager.createSymbolicLink(atPath: place, withDestinationPath: kept)
                case "hard link": try manager.linkItem(atPath: place, toPath: kept)
                default: try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: place)
                }
                let answer = try desk.run(words)
                let what: Comment = "\(file) as \(way.name): \(answer.code) \(answer.stdout)\(answer.stderr)"
                #expect(answer.code != 0 && answer.stdout.isEmpty, what)
                #expect(answer.stderr.contains(file) && way.said.contains(where: answer.stderr.contains), what)
                #expect(try Data(contentsOf: folder.place(file)) == before, what)
                if way.name == "symbolic link" { try manager.removeItem(atPath: place) }
                if way.name == "hard link" { try manager.removeItem(atPath: kept) }
                if manager.fileExists(atPath: kept) { try manager.moveItem(atPath: kept, toPath: place) }
                try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place)
                refusals += 1
            }
            #expect(try desk.run(words).code == 0, "\(file)")
        }
        return (Self.readers.count, refusals)
    }
}
