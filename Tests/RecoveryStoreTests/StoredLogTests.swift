import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import RecoveryTestSupport
import Testing

/// The log where it lies: what an auditor says of it, whole and damaged, and what is exported.
@Suite struct StoredLogTests {
    /// A closed store with more than one tile of records.
    private func longLog() async throws -> Workshop {
        let workshop = try Workshop()
        let store = try workshop.create()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 { group.addTask { try await store.write(number) } }
            try await group.waitForAll()
        }
        try await store.close()
        return workshop
    }

    private func verdict(of workshop: Workshop) async throws -> Verdict {
        let store = try workshop.open()
        return try await store.verifyLog(try workshop.verification())
    }

    @Test func `is intact after three hundred changes and three lives`() async throws {
        let workshop = try await longLog()
        for number in 300..<302 {
            let store = try workshop.open()
            try await store.write(number)
            try await store.close()
        }
        let verdict = try await verdict(of: workshop)
        #expect(verdict.outcome == .intact, "\(verdict.findings)")
        #expect(verdict.size == 308)
        #expect(verdict.macs == .checked)
    }

    @Test func `proves records on both sides of a tile, with what is stored of the tree`() async throws {
        let workshop = try await longLog()
        let store = try workshop.open()
        let size = try await store.logSize()
        try #require(size > 257)
        let positions = [0, 1, 254, 255, 256, 257, size - 1]
        let receipts = try await store.receipts(of: positions)
        #expect(receipts.map(\.index) == positions)
        let key = VKey(try workshop.keys().identity)
        for receipt in receipts {
            let proven = try receipt.prove(log: key, policy: nil, now: workshop.clock.now())
            #expect(proven.record.seq == receipt.index && proven.checkpoint.size == size)
        }
        await #expect(throws: StoreError.refused("the log has no record \(size)")) {
            try await store.receipts(of: [size])
        }
        try await store.close()
    }

    @Test(arguments: [
        ("a payload", 100, FindingCode.mac), ("a MAC", -1, .mac), ("a sequence number", 15, .seq),
    ])
    func `shows a flipped bit in`(part: String, offset: Int, code: FindingCode) async throws {
        let workshop = try await longLog()
        let store = try workshop.open()
        var entry = try await store.records(in: 5..<6)[0].record.entry
        try await store.close()
        entry[offset < 0 ? entry.count + offset : offset] ^= 1
        try workshop.tamper("UPDATE audit_entry SET entry = x'\(entry.hexadecimal)' WHERE seq = 5")
        let verdict = try await verdict(of: workshop)
        #expect(verdict.code == code, "\(verdict.findings)")
        #expect(verdict.firstBadSeq == 5)
    }

    @Test(arguments: [
        ("UPDATE audit_index SET case_ref = 'C-9' WHERE seq = 7", FindingCode.indexShadow),
        ("DELETE FROM audit_index WHERE seq = 7", .indexMissing),
        ("UPDATE audit_entry SET leaf = zeroblob(32) WHERE seq = 7", .leafMismatch),
    ])
    func `shows what is derived wrongly`(sql: String, code: FindingCode) async throws {
        let workshop = try await longLog()
        try workshop.tamper(sql)
        let verdict = try await verdict(of: workshop)
        #expect(verdict.code == code, "\(verdict.findings)")
        #expect(verdict.firstBadSeq == 7)
    }

    @Test(arguments: [
        "UPDATE audit_tile SET hash = zeroblob(32)", "UPDATE audit_entry SET leaf = zeroblob(32) WHERE seq = 290",
    ])
    func `does not start on a tree that is not the signed one`(sql: String) async throws {
        let workshop = try await longLog()
        try workshop.tamper(sql)
        let text = "fork: the first 302 records of the log are others than the head covers"
        #expect(throws: StoreError.rolledBack(text)) { try workshop.open() }
    }

    @Test(arguments: [
        ("DELETE FROM audit_entry WHERE seq = 300", "tiles of the log are missing"),
        ("DELETE FROM audit_tile", "tiles of the log are missing"),
        ("UPDATE audit_entry SET entry = zeroblob(200) WHERE seq = 301", "record 301 of the log cannot be read"),
        (
            "UPDATE audit_entry SET entry = (SELECT entry FROM audit_entry WHERE seq = 9) WHERE seq = 301",
            "the last records of the log do not belong together"
        ),
    ])
    func `does not start on a log whose end is damaged`(sql: String, text: String) async throws {
        let workshop = try await longLog()
        try workshop.tamper(sql)
        #expect(throws: StoreError.corrupt(text)) { try workshop.open() }
    }

    @Test func `does not start on a log whose end was cut`() async throws {
        let workshop = try await longLog()
        try workshop.tamper("DELETE FROM audit_entry WHERE seq = 301; DELETE FROM audit_index WHERE seq = 301")
        let text = "truncated-or-rolled-back: the head covers 302 records, the log has fewer"
        #expect(throws: StoreError.rolledBack(text)) { try workshop.open() }
    }

    @Test func `exports a bundle that an auditor finds intact`() async throws {
        let workshop = try await longLog()
        let store = try workshop.open()
        let folder = workshop.root + "/bundle"
        #expect(try await store.exportBundle(to: folder, actor: "admin-1") == 305)
        try await store.write(1000)
        let bundle = try FolderBundle(folder)
        #expect(
            bundle.files.keys.filter { !$0.hasPrefix("checkpoints/") }.sorted() == [
                "checkpoint", "index.jsonl", "log.vkey", "manifest.json", "policy", "tile/0/000", "tile/0/001.p/49",
                "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/49",
            ]
        )
        #expect(bundle.modes == [0o600])
        #expect(try workshop.mode(folder) == 0o700)
        #expect(try workshop.mode(folder + "/tile/entries") == 0o700)
        let verdict = LogVerifier(try workshop.verification()).verify(MemoryBundle(files: bundle.files))
        #expect(verdict.outcome == .intact, "\(verdict.findings)")
        #expect(verdict.size == 305)
        let types = try await store.types().suffix(6)
        // Sealed by the last process; this one opens an epoch for the export, records it and seals, and goes on.
        #expect(Array(types) == [3, 2, 16, 3, 2, 16])
        try await store.close()
    }

    /// An auditor who holds the outside head against the bundle was told that its end had been cut: closing the store
    /// after the export sealed one more epoch.
    @Test func `leaves the head where the bundle ends`() async throws {
        let workshop = try await longLog()
        let store = try workshop.open()
        let folder = workshop.root + "/bundle"
        let size = try await store.exportBundle(to: folder, actor: "admin-1")
        try await store.close()
        let head = try #require(FileManager.default.contents(atPath: workshop.head))
        #expect(String(decoding: head, as: UTF8.self).split(separator: "\n")[1] == "\(size)")
    }

    @Test func `refuses to export into a folder that exists, or with a damaged log`() async throws {
        let workshop = try await longLog()
        var store = try workshop.open()
        await #expect(
            throws: StoreError.refused("\(workshop.data) exists already; name a folder that does not")
        ) { try await store.exportBundle(to: workshop.data, actor: "admin-1") }
        try await store.close()
        try workshop.tamper("UPDATE audit_entry SET entry = zeroblob(150) WHERE seq = 9")
        store = try workshop.open()
        let folder = workshop.root + "/bundle"
        await #expect(throws: StoreError.corrupt("record 9 of the log is missing or cannot be read")) {
            try await store.exportBundle(to: folder, actor: "admin-1")
        }
        #expect(!FileManager.default.fileExists(atPath: folder + "/checkpoint"))
    }

    @Test func `exports while others write`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let folder = workshop.root + "/bundle"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 { group.addTask { try await store.write(number) } }
            group.addTask { try await store.exportBundle(to: folder, actor: "admin-1") }
            try await group.waitForAll()
        }
        let verdict = LogVerifier(try workshop.verification()).verify(
            MemoryBundle(files: try FolderBundle(folder).files)
        )
        #expect(verdict.outcome == .intact, "\(verdict.findings)")
        try await store.close()
    }

    @Test func `is verified where it lies while others write`() async throws {
        let workshop = try await longLog()
        let store = try workshop.open()
        let options = try workshop.verification()
        let verdicts = try await withThrowingTaskGroup(of: Verdict?.self) { group in
            for number in 0..<400 {
                group.addTask {
                    try await store.write(number)
                    return nil
                }
            }
            for _ in 0..<4 { group.addTask { try await store.verifyLog(options) } }
            return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
        #expect(verdicts.count == 4)
        for verdict in verdicts { #expect(verdict.outcome == .intact && verdict.size >= 302, "\(verdict.text)") }
        let last = try await store.verifyLog(options)
        #expect(last.outcome == .intact && last.size >= 702)
        try await store.close()
    }

    @Test func `shows index rows of records that are not there`() async throws {
        let workshop = try await longLog()
        try workshop.tamper("INSERT INTO audit_index(seq, type, time_us) VALUES (100000, 16, 1)")
        let store = try workshop.open()
        let verdict = try await store.verifyLog(try workshop.verification())
        #expect(verdict.outcome == .tampered && verdict.code == .indexExtra, "\(verdict.text)")
        try await store.close()
    }

    @Test func `lets nothing but its append function write records`() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let names = try #require(FileManager.default.enumerator(atPath: sources.path)).compactMap { $0 as? String }
            .filter { $0.hasSuffix(".swift") }
        #expect(names.contains("RecoveryStore/Log/LogTables.swift"))
        let writers = try names.filter { name in
            try String(contentsOf: sources.appending(path: name), encoding: .utf8)
                .contains(/(INSERT( OR [A-Z]+)? INTO|UPDATE|DELETE FROM) audit_entry/)
        }
        #expect(writers == ["RecoveryStore/Log/LogTables.swift"])
    }
}

/// The files of a bundle in a folder, by path, and their modes.
struct FolderBundle {
    var files: [String: [UInt8]] = [:]
    var modes: Set<Int> = []

    init(_ folder: String) throws {
        let names = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
        for name in names {
            let path = folder + "/" + name
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            files[name] = [UInt8](try #require(FileManager.default.contents(atPath: path)))
            modes.insert(try #require(attributes[.posixPermissions] as? NSNumber).intValue)
        }
    }
}
