import AccountRecovery
import RecoveryStore
import RecoveryTestSupport
import Testing

@Suite struct EmbeddedDirectoryTests {
    @Test(arguments: DirectoryPromise.allCases)
    func `the embedded directory keeps`(promise: DirectoryPromise) async throws {
        let place = Place(try Workshop())
        let subject = DirectoryUnderTest(
            directory: await place.reopened(),
            enlist: { try await EmbeddedDirectory(in: place.store()).enlist($0) },
            unlockBehindTheService: {
                try await place.tamper(
                    "UPDATE directory_account SET lock_reason = NULL WHERE subject = '\($0.text)'"
                )
            }
        )
        try await DirectoryConformance.check(promise, of: subject)
    }

    @Test(arguments: [
        ("UPDATE directory_account SET frozen = 1", "freeze"),
        ("UPDATE directory_account SET lock_reason = 'fraud'", "lock"),
        ("UPDATE directory_account SET second_factor = 1", "enrol_second_factor"),
        ("UPDATE directory_account SET sessions = 7", "revoke_sessions"),
        ("UPDATE directory_account SET stake = 0", "edit_account"),
        ("INSERT INTO directory_hold VALUES ((SELECT subject FROM directory_account), 'email', 1)", "place_hold"),
        ("UPDATE directory_hold SET until = 1", "move_hold"),
        ("DELETE FROM directory_hold", "lift_hold"),
        ("DELETE FROM directory_account", "remove_account"),
    ])
    func `reports without a key what somebody else wrote`(sql: String, action: String) async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let account = try account()
        try await EmbeddedDirectory(in: store).enlist([account])
        try await store.close()
        try workshop.tamper(sql)
        let reopened = try workshop.open()
        let changes = try await EmbeddedDirectory(in: reopened).changes(after: 0)
        #expect(changes.map(\.action) == [action])
        #expect(changes.map(\.key) == [nil])
        #expect(changes.map(\.subject) == [account.subject])
        try await reopened.close()
    }

    @Test func `keeps what it did over a kill`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let account = try account()
        let directory = EmbeddedDirectory(in: store)
        try await directory.enlist([account])
        let order = DirectoryOrder(action: .revokeSessions, subject: account.subject, key: "k", grant: "g")
        #expect(await directory.perform(order) == .done)
        let killed = try workshop.snapshot()
        let next = EmbeddedDirectory(in: try killed.open())
        #expect(await next.perform(order) == .done)
        #expect(try await next.account(account.subject)?.sessionGeneration == 1)
        try await store.close()
    }

    @Test(arguments: [
        (
            "DROP TRIGGER directory_lock",
            "the trigger directory_lock is not what was written; somebody changed the schema"
        ),
        (
            "INSERT INTO directory_order VALUES (1)",
            "directory_order holds a row outside of any order; remove it and reconcile"
        ),
        (
            "CREATE TRIGGER extra AFTER INSERT ON record BEGIN SELECT 1; END",
            "there are triggers that nobody of us made"
        ),
    ])
    func `does not start when somebody blinded it`(sql: String, text: String) async throws {
        let workshop = try Workshop()
        try await workshop.settled()
        try workshop.tamper(sql)
        #expect(throws: StoreError.corrupt(text)) { try workshop.open() }
    }

    @Test func `answers unknown when the store cannot be asked`() async throws {
        let workshop = try Workshop()
        let store = try workshop.create()
        let directory = EmbeddedDirectory(in: store)
        let account = try account()
        try await directory.enlist([account])
        try await store.close()
        let order = DirectoryOrder(action: .freeze, subject: account.subject, key: "k", grant: nil)
        #expect(await directory.perform(order) == .unknown)
    }

    private func account() throws -> DirectoryAccount {
        let subject = try #require(Pseudonym(bytes: [UInt8](repeating: 0xac, count: 16)))
        var account = DirectoryAccount(subject: subject, stake: 12, language: "en")
        account.holds = ["payout": 100]
        return account
    }
}

/// A store that can be closed, changed by somebody else, and opened again, under one directory.
private actor Place {
    private let workshop: Workshop
    private var current: SQLiteStore?
    private var wasCreated = false

    init(_ workshop: Workshop) {
        self.workshop = workshop
    }

    func store() throws -> SQLiteStore {
        if let current { return current }
        let store = wasCreated ? try workshop.open() : try workshop.create()
        wasCreated = true
        current = store
        return store
    }

    func tamper(_ sql: String) async throws {
        try await current?.close()
        current = nil
        try workshop.tamper(sql)
    }

    nonisolated func reopened() async -> ReopeningDirectory {
        ReopeningDirectory(place: self)
    }

    struct ReopeningDirectory: AccountDirectory {
        let place: Place

        var connector: String { "embedded" }

        func account(_ subject: Pseudonym) async throws -> DirectoryAccount? {
            try await EmbeddedDirectory(in: place.store()).account(subject)
        }

        func perform(_ order: DirectoryOrder) async -> DirectoryAnswer {
            guard let store = try? await place.store() else { return .unknown }
            return await EmbeddedDirectory(in: store).perform(order)
        }

        func enlist(_ accounts: [DirectoryAccount]) async throws {
            try await EmbeddedDirectory(in: place.store()).enlist(accounts)
        }

        func changes(after: Int64) async throws -> [DirectoryChange] {
            try await EmbeddedDirectory(in: place.store()).changes(after: after)
        }
    }
}
