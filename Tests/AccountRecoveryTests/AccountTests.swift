import Foundation
import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Synchronization
import Testing

@testable import AccountRecovery

@Suite struct AccountTests {
    private static let reference = SecretText(testing: Flow.reference)

    @Test func `is frozen by one right code, and thawed by the whole path`() async throws {
        let flow = try await Flow()
        let code = try flow.authenticator.code(at: flow.world.clock.now())
        let frozen = try await flow.mia.freeze(Self.reference, totp: code)
        #expect(frozen.after == "locked: failed-attempts, frozen")
        #expect(try await flow.account().isFrozen)
        #expect(
            await flow.world.eventNames().suffix(4) == [
                "x.freeze.pass", "x.freeze.order", "x.order.result", "freeze.on",
            ]
        )
        #expect(await thrown { _ = try await flow.mia.freeze(Self.reference, totp: code) } == .checkFailed)

        flow.world.clock.move(seconds: 30)
        let name = try await flow.granted(.liftFreeze)
        #expect(try await flow.mia.restore(name).change.recoveryCase.state == .restored)
        let after = try await flow.account()
        #expect(
            !after.isFrozen && after.lockReason == "failed-attempts" && after.holds.map(\.scopes) == [["withdrawals"]]
        )
        #expect(await flow.world.eventNames(of: name).contains("freeze.off"))
        try await flow.world.audit()
    }

    @Test func `is frozen through a case without anybody's approval`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.freeze)
        try await flow.passTOTP(name)
        #expect(try await flow.mia.decide(name).outcome == .granted)
        #expect(try await flow.mia.restore(name).change.recoveryCase.state == .restored)
        #expect(try await flow.account().isFrozen)
        #expect(
            await flow.world.events().contains { $0["event"]?.string == "freeze.on" && $0["case"]?.string == name.text }
        )
        try await flow.world.audit()
    }

    // The log said that an account was frozen before the directory had been asked.
    @Test func `is not called frozen before the directory did it`() async throws {
        let made = Mutex<AnsweringDirectory?>(nil)
        let flow = try await Flow { memory in
            let directory = AnsweringDirectory(memory)
            made.withLock { $0 = directory }
            return directory
        }
        let directory = try #require(made.withLock { $0 })
        await directory.play(.lost, .refused("busy"), on: "freeze")
        for error in [
            ServiceError.outcomeUnknown("the directory did not say whether it was done"),
            .conflict("the directory refused: busy"),
        ] {
            let code = try flow.authenticator.code(at: flow.world.clock.now())
            #expect(await thrown { _ = try await flow.mia.freeze(Self.reference, totp: code) } == error)
            flow.world.clock.move(seconds: 30)
        }
        #expect(await !flow.world.eventNames().contains("freeze.on"))
    }

    @Test func `is not erased while a case is open`() async throws {
        let flow = try await Flow()
        let name = try await flow.open(.unlock)
        #expect(
            await thrown { _ = try await flow.world.admin.erase(Self.reference) }
                == .conflict("a case of this account is open: end it first")
        )
        _ = try await flow.mia.cancel(name)
        #expect(try await flow.world.admin.erase(Self.reference).after == "erased")
        #expect(await thrown { _ = try await flow.world.admin.erase(Self.reference) } == .notFound)
        #expect(await thrown { _ = try await flow.world.admin.account(Self.reference) } == .notFound)
        #expect(await thrown { _ = try await flow.world.admin.enrolTOTP(Self.reference) } == .notFound)
        try await flow.world.audit()
    }

    @Test func `leaves no key, field or factor when it is erased`() async throws {
        let flow = try await Flow()
        let subject = try await flow.account().subject
        let name = try await flow.granted(.unlock)
        _ = try await flow.mia.restore(name)
        let before = try await flow.world.state()
        #expect(before.shelves.count == 1 && before.subjects.count == 1)
        _ = try await flow.world.admin.erase(Self.reference)
        let after = try await flow.world.state()
        #expect(after.shelves.isEmpty && after.subjects.isEmpty && after.pseudonyms.isEmpty)
        #expect(after.tombstones.count == 1 && after.index.values.allSatisfy(\.isEmpty))
        #expect(after.documents[.authenticator]?.isEmpty ?? true)
        // Notices that are still to come find nobody, and end.
        #expect(try await flow.sam.deliverNotices() == 0)
        #expect(try await flow.mia.recoveryCase(name).state == .restored)
        #expect(await flow.world.directory.account(subject) != nil)
    }

    // The file with the secret was written afterwards: a kill in between bound a factor that nobody had.
    @Test func `binds a factor only once its owner has it`() async throws {
        let world = try await TestDesk()
        try await world.importCustomer("u-1001")
        let reference = SecretText(testing: "u-1001")
        let full = ServiceError.store(.full)
        await #expect(throws: full) { try await world.admin.enrolTOTP(reference) { _ in throw full } }
        await #expect(throws: full) { try await world.admin.enrolCodes(reference) { _ in throw full } }
        #expect(try await world.admin.account(reference).factors.isEmpty)

        let handed = Mutex<[String]>([])
        let factor = try await world.admin.enrolTOTP(reference) { uri in handed.withLock { $0.append(uri.text) } }
        let codes = try await world.admin.enrolCodes(reference) { text in handed.withLock { $0.append(text.text) } }
        #expect(handed.withLock { $0 } == [factor.uri.text, codes.text.text])
        #expect(try await world.admin.account(reference).factors.count == 2)
    }

    @Test func `is enrolled once`() async throws {
        let flow = try await Flow()
        #expect(
            await thrown { _ = try await flow.world.admin.enrolTOTP(Self.reference) }
                == .exists("a second factor is bound; only a case replaces it (reset-totp)")
        )
        #expect(
            await thrown { _ = try await flow.world.admin.enrolCodes(Self.reference) }
                == .exists("saved codes were given out; only a case replaces them (replace-codes)")
        )
    }

    private static func text(_ record: some StoredRecord) throws -> String {
        String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
    }

    @Test func `leaves nothing personal in records and log`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.resetTOTP)
        _ = try await flow.mia.restore(name)
        _ = try await flow.mia.checkTOTP(try await flow.open(.unlock), code: SecretText(testing: "000000"))
        let state = try await flow.world.state()
        var records: [String] = []
        for document in state.documents.values.flatMap(\.values) {
            let record: any StoredRecord = document.record
            records.append(try Self.text(record))
        }
        let log = await flow.world.store.entries.map { String(decoding: $0, as: UTF8.self) }
        let all = (records + log).joined(separator: "\n").lowercased()
        // What must be there is found by the same search.
        #expect(records.count > 15 && log.count > 30)
        #expect(all.contains(name.text.lowercased()) && all.contains("failed-attempts") && all.contains("sam"))
        for personal in [
            "kim", "park", "example.org", "1985", "447700900123", "7700900123", "u-1001", "u1001", "otpauth",
            flow.savedCodes[0].lowercased(), flow.savedCodes[0].replacing("-", with: "").lowercased(),
        ] {
            #expect(!all.contains(personal), "\(personal)")
        }
    }
}

extension TestDesk {
    /// Everything the store holds.
    func state() async throws -> MemoryState {
        try await store.read { reader in try #require(reader as? MemoryTransaction).state }
    }
}
