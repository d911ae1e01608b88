import AccountRecovery
import CFloors
import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryStore

/// P4: a durable event with nothing else in its transaction, by one caller, by 16 and by 64 at once.
enum StoreBenchmark {
    private static let commits = 200
    private static let commitsOfEach = 32
    private static let groups = 64

    static func run(_ report: inout Report) async throws {
        try await Machine.withScratch { folder in
            let store = try open(folder)
            let bare = folder + "/bare.db"
            let one = try await interleaved(
                rounds: 7,
                operations: commits,
                floor: { floor_sqlite(bare, Int32(commits), 1, 0) },
                ours: { try await wallTime { try await append(commits, to: store) } }
            )
            report.add(
                "P4",
                "durable event, 1 caller",
                against: "bare SQLite, 1 row a commit",
                one,
                Target(leastRatio: 0.8),
                cause: "an event is two rows and a record made before them; the floor is one row"
            )
            try await measureTogether(&report, 16, rowsOfGroup: 16, bare, store)
            try await measureTogether(&report, 64, rowsOfGroup: 32, bare, store)
            try await comparePeers(&report, folder, store)
            try await measureGrowth(&report, store)
            try await store.close()
        }
    }

    /// Several callers at once, against the same commits without a log.
    private static func measureTogether(
        _ report: inout Report,
        _ callers: Int,
        rowsOfGroup: Int,
        _ bare: String,
        _ store: SQLiteStore
    ) async throws {
        let measurement = try await interleaved(
            rounds: 7,
            operations: callers * commitsOfEach,
            floorOperations: groups * rowsOfGroup,
            floor: { floor_sqlite(bare, Int32(groups), Int32(rowsOfGroup), 0) },
            ours: { try await wallTime { try await appendTogether(callers, to: store) } }
        )
        report.add(
            "P4",
            "durable event, \(callers) callers",
            against: "bare SQLite, \(rowsOfGroup) rows a commit",
            measurement,
            // 10,000 a second.
            callers == 64 ? Target(leastRatio: 0.5, mostNanoseconds: 100_000) : .none,
            cause: """
                of the writer's time two fifths go into the two rows of an event and an eighth into making the record, \
                and each event has a savepoint of its own; the floor is one row
                """
        )
    }

    private static func comparePeers(_ report: inout Report, _ folder: String, _ store: SQLiteStore) async throws {
        if peer_sqlcipher_is_present() == 1 {
            let path = folder + "/ciphered.db"
            let one = try await interleaved(
                rounds: 5,
                operations: commits,
                floor: { floor_sqlite(path, Int32(commits), 1, 1) },
                ours: { try await wallTime { try await append(commits, to: store) } }
            )
            report.add("P4", "durable event, 1 caller", against: "SQLCipher, raw key, 1 row a commit", one)
        } else {
            report.skip("P4", "durable event against SQLCipher", because: "libsqlcipher.so.0 is not installed")
        }
        for peer in ["Tessera", "immudb"] {
            report.skip("P4", "durable event against " + peer, because: "neither Debian 12 nor PyPI has it")
        }
    }

    /// Appending must not depend on how long the log is.
    private static func measureGrowth(_ report: inout Report, _ store: SQLiteStore) async throws {
        var growth: [(size: Int, nanoseconds: Double)] = []
        for size in [24_000, 48_000, 96_000] {
            var length = Int(try await store.read { try $0.nextPosition })
            while length < size {
                let more = (1..<max(2, min(500, size - length))).map { event($0) }
                try await store.commit { _ in Recorded((), event(0), more) }
                length = Int(try await store.read { try $0.nextPosition })
            }
            var times: [Double] = []
            for _ in 0..<3 {
                times.append(Double(try await wallTime { try await appendTogether(64, to: store) }))
            }
            growth.append((size, (times.min() ?? 0) / Double(64 * commitsOfEach)))
        }
        report.addGrowth("P4", "durable event, 64 callers, by records before", growth)
    }

    private static func event(_ number: Int) -> AuditEvent {
        AuditEvent(.event, ["case": "C-1", "event": "case.assign", "to_actor": .string("n-\(number)")])
    }

    private static func append(_ count: Int, to store: SQLiteStore) async throws {
        for number in 0..<count {
            try await store.commit { _ in Recorded((), event(number)) }
        }
    }

    private static func appendTogether(_ callers: Int, to store: SQLiteStore) async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<callers {
                group.addTask { try await append(commitsOfEach, to: store) }
            }
            try await group.waitForAll()
        }
    }

    private static func open(_ folder: String) throws -> SQLiteStore {
        guard let origin = Origin("log.example.org/benchmark") else { throw Disagreement(what: "origin") }
        let keys = LogKeys(
            origin: origin,
            signingKey: Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32)),
            auditors: [KeyRecipient(kid: "auditor-1", publicKey: SampleLog.auditor.publicKey)],
            dataFolder: folder + "/data"
        )
        let tenant = [UInt8](repeating: 7, count: 16)
        let options = StoreOptions(tenant: tenant, clock: WallClock(), program: "benchmarks")
        return try SQLiteStore.create(at: folder + "/data", keys: keys, options: options)
    }
}

private struct WallClock: RecoveryClock {
    func microseconds() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1_000_000)
    }
}
