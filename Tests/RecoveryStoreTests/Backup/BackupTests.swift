import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryTestSupport
import Synchronization
import Testing

@testable import AccountRecovery
@testable import RecoveryStore

@Suite struct BackupTests {
    private static func place() async throws -> BackupPlace {
        try BackupPlace(await StoreDesk(limits: ["attempts_per_check: 5"], agents: []))
    }

    private static func people(_ names: [String], in store: SQLiteStore, of place: BackupPlace) async throws {
        let admin = try place.desk.service("ada", on: store)
        let lines = zip(1..., names).map { DeskCustomer.line($0, $1) }
        _ = try await admin.importAccounts(lines, skippingBad: false, progress: { _ in })
    }

    /// Everybody writes, half of them new customers with keys of their own, and meanwhile backups are made.
    @Test func `a backup that is made while 32 tasks write is one moment of the store, whole and open`() async throws {
        let place = try await Self.place()
        let store = try place.desk.open()
        try await Self.people(["first"], in: store, of: place)
        let wanted = ProofLength.choose(short: 5, long: 100)
        let isDone = DoneFlag()
        let (reports, copies, written) = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<32 {
                group.addTask {
                    var count = 0
                    while !isDone.value {
                        if task.isMultiple(of: 16) {
                            try await Self.people(["u-\(task)-\(count)"], in: store, of: place)
                        } else {
                            try await store.write(task * 1_000_000 + count)
                        }
                        count += 1
                    }
                    return count
                }
            }
            var reports: [BackupReport] = []
            var copies: [String] = []
            for _ in 0..<wanted {
                reports.append(try await place.backUp(store))
                // The seeded bug: the file is copied beside the living owner, as `cp` would.
                let copy = try place.newFolder() + "/recovery.db"
                try FileManager.default.copyItem(atPath: place.desk.folder.store + "/recovery.db", toPath: copy)
                copies.append(copy)
            }
            isDone.set()
            return (reports, copies, try await group.reduce(0, +))
        }
        try #require(written > 32)
        for report in reports { try await place.verify(report.dataFile, report.keysFile) }
        #expect(Set(reports.map(\.generation)).count == wanted)

