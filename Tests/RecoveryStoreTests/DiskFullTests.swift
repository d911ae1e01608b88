import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import RecoveryTestSupport
import Testing

@Suite(.enabled(if: SmallDisk.isAvailable, "needs root and mount(8) for a small disk")) struct DiskFullTests {
    @Test func `says so in the log, seals its epoch, and goes on when there is room`() async throws {
        let disk = try SmallDisk(size: 4 << 20)
        let workshop = try Workshop().moved(to: disk.path)
        let store = try workshop.create { $0.reserveSize = 512 << 10 }
        try await store.write(0)
        try disk.fill()
        var refused: Int?
        for number in 1..<2000 {
            do {
                try await store.write(number)
            } catch StoreError.full {
                refused = number
                break
            }
        }
        let last = try #require(refused)
        #expect(try await store.read { try $0.record(Note.self, "\(last)") } == nil)
        #expect(try await store.read { try $0.record(Note.self, "\(last - 1)") } != nil)
        let words = try await store.everything().suffix(2)
        #expect(words.map(\.type) == [16, 3])
        #expect(try words.first?.parsedPayload()["event"]?.string == "audit.full")
        await #expect(throws: StoreError.full) { try await store.write(5000) }

        try disk.empty()
        try await store.write(5001)
        let records = try await store.everything().suffix(2)
        #expect(records.map(\.type) == [2, 16])
        let verdict = try await store.verifyLog(try workshop.verification())
        #expect(verdict.outcome == .intact, "\(verdict.findings)")
        try await store.close()
        try await workshop.open().close()
        withExtendedLifetime(disk) {}
    }

    @Test func `refuses a change where there is no room for the reserve`() async throws {
        let disk = try SmallDisk(size: 4 << 20)
        let workshop = try Workshop().moved(to: disk.path)
        try await workshop.settled()
        try FileManager.default.removeItem(atPath: workshop.data + "/reserve")
        let store = try workshop.open { $0.reserveSize = 16 << 20 }
        await #expect(throws: StoreError.full) { try await store.write(1) }
        #expect(try await store.types() == [1, 16, 16, 16, 3])
        try await store.close()
        withExtendedLifetime(disk) {}
    }
}

/// A file system of its own in memory, of a size that is soon used up.
final class SmallDisk {
    let path: String

    static let isAvailable: Bool = {
        guard geteuid() == 0, let disk = try? SmallDisk(size: 1 << 20) else { return false }
        return !disk.path.isEmpty
    }()

    init(size: Int) throws {
        path = FileManager.default.temporaryDirectory.path + "/disk-" + Random.bytes(8).hexadecimal
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        guard try Self.run("mount", "-t", "tmpfs", "-o", "size=\(size),mode=700", "none", path) == 0 else {
            try FileManager.default.removeItem(atPath: path)
            throw CocoaError(.fileWriteUnknown)
        }
    }

    deinit {
        _ = try? Self.run("umount", "-l", path)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Takes all room there is.
    func fill() throws {
        try #require(FileManager.default.createFile(atPath: path + "/filler", contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path + "/filler"))
        // Closed here: a removed file gives its room back when its last user lets go.
        defer { try? file.close() }
        for size in [65_536, 4096] {
            do {
                while true { try file.write(contentsOf: Data(count: size)) }
            } catch {
                continue
            }
        }
    }

    func empty() throws {
        try FileManager.default.removeItem(atPath: path + "/filler")
    }

    private static func run(_ program: String, _ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
