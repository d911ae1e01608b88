import RecoveryAudit
import RecoveryPolicy
import Synchronization
import Testing

@testable import AccountRecovery

@Suite struct ReconcileTests {
    @Test func `finds a change that nobody ordered, and none of ours`() async throws {
        let flow = try await Flow()
        let name = try await flow.granted(.unlock)
        _ = try await flow.mia.restore(name)
        _ = try await flow.mia.revoke(name)
        let ours = try await flow.sam.reconcile()
        #expect(ours.orphans == [] && ours.changes == 4)

        let subject = try await flow.account().subject
        await flow.world.directory.change(subject, behindTheService: .unlock(reasons: ["recovery-revoked"]))
        let found = try await flow.sam.reconcile()
        #expect(found.changes == 1)
        #expect(found.orphans == [.init(number: 5, subject: subject, action: "unlock")])
        let orphan = try #require(await flow.world.store.events.last)
        #expect(orphan["event"]?.string == "reconcile.orphan" && orphan["subject"]?.string == subject.text)
        #expect(found.position == UInt64(await flow.world.store.entries.count))
        // What was compared is not compared again.
        let again = try await flow.sam.reconcile()
        #expect(again.changes == 0 && again.orphans == [])
        try await flow.world.audit()
    }

    // The key of an order explained every change that carried it, on whatever day.
    @Test func `takes one change for each order, of its own kind and account`() async throws {
        let made = Mutex<AnsweringDirectory?>(nil)
        let flow = try await Flow { memory in
            let directory = AnsweringDirectory(memory)
            made.withLock { $0 = directory }
            return directory
        }
        let directory = try #require(made.withLock { $0 })
        let name = try await flow.granted(.unlock)
        _ = try await flow.mia.restore(name)
        let key = try #require(await directory.keys["unlock"]?.first)
        let subject = try await flow.account().subject
        let other = try #require(Pseudonym(bytes: [UInt8](repeating: 9, count: 16)))
        await directory.forge(.unlock(reasons: []), on: subject, key: key)
        await directory.forge(.unfreeze, on: subject, key: key)
        await directory.forge(.unlock(reasons: []), on: other, key: key)
        let found = try await flow.sam.reconcile()
        #expect(found.orphans.map(\.number) == [4, 5, 6])
        try await flow.world.audit()
    }
}
