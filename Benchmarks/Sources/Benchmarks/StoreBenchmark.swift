import AccountRecovery
import CFloors
import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryStore

/// P4: a durable event with nothing else in its transaction, by one caller and by 64 at once.
enum StoreBenchmark {
    private static let commits = 200
    private static let callers = 64
    private static let commitsOfEach = 32
    private static let rowsOfGroup = 32
    private static let groups = 64

    static func run(_ report: inout Report) async throws {
        try await Machine.withScratch { folder in
            let store = try open(folder)
            let bare = folder + "/bare.db"
            let one = try await interleaved(
                rounds: 7,
                operations: commits,
                floor: { floor_sqlite(bare, Int32(commits), 1) },
                ours: { try await wallTime { try await append(commits, to: store) } }
            )
            report.add(
                "P4",
                "durable event, 1 caller",
                against: "bare SQLite, 1 row a commit",
                one,
                Target(leastRatio: 0.8)
            )
            let many = try await interleaved(
                rounds: 7,
                operations: callers * commitsOfEach,
                floorOperations: groups * rowsOfGroup,
                floor: { floor_sqlite(bare, Int32(groups), Int32(rowsOfGroup)) },
                ours: { try await wallTime { try await appendTogether(to: store) } }
            )
            report.add(
                "P4",
                "durable event, 64 callers",
                against: "bare SQLite, 32 rows a commit",
                many,
                // 10,000 a second.
                Target(leastRatio: 0.5, mostNanoseconds: 100_000)
            )
            try await store.close()
        }
    }

    private static func append(_ count: Int, to store: SQLiteStore) async throws {
        for number in 0..<count {
            try await store.commit { _ in
                Recorded(
                    (),
                    AuditEvent(.event, ["case": "C-1", "event": "case.assign", "to_actor": .string("n-\(number)")])
                )
            }
        }
    }

    private static func appendTogether(to store: SQLiteStore) async throws {
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
