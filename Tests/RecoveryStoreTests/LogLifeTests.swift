import AccountRecovery
import Foundation
import RecoveryAudit
import RecoveryStore
import RecoveryTestSupport
import Testing

/// The types of records by the numbers of the format: 1 GENESIS, 2 EPOCH_OPEN, 3 EPOCH_SEAL, 9 CLOCK, 16 EVENT.
@Suite struct LogLifeTests {
    @Test func `begins with GENESIS and ends with EPOCH_SEAL`() async throws {
        let workshop = try Workshop()
        try await workshop.settled(changes: 2)
        let store = try workshop.open()
        #expect(try await store.types() == [1, 16, 16, 3])
        let verdict = try await store.verifyLog(try workshop.verification())
        #expect(verdict.outcome == .intact, "\(verdict.findings)")
        #expect(verdict.macs == .checked)
    }

    @Test func `opens an epoch for every process that writes, and none for one that reads`() async throws {
        let workshop = try Workshop()
        try await workshop.settled(changes: 1)
        let before = try (workshop.bytes(\.epochKey), workshop.bytes(\.head))
        let reader = try workshop.open()
        #expect(try await reader.read { try $0.nextPosition } == 3)
        try await reader.close()
        #expect(try workshop.bytes(\.epochKey) == before.0)
        #expect(try workshop.bytes(\.head) == before.1)
        let writer = try workshop.open()
        try await writer.write(9)
        #expect(try await writer.types() == [1, 16, 3, 2, 16])
        #expect(try workshop.bytes(\.epochKey) != before.0)
        try await writer.close()
    }

    @Test func `says recover after a process that was killed`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        try await store.write(1)
        let killed = try workshop.snapshot()
        let next = try killed.open()
        try await next.write(2)
        let records = try await next.everything()
        #expect(records.map(\.type) == [1, 16, 2, 16])
        #expect(try records[2].parsedPayload()["reason"]?.string == "recover")
        let verdict = try await next.verifyLog(try killed.verification())
        #expect(verdict.outcome == .intact, "\(verdict.findings)")
        try await store.close()
        try await next.close()
    }

    @Test func `begins a new epoch after a day`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        try await store.write(1)
        workshop.clock.step(seconds: 86_399)
        try await store.write(2)
        #expect(try await store.types() == [1, 16, 16])
        workshop.clock.step(seconds: 1)
        try await store.write(3)
        let records = try await store.everything()
        #expect(records.map(\.type) == [1, 16, 16, 3, 2, 16])
        #expect(try records[4].parsedPayload()["reason"]?.string == "rotate")
        try await store.close()
    }

    @Test func `writes down a clock that jumped forward`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create { $0.monotonicMicroseconds = { 0 } }
        try await store.write(1)
        workshop.clock.step(seconds: 3600)
        try await store.write(2)
        #expect(try await store.types() == [1, 16, 16])
        workshop.clock.step(seconds: 7200)
        try await store.write(3)
        let records = try await store.everything()
        #expect(records.map(\.type) == [1, 16, 16, 9, 16])
        #expect(try records[3].parsedPayload()["delta_us"]?.integer == 7_200_000_000)
        try await store.close()
    }

    @Test(arguments: [(5, nil), (6, 6)] as [(Int64, Int64?)])
    func `stops while the clock stands more than five seconds behind`(step: Int64, refusal: Int64?) async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        try await store.write(1)
        workshop.clock.step(seconds: -step)
        if let refusal {
            await #expect(throws: StoreError.clockBehind(seconds: refusal)) { try await store.write(2) }
            workshop.clock.step(seconds: step)
            try await store.write(3)
            #expect(try await store.read { try $0.record(Note.self, "2") } == nil)
        } else {
            try await store.write(2)
            #expect(try await store.everything().last?.flags == AuditRecord.clampedFlag)
        }
        try await store.close()
    }

    @Test(arguments: [(5, nil), (6, 6)] as [(Int64, Int64?)])
    func `does not start with a clock far behind the last record`(step: Int64, refusal: Int64?) async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        workshop.clock.step(seconds: -step)
        if let refusal {
            #expect(throws: StoreError.clockBehind(seconds: refusal)) { try workshop.open() }
        } else {
            try await workshop.open().close()
        }
    }

    @Test func `keeps private values sealed, and deletes them with the record that says so`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let value = Array("canary-4711".utf8)
        let secret = SealedPrivateValue(salt: [UInt8](repeating: 5, count: 32), value: value, sealed: [9, 9])
        let flag = AuditEvent(.event, ["event": "case.flag", "case": "E-1"], privates: ["note": secret])
        let position = try await store.commit { Recorded(try $0.nextPosition, flag) }
        let rows = try await store.privateRows(of: position)
        #expect(rows.map(\.reference.name) == ["note"])
        #expect(rows.map(\.sealed) == [[9, 9]])
        let commitment = try await store.records(in: position..<position + 1)[0].payload?["priv"]?["note"]?.string
        #expect(commitment?.utf8.count == 64)

        let erase = AuditEvent(
            .erase,
            [
                "approvals": [1], "basis": "art17", "case": "E-1",
                "fields": [[.integer(Int64(position)), "note"]],
            ]
        )
        try await store.commit { transaction in
            try transaction.eraseSubject([UInt8](repeating: 1, count: 16))
            return Recorded((), erase)
        }
        #expect(try await store.privateRows(of: position).isEmpty)
        #expect(try FileManager.default.attributesOfItem(atPath: workshop.database + "-wal")[.size] as? Int == 0)
        try await store.close()
        let files = try FileManager.default.contentsOfDirectory(atPath: workshop.data)
        #expect(files.contains("recovery.db"))
        for name in files {
            let bytes = try #require(FileManager.default.contents(atPath: workshop.data + "/" + name))
            #expect(bytes.range(of: Data(value)) == nil, "\(name) holds the open value")
        }
    }

    @Test func `lists the records of one case`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        for number in 0..<6 {
            try await store.commit { _ in Recorded((), .assign(number, of: number.isMultiple(of: 2) ? "C-1" : "C-2")) }
        }
        let found = try await store.records(in: 0..<100, ofCase: "C-2").map { $0.payload?["to_actor"]?.string }
        #expect(found == ["n-1", "n-3", "n-5"])
        #expect(try await store.records(in: 2..<4).map(\.record.seq) == [2, 3])
        #expect(try await store.records(in: 0..<100, limit: 2).map(\.record.seq) == [0, 1])
        try await store.close()
    }
}