        var found = 0
        for (report, copy) in zip(reports, copies) {
            let file = try await Self.dataFile(of: copy, as: report, at: place, store)
            do {
                try await place.verify(file, report.keysFile)
            } catch is StoreError {
                found += 1
            }
        }
        #expect(found == wanted)
        try await store.close()
        try Figure(
            "R24",
            "a backup while 32 tasks write restores, whole and open",
            covered: [.init(reports.count, "backups"), .init(written, "writes meanwhile")],
            bad: 0,
            control: "the file copied beside its owner: \(found) of \(wanted) found"
        ).report()
    }

    /// A data file as it would be, had somebody copied the database instead of asking its owner.
    private static func dataFile(
        of copy: String,
        as report: BackupReport,
        at place: BackupPlace,
        _ store: SQLiteStore
    ) async throws -> String {
        let sealing = try await place.keys(store).sealing(
            .data,
            report.generation,
            at: UnixTime(seconds: report.created)
        )
        let file = try NewBackupFile(at: place.newFolder() + "/data.rvb", sealing)
        try file.write(framed: report.manifest)
        try file.write(contentsOf: copy) { _, _ in }
        try file.finish()
        try file.publish()
        return file.path
    }

    @Test func `has no key of a subject in the data file, in no free page either`() async throws {
        let place = try await Self.place()
        let store = try place.desk.open()
        try await Self.people(["u-101", "u-102"], in: store, of: place)
        let report = try await place.backUp(store)
        let rows = try await store.read { reader in
            try reader.vault.subjects(after: nil, limit: 10).flatMap { try reader.vault.subjectKeys(of: $0.subject) }
        }
        try #require(rows.count == 6)
        let folder = try place.newFolder()
        let restored = try RestoredStore(
            BackupFile(report.dataFile, keys: await place.keys()),
            in: folder,
            tenant: place.desk.installation.tenant
        )
        let bytes = try #require(FileManager.default.contents(atPath: folder + "/recovery.db"))
        // Something else that the database holds is found, so that looking is known to work.
        let field = try restored.read { try $0.vault.fields(of: rows[0].subject)[0].envelope }
        #expect(bytes.range(of: Data(field[16..<40])) != nil)
        for row in rows { #expect(bytes.range(of: Data(row.wrapped[16..<40])) == nil) }
        try await store.close()
    }

    @Test func `refuses every truncation, and any flipped bit of header and body`() async throws {
        let place = try await Self.place()
        let store = try place.desk.open()
        try await Self.people(["u-101"], in: store, of: place)
        let report = try await place.backUp(store)
        try await store.close()
        let keys = try await place.keys()
        for path in [report.keysFile, report.dataFile] {
            let bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
            let other = try place.newFolder() + "/changed.rvb"
            func isRefused(_ changed: [UInt8]) throws -> Bool {
                try Data(changed).write(to: URL(fileURLWithPath: other))
                do {
                    try BackupFile(other, keys: keys).read { _ in }
                    return false
                } catch is StoreError {
                    return true
                } catch is ServiceError {
                    return true
                }
            }
            #expect(try !isRefused(bytes))
            // The data file is long, and each of its bytes is read for each change.
            let count = ProofLength.choose(short: path == report.keysFile ? 200 : 20, long: 2000)
            let ends = Array(0..<240) + spread(240..<bytes.count, count) + Array(bytes.count - 20..<bytes.count)
            for end in ends { #expect(try isRefused(Array(bytes.prefix(end))), "cut at \(end)") }
            #expect(try isRefused(bytes + [0]))
            for bit in spread(0..<168 * 8, count) + spread(168 * 8..<bytes.count * 8, count) {
                var changed = bytes
                changed[bit / 8] ^= 1 << (bit % 8)
                #expect(try isRefused(changed), "bit \(bit)")
            }
        }
    }

    private func spread(_ range: Range<Int>, _ count: Int) -> [Int] {
        Array(stride(from: range.lowerBound, to: range.upperBound, by: max(1, range.count / count)))
    }

    @Test func `takes keys of the same installation and of no older generation, and drops those of strangers`()
        async throws
    {
        let place = try await Self.place()
        let store = try place.desk.open()
        try await Self.people(["u-101"], in: store, of: place)
        let older = try await place.backUp(store)
        try await Self.people(["u-102"], in: store, of: place)
        let newer = try await place.backUp(store)
        try await store.close()
        // Newer keys open older data, and what they open besides is not taken.
        let (_, counts, _) = try await place.assemble(older.dataFile, newer.keysFile)
        #expect(counts == RestoredStore.KeyCounts(taken: 3, unknown: 3, erased: 0))
        let error = await #expect(throws: StoreError.self) {
            try await place.assemble(newer.dataFile, older.keysFile)
        }
        #expect("\(String(describing: error))".contains("older than the data"))

        let restored = try RestoredStore(
            BackupFile(older.dataFile, keys: await place.keys()),
            in: place.newFolder(),
            tenant: place.desk.installation.tenant
        )
        let sealing = try await Self.foreignKeys(place, newer)
        let foreign = await #expect(throws: StoreError.self) {
            try restored.take(BackupFile(sealing, keys: await place.keys()), keys: await place.keys(), except: [])
        }
        #expect("\(String(describing: foreign))".contains("another installation"))
        // Data where keys belong, and the other way round.
        #expect(throws: StoreError.self) {
            try restored.take(
                BackupFile(newer.dataFile, keys: sealingKeys(place)),
                keys: sealingKeys(place),
                except: []
            )
        }
    }

    private func sealingKeys(_ place: BackupPlace) throws -> BackupKeys {
        try BackupKeys(tenant: place.desk.installation.tenant, source: place.desk.keys.source)
    }

    /// A key file with the same keys of roles, of another installation.
    private static func foreignKeys(_ place: BackupPlace, _ report: BackupReport) async throws -> String {
        let store = try place.desk.open()
        let keys = try await place.keys(store, tenant: [UInt8](repeating: 3, count: 16))
        let sealing = try keys.sealing(.subjectKeys, report.generation, at: UnixTime(seconds: report.created))
        let file = try NewBackupFile(at: place.newFolder() + "/keys.rvb", sealing)
        try file.write(framed: report.manifest)
        try file.finish()
        try file.publish()
        try await store.close()
        return file.path
    }

    @Test func `a scratch folder that a killed process left is removed, and one that is in use is not`() throws {
        let parent = FileManager.default.temporaryDirectory.path + "/scratch-" + UUID().uuidString
        try BackupPlace.make(parent)
        defer { try? FileManager.default.removeItem(atPath: parent) }
        let tenant = [UInt8](repeating: 5, count: 16)
        var first: Scratch? = try Scratch(in: parent, tenant: tenant)
        let place = try #require(first?.folder)
        try StoreFolder.makePrivate(file: place + "/copy.db")
        // As a killed process leaves it: no lock, and something in it.
        let left = place.dropLast(16) + String(repeating: "0", count: 16)
        try BackupPlace.make(String(left))
        try StoreFolder.makePrivate(file: left + "/copy.db")
        var second: Scratch? = try Scratch(in: parent, tenant: tenant)
        withExtendedLifetime(second) {
            #expect(FileManager.default.fileExists(atPath: place + "/copy.db"))
            #expect(!FileManager.default.fileExists(atPath: String(left)))
        }
        withExtendedLifetime(first) {}
        (first, second) = (nil, nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == [])
    }

    @Test func `refuses one folder for both files, and replaces no backup`() async throws {
        let place = try await Self.place()
        let store = try place.desk.open()
        try await Self.people(["u-101"], in: store, of: place)
        let scratch = try Scratch(in: place.newFolder(), tenant: place.desk.installation.tenant)
        let keys = try await place.keys(store)
        let error = await #expect(throws: StoreError.self) {
            try await store.backUp(
                dataFolder: place.dataFolder,
                keysFolder: place.dataFolder + "/.",
                scratch: scratch,
                keys: keys,
                restores: 0,
                actor: "ada"
            )
        }
        #expect("\(String(describing: error))".contains("beside the data file"))
        let report = try await place.backUp(store)
        #expect(throws: StoreError.self) {
            try NewBackupFile(at: report.dataFile, keys.sealing(.data, report.generation, at: UnixTime(seconds: 0)))
        }
        // Nothing is left in scratch folders, and no draft beside the files.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: place.dataFolder) == ["data-\(report.generation).rvb"]
        )
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: place.keysFolder) == ["keys-\(report.generation).rvb"]
        )
        try await store.close()
    }
}

/// Set once, when the backups are made.
private final class DoneFlag: Sendable {
    private let isSet = Mutex(false)

    var value: Bool { isSet.withLock { $0 } }
    func set() { isSet.withLock { $0 = true } }
}
