import AccountRecovery
import Foundation
import GRDB
import RecoveryTestSupport
import Testing

@testable import RecoveryStore

@Suite struct OpeningTests {
    @Test func `reads every setting back from the open connection`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let answers = try await store.writer.exclusively { database, _ in
            try Opening.settings.map { try Opening.value(of: $0.name, in: database) ?? "" }
        }
        #expect(answers == ["exclusive", "wal", "2", "1", "1", "0", "2", "1", "0"])
        try await store.close()
    }

    @Test(arguments: [
        ("locking_mode", "NORMAL"), ("synchronous", "NORMAL"), ("secure_delete", "OFF"), ("foreign_keys", "OFF"),
        ("trusted_schema", "ON"), ("temp_store", "FILE"), ("cell_size_check", "OFF"),
    ])
    func `refuses a connection with a weaker setting`(pragma: String, value: String) async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let refusal = try await store.writer.exclusively { database, _ in
            _ = try Row.fetchAll(database, sql: "PRAGMA \(pragma)=\(value)")
            return try storeError { try Opening.requireSettings(of: database) }
        }
        guard case .refused(let text) = refusal else {
            Issue.record("another error: \(refusal)")
            return
        }
        #expect(text.hasPrefix("SQLite keeps \(pragma) at "))
    }

    @Test(arguments: [("3.36.0", false), ("3.36.9", false), ("3.37.0", true), ("3.40.1", true), ("3.51.3", true)])
    func `accepts SQLite from 3.37 on`(text: String, isAccepted: Bool) throws {
        let version = try #require(SQLiteVersion(text))
        if isAccepted {
            try version.requireSupport()
        } else {
            #expect(
                throws: StoreError.refused("SQLite \(text) has no STRICT tables; install 3.37.0 or newer")
            ) { try version.requireSupport() }
        }
    }

    @Test(arguments: [0o000, 0o022, 0o077] as [mode_t])
    func `makes private files whatever umask says`(mask: mode_t) async throws {
        let workshop = try Workshop()
        // The mask belongs to the process: tests that run meanwhile make their files through the same calls.
        let before = umask(mask)
        let created = Result { try workshop.create() }
        umask(before)
        let store = try created.get()
        try await store.write(1)
        #expect(try workshop.mode(workshop.data) == 0o700)
        #expect(try workshop.mode(workshop.data + ".head") == 0o700)
        let names = try FileManager.default.contentsOfDirectory(atPath: workshop.data).sorted()
        #expect(names == ["epoch.key", "lock", "recovery.db", "recovery.db-wal", "reserve"])
        for name in names { #expect(try workshop.mode(workshop.data + "/" + name) == 0o600, "\(name)") }
        #expect(try workshop.mode(workshop.head) == 0o600)
        try await store.close()
    }

    private static let privateFiles = ["recovery.db", "lock", "epoch.key", "reserve"]

    @Test(arguments: privateFiles)
    func `refuses a file that others can read`(name: String) async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        let path = workshop.data + "/" + name
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: StoreError.refused("\(path) is open to others (mode 644); run chmod 600 \(path)")) {
            try workshop.open()
        }
    }

    @Test(arguments: privateFiles + ["recovery.db-wal", "recovery.db-journal"])
    func `refuses a symbolic link in the place of a file`(name: String) async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        let path = workshop.data + "/" + name
        let elsewhere = workshop.root + "/elsewhere"
        if FileManager.default.fileExists(atPath: path) {
            try FileManager.default.moveItem(atPath: path, toPath: elsewhere)
        }
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: elsewhere)
        #expect(throws: StoreError.refused("\(path) is a symbolic link; put the file itself there")) {
            try workshop.open()
        }
    }

    @Test(arguments: privateFiles)
    func `refuses a file with a second name`(name: String) async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        let path = workshop.data + "/" + name
        try FileManager.default.linkItem(atPath: path, toPath: workshop.root + "/second")
        #expect(throws: StoreError.refused("\(path) has a second name somewhere; remove the other hard link")) {
            try workshop.open()
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"), arguments: privateFiles)
    func `refuses a file of another user`(name: String) async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        let path = workshop.data + "/" + name
        try FileManager.default.setAttributes([.ownerAccountID: 12345], ofItemAtPath: path)
        let text = "\(path) belongs to user 12345, not to 0; run as its owner, or chown it"
        #expect(throws: StoreError.refused(text)) { try workshop.open() }
    }

    @Test func `refuses a folder that lets others in, or is a link`() async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: workshop.data)
        let open = "\(workshop.data) lets others in (mode 750); run chmod 700 \(workshop.data)"
        #expect(throws: StoreError.refused(open)) { try workshop.open() }
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: workshop.data)
        let link = workshop.root + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: workshop.data)
        #expect(throws: StoreError.refused("\(link) is a symbolic link; name the folder it points to")) {
            try SQLiteStore.open(at: link, keys: try workshop.keys(), options: workshop.options())
        }
    }

    @Test func `refuses a folder without a store, and a store in the place of a new one`() async throws {
        let workshop = try Workshop()
        #expect(
            throws: StoreError.refused("there is no folder \(workshop.data); run recoveryctl init, or correct the path")
        ) { try workshop.open() }
        try await workshop.settled()
        #expect(throws: StoreError.refused("\(workshop.epochKey) exists already; it belongs to another log")) {
            try workshop.create()
        }
    }

    @Test func `refuses the database of another application or of a newer version`() async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        try workshop.tamper("PRAGMA user_version=3")
        #expect(throws: StoreError.refused("the database has version 3, this program knows 2; use a newer program")) {
            try workshop.open()
        }
        try workshop.tamper("PRAGMA user_version=2; PRAGMA application_id=77")
        #expect(throws: StoreError.refused("the database belongs to another application; correct the path")) {
            try workshop.open()
        }
    }

    @Test func `refuses a file that is no database`() async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        var bytes = try workshop.bytes(\.database)
        bytes.replaceSubrange(0..<16, with: Array("not a database!!".utf8))
        try Data(bytes).write(to: URL(fileURLWithPath: workshop.database))
        let refusal = try storeError { try workshop.open() }
        guard case .corrupt = refusal else {
            Issue.record("another error: \(refusal)")
            return
        }
    }

    @Test func `refuses a second owner with the name of the first, and lets it in afterwards`() async throws {
        let workshop = try Workshop()
        let first = try workshop.create()
        for _ in 0..<100 {
            #expect(throws: StoreError.owned(by: "workshop, process \(getpid())")) { try workshop.open() }
        }
        try await first.write(1)
        try await first.close()
        try await workshop.open().close()
    }

    // A crash between the sync of the new key file and its renaming.
    @Test func `keeps no secret of an epoch that a crash left beside its file`() async throws {
        let workshop = try Workshop()
        try await workshop.create().close()
        let names = ["/.epoch.key.0123456789abcdef", "/.epoch.key.another", "/.another.key.0123456789abcdef"]
        for name in names { try Data([1]).write(to: URL(fileURLWithPath: workshop.data + name)) }
        let store = try workshop.open()
        try await store.write(1)
        try await store.close()
        let left = names.filter { FileManager.default.fileExists(atPath: workshop.data + $0) }
        #expect(left == Array(names.dropFirst()))
    }

    @Test func `waits for an owner that is about to let go`() async throws {
        let workshop = try Workshop()
        let first = try workshop.create()
        async let second = Task.detached { try workshop.open { $0.ownerWait = .seconds(20) } }.value
        try await first.close()
        try await second.close()
    }

    @Test func `refuses every call after it was closed`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        try await store.close()
        let closed = StoreError.refused("the store is closed; open it again")
        await #expect(throws: closed) { try await store.write(1) }
        await #expect(throws: closed) { try await store.read { try $0.nextPosition } }
        await #expect(throws: closed) { try await store.checkpoint() }
    }

    @Test func `finds a damaged page when asked to`() async throws {
        let workshop = try Workshop()
        try await workshop.settled(changes: 50)
        var store = try workshop.open()
        try await store.verifyPages()
        try await store.close()
        try workshop.tamper("PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE name = 'record_owner'")
        store = try workshop.open()
        let error = await #expect(throws: StoreError.self) { try await store.verifyPages() }
        guard case .corrupt? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }
}
