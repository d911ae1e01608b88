import AccountRecovery
import Foundation
import RecoveryStore
import Synchronization
import Testing

/// What is exported while others write is one moment of the log, and the auditor's program finds it whole.
@Suite struct BusyExportTests {
    private static let writers = 4
    private static let exports = 3

    @Test func `exports one moment of the log while others write`() async throws {
        let folder = try SessionFolder()
        defer { folder.discard() }
        _ = try Desk(in: folder)
        let owner = try StoreOwner(of: folder.url)
        let store = try owner.open(below: folder.url.path, by: WallClock())
        // More than one file of entries, so that an export has something to do.
        for number in 0..<300 { try await write("first-\(number)", to: store) }

        let progress = Progress()
        let sizes = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for writer in 0..<Self.writers {
                group.addTask {
                    var number = 0
                    while !progress.isOver.load(ordering: .acquiring) {
                        try await write("\(writer)-\(number)", to: store)
                        progress.written.add(1, ordering: .relaxed)
                        number += 1
                    }
                    return []
                }
            }
            group.addTask {
                // Whatever becomes of the exports, the writers have an end.
                defer { progress.isOver.store(true, ordering: .releasing) }
                var sizes: [UInt64] = []
                for number in 0..<Self.exports {
                    let before = progress.written.load(ordering: .relaxed)
                    sizes.append(try await store.exportBundle(to: folder.url.path + "/bundle-\(number)", actor: "ada"))
                    progress.meanwhile.add(progress.written.load(ordering: .relaxed) - before, ordering: .relaxed)
                }
                return sizes
            }
            var sizes: [UInt64] = []
            for try await some in group { sizes += some }
            return sizes
        }
        try await store.close()
        try #require(sizes.count == Self.exports && sizes == sizes.sorted())
        try #require(progress.meanwhile.load(ordering: .relaxed) >= Self.exports, "nobody wrote during the exports")

        for (number, size) in sizes.enumerated() {
            let answer = try verify("bundle-\(number)", in: folder)
            #expect(answer.code == 0, "\(answer.stdout)")
            #expect(answer.stdout.hasPrefix("OK\n") && answer.stdout.contains("records       \(size), "))
        }
        // The control: files of two moments are no bundle, or the exports would be found whole whatever is in them.
        let mixed = folder.url.appending(path: "bundle-0/checkpoint")
        try FileManager.default.removeItem(at: mixed)
        try FileManager.default.copyItem(at: folder.url.appending(path: "bundle-1/checkpoint"), to: mixed)
        let answer = try verify("bundle-0", in: folder)
        #expect(answer.code == 1 && answer.stdout.hasPrefix("TAMPERED manifest-mismatch\n"), "\(answer.stdout)")
    }

    private func write(_ id: String, to store: SQLiteStore) async throws {
        try await store.commit { transaction in
            try transaction.put(NoteAfterCrash(id: id))
            return Recorded((), NoteAfterCrash.event())
        }
    }

    private func verify(_ bundle: String, in folder: SessionFolder) throws -> Program.Answer {
        let auditor = ["--auditor-key", "D/people/vera.auditor-key", "--auditor-kid", "vera", "--require-macs"]
        return try AuditorProgram.answer(["verify", bundle, "--vkey", "D/keys/log.vkey"] + auditor, in: folder)
    }
}

/// What writers and the exporter tell each other.
private final class Progress: Sendable {
    let written = Atomic(0)
    /// Changes that were acknowledged while something was exported.
    let meanwhile = Atomic(0)
    let isOver = Atomic(false)
}

private struct WallClock: RecoveryClock {
    func microseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }
}
