import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryStore
import RecoveryTestSupport
import Testing

/// Older copies of the database, the key file and the head, alone and together (audit-log.md §5.4, §11.6).
@Suite struct RollbackTests {
    /// A store that lived twice, and what it was after the first life.
    private func twoLives() async throws -> (now: Workshop, before: Workshop) {
        let workshop = try Workshop()
        try await workshop.settled()
        let before = try workshop.snapshot()
        let store = try workshop.open()
        try await store.write(10)
        try await store.close()
        return (workshop, before)
    }

    private func isRolledBack(_ workshop: Workshop) throws -> Bool {
        if case .rolledBack = try storeError({ try workshop.open() }) { true } else { false }
    }

    @Test func `refuses an older database`() async throws {
        let (now, before) = try await twoLives()
        try now.takeBack(\.database, from: before)
        #expect(try isRolledBack(now))
    }

    @Test func `refuses an older key file`() async throws {
        let (now, before) = try await twoLives()
        try now.takeBack(\.epochKey, from: before)
        #expect(
            throws: StoreError.rolledBack("the log's newest epoch is 1, the key file is for 1")
        ) { try now.open() }
    }

    @Test func `refuses an older database with its key file, because of the head`() async throws {
        let (now, before) = try await twoLives()
        try now.takeBack(\.database, from: before)
        try now.takeBack(\.epochKey, from: before)
        #expect(
            throws: StoreError.rolledBack("truncated-or-rolled-back: the head covers 8 records, the log has fewer")
        ) { try now.open() }
    }

    @Test func `accepts an older head, which the log extends`() async throws {
        let (now, before) = try await twoLives()
        try now.takeBack(\.head, from: before)
        let store = try now.open()
        try await store.write(11)
        try await store.close()
        #expect(try now.bytes(\.head) != before.bytes(\.head))
    }

    @Test func `does not see everything rolled back together, which only a witness can`() async throws {
        let (_, before) = try await twoLives()
        try await before.open().close()
    }

    @Test func `refuses a store of each age behind the head`() async throws {
        let workshop = try Workshop()
        try await workshop.settled(changes: 0)
        var ages: [Workshop] = []
        for number in 0..<10 {
            ages.append(try workshop.snapshot())
            let store = try workshop.open()
            try await store.write(number)
            try await store.close()
        }
        for age in ages {
            try age.takeBack(\.head, from: workshop)
            #expect(try isRolledBack(age))
        }
        try await workshop.open().close()
    }

    @Test func `refuses another history of the same length as a fork`() async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        let other = try workshop.snapshot()
        for place in [workshop, other] {
            let store = try place.open()
            try await store.write(place === other ? 1 : 2)
            try await store.close()
        }
        try workshop.takeBack(\.head, from: other)
        #expect(
            throws: StoreError.rolledBack("fork: the first 8 records of the log are others than the head covers")
        ) { try workshop.open() }
    }

    @Test func `refuses a missing head unless told otherwise, and then says so in the log`() async throws {
        let workshop = try Workshop()
        try await workshop.settled(changes: 1)
        try FileManager.default.removeItem(atPath: workshop.head)
        #expect(
            throws: StoreError.refused(
                "the head file \(workshop.head) is missing: put it back, or accept its loss explicitly, on record"
            )
        ) { try workshop.open() }
        let store = try workshop.open { $0.acceptsMissingHead = true }
        try await store.write(1)
        try await store.write(2)
        let events = try await store.records(in: 3..<10).map { $0.payload?["event"]?.string }
        #expect(events == [nil, "audit.verify", "case.assign", "case.assign"])
        try await store.close()
        try await workshop.open().close()
    }

    @Test func `refuses a head of another log`() async throws {
        let (now, _) = try await twoLives()
        let other = try Workshop()
        try await other.settled()
        try now.takeBack(\.head, from: other)
        #expect(
            throws: StoreError.refused("\(now.head) is no checkpoint of this log (signature); put the right one back")
        ) { try now.open() }
    }

    @Test func `refuses to start without a key file`() async throws {
        let (now, _) = try await twoLives()
        try FileManager.default.removeItem(atPath: now.epochKey)
        #expect(
            throws: StoreError.refused("\(now.epochKey) is missing; put it back, or begin a new origin")
        ) { try now.open() }
    }

    @Test(arguments: [0, 35, 37])
    func `refuses a key file of another size`(size: Int) async throws {
        let (now, _) = try await twoLives()
        let content = try (now.bytes(\.epochKey) + [0]).prefix(size)
        try write(Array(content), to: now.epochKey)
        #expect(throws: StoreError.refused("\(now.epochKey) has not 36 bytes; put the right key file back")) {
            try now.open()
        }
    }

    /// The newest epoch of the store is 1. `isFresh`: it holds its EPOCH_OPEN and nothing else.
    @Test(
        arguments: [
            (0, false, false), (1, false, false), (2, false, true), (3, false, false),
            (0, true, false), (1, true, true), (2, true, true), (3, true, false),
        ] as [(UInt8, Bool, Bool)]
    )
    func `starts with the key file of two states only`(keyEpoch: UInt8, isFresh: Bool, starts: Bool) async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        let beforeOpening = try workshop.bytes(\.epochKey)
        let store = try workshop.open()
        if isFresh {
            // The opening of an epoch, and not one record more: the change is refused.
            await #expect(throws: StoreError.self) {
                try await store.commit { _ -> Recorded<Void> in throw StoreError.refused("on purpose") }
            }
        } else {
            try await store.write(1)
        }
        let killed = try workshop.snapshot()
        try await store.close()
        // The right secret for its epoch where there is one: what is tried is the number alone.
        var file = keyEpoch == 1 ? beforeOpening : try killed.bytes(\.epochKey)
        file[3] = keyEpoch
        try write(file, to: killed.epochKey)
        if starts {
            let next = try killed.open()
            try await next.write(2)
            let verdict = try await next.verifyLog(try killed.verification())
            #expect(verdict.outcome == .intact, "\(verdict.findings)")
            try await next.close()
        } else {
            let error = StoreError.rolledBack("the log's newest epoch is 1, the key file is for \(keyEpoch)")
            #expect(throws: error) { try killed.open() }
        }
    }

    @Test func `refuses the first change with another secret in the key file`() async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        var file = try workshop.bytes(\.epochKey)
        file[20] ^= 1
        try write(file, to: workshop.epochKey)
        let store = try workshop.open()
        let error = StoreError.rolledBack("the key file holds another secret than the log committed to")
        await #expect(throws: error) { try await store.write(1) }
        await #expect(throws: error) { try await store.write(2) }
    }

    @Test func `refuses an empty log, as a rollback if anything speaks of an older one`() async throws {
        let (now, _) = try await twoLives()
        try now.tamper("DELETE FROM audit_entry")
        #expect(throws: StoreError.rolledBack("the log is empty, and a key file or a head of it is there")) {
            try now.open()
        }
        try FileManager.default.removeItem(atPath: now.epochKey)
        try FileManager.default.removeItem(atPath: now.head)
        #expect(
            throws: StoreError.refused("the database holds no log: its creation was interrupted; remove it")
        ) { try now.open() }
    }

    @Test func `refuses the key of another log`() async throws {
        let (now, _) = try await twoLives()
        let stranger = Ed25519.PrivateKey(seed: SecretKey(randomByteCount: 32))
        #expect(
            throws: StoreError.refused("\(now.head) is no checkpoint of this log (signature); put the right one back")
        ) { try SQLiteStore.open(at: now.data, keys: try now.keys(signingKey: stranger), options: now.options()) }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
