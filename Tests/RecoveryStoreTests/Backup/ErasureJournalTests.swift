import Foundation
import RecoveryCrypto
import Testing

@testable import AccountRecovery
@testable import RecoveryStore

/// The journal of erasures outside of the database (vault.md §16).
@Suite struct ErasureJournalTests {
    private static func mark(_ number: UInt8) -> Tombstone {
        Tombstone(mark: [UInt8](repeating: number, count: 16), at: 1_800_000_000 + Int64(number))
    }

    private static func erase(_ number: UInt8, in store: SQLiteStore) async throws {
        try await store.commit { transaction in
            try transaction.put(.tombstone(mark: mark(number).mark, at: mark(number).at))
            return Recorded((), .assign(Int(number)))
        }
    }

    private static func journal(of shop: Workshop) -> ErasureJournal {
        ErasureJournal(path: shop.data + ".head/erasures")
    }

    @Test func `has a line for each erasure when it was acknowledged, in the order of the log`() async throws {
        let shop = try Workshop()
        let store = try shop.create()
        #expect(try Self.journal(of: shop).read().isEmpty)
        for number: UInt8 in [3, 1, 2] {
            try await Self.erase(number, in: store)
            #expect(try Self.journal(of: shop).read().last == Self.mark(number))
        }
        try await store.close()
        let text = try #require(FileManager.default.contents(atPath: shop.data + ".head/erasures"))
        let first = "RVE1 03030303030303030303030303030303 1800000003\n"
        #expect(String(decoding: text, as: UTF8.self).hasPrefix(first))
        #expect(try shop.mode(shop.data + ".head/erasures") == 0o600)
    }

    @Test(arguments: [0, 1, 48, 49, 60, 97]) func `is mended at the next start where a crash cut it off`(size: Int)
        async throws
    {
        let shop = try Workshop()
        let store = try shop.create()
        for number: UInt8 in [1, 2] { try await Self.erase(number, in: store) }
        try await store.close()
        let path = shop.data + ".head/erasures"
        let whole = try #require(FileManager.default.contents(atPath: path))
        try #require(whole.count == 98)
        try whole.prefix(size).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        if size % 49 != 0 { #expect(throws: StoreError.self) { try Self.journal(of: shop).read() } }
        try await shop.open().close()
        #expect(FileManager.default.contents(atPath: path) == whole)
    }

    @Test func `an older store than the journal knows does not start`() async throws {
        let shop = try Workshop()
        let store = try shop.create()
        try await Self.erase(1, in: store)
        try await store.close()
        try Self.journal(of: shop).append([Self.mark(2)])
        guard case .rolledBack = try storeError({ try shop.open() }) else {
            Issue.record("another refusal")
            return
        }
    }

    @Test(arguments: ["RVE2 01 5\n", "RVE1 0102 5\n", "RVE1 " + String(repeating: "0A", count: 16) + " 5\n", "\n"])
    func `reads nothing that is not written as it writes`(line: String) throws {
        let path = FileManager.default.temporaryDirectory.path + "/journal-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(atPath: path) }
        let journal = ErasureJournal(path: path + "/erasures")
        try journal.create([Self.mark(1)])
        #expect(try journal.read() == [Self.mark(1)])
        let file = try #require(FileHandle(forUpdatingAtPath: journal.path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(line.utf8))
        #expect(throws: StoreError.self) { try journal.read() }
    }
}
