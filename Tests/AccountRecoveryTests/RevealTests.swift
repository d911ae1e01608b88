import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite struct RevealTests {
    /// A customer with every field, a case of theirs, one of another customer, and somebody who may reveal.
    private struct Room {
        let world: TestDesk
        let paula: RecoveryService
        let mine: CaseID
        let others: CaseID

        init() async throws {
            world = try await TestDesk()
            let fields = [
                "account": "u-1001", "name": "Kim Anna Park", "date_of_birth": "1985-02-28",
                "email": "kim.park@mail.example.org", "phone": "+447700900123", "national_id": "QQ123456C",
            ]
            let customers = [fields, ["account": "u-1002"]].enumerated().map { number, fields in
                NewAccount(
                    line: number + 1,
                    fields: fields.mapValues { SecretText(testing: $0) },
                    country: "GB",
                    language: "en",
                    stake: 100
                )
            }
            _ = try await world.admin.importAccounts(customers, skippingBad: false) { _ in }
            (paula, _) = try await world.desk(of: "paula", role: .privacy)
            let (mia, _) = try await world.desk(of: "mia", role: .agent)
            func open(_ account: String) async throws -> CaseID {
                let request = OpenCase(account: SecretText(testing: account), purpose: .unlock, channel: .phone)
                return try await mia.openCase(request).recoveryCase.name
            }
            mine = try await open("u-1001")
            others = try await open("u-1002")
        }

        func request(
            _ field: String = "phone",
            account: String = "u-1001",
            purpose: String = "subject-access",
            case name: CaseID? = nil,
            reason: String = "She asked what we have.",
            isUnmasked: Bool = false
        ) -> RevealRequest {
            RevealRequest(
                account: SecretText(testing: account),
                field: field,
                purpose: purpose,
                recoveryCase: name ?? mine,
                reason: SecretText(testing: reason),
                isUnmasked: isUnmasked
            )
        }

        func reveals() async -> [JSONObject] { await world.events().filter { $0["event"]?.string == "pii.reveal" } }
    }

    @Test func `shows a mask of every field unless all of it is asked for`() async throws {
        let room = try await Room()
        let shown: [(field: String, masked: String?, whole: String?)] = [
            ("account", "U***", "U1001"), ("name", "K*** A*** P***", "Kim Anna Park"),
            ("date_of_birth", "1985-**-**", "1985-02-28"), ("email", "k***@m***.org", "kim.park@mail.example.org"),
            ("phone", "***23", "+447700900123"), ("national_id", "***6C", "QQ123456C"), ("address", nil, nil),
        ]
        #expect(shown.map(\.field) == PersonField.allCases.map(\.rawValue))
        for (number, row) in shown.enumerated() {
            let masked = try await room.paula.reveal(room.request(row.field))
            #expect(masked.value?.text == row.masked && masked.isMasked)
            let whole = try await room.paula.reveal(room.request(row.field, isUnmasked: true))
            #expect(whole.value?.text == row.whole && !whole.isMasked)
            #expect(whole.left == RecoveryService.mostReveals - 2 * (number + 1))
        }
        let words = await room.reveals().compactMap { $0["field"]?.string }
        #expect(words == shown.flatMap { ["\($0.field).masked", $0.field] })
        try await room.world.audit()
    }

    @Test func `is on record with who, why and in which case, and the reason is sealed`() async throws {
        let room = try await Room()
        let revealed = try await room.paula.reveal(room.request())
        let event = try #require(await room.reveals().first)
        #expect(event["actor"]?.string == "paula" && event["case"]?.string == room.mine.text)
        #expect(event["purpose"]?.string == "subject_access" && event["field"]?.string == "phone.masked")
        #expect(revealed.position == UInt64(await room.world.store.entries.count))
        let rows = try await room.world.store.read { try $0.vault.privateRows(ofCase: room.mine.text) }
        #expect(rows.map(\.reference.name) == ["note"])
        let vault = room.world.parts.vault
        let opened = try await room.world.store.read { try vault.opened(rows, in: $0) }
        #expect(opened.first?.value == Array("She asked what we have.".utf8))
    }

    @Test func `refuses what is not asked properly, and writes nothing`() async throws {
        let room = try await Room()
        let before = await room.world.store.events.count
        let nobody = try #require(CaseID("C-0000000000"))
        let asked: [(RevealRequest, ServiceError)] = [
            (room.request(account: "nobody-here"), .notFound), (room.request(case: room.others), .notFound),
            (room.request(case: nobody), .notFound),
            (
                room.request(purpose: "just so"),
                .invalidInput("a purpose is small letters, digits and hyphens, such as subject-access")
            ),
            (
                room.request("shoe_size"),
                .invalidInput(
                    "there is no such field; there are: account, name, date_of_birth, email, phone, national_id, address"
                )
            ),
        ]
        for (request, error) in asked {
            #expect(await thrown { _ = try await room.paula.reveal(request) } == error)
        }
        let silent = await thrown { _ = try await room.paula.reveal(room.request(reason: " ")) }
        guard case .invalidInput(let why)? = silent else {
            Issue.record("not refused as a note without text")
            return
        }
        #expect(why.contains("empty"))
        #expect(await room.world.store.events.count == before)
    }

    @Test func `is counted for one person and day`() async throws {
        let room = try await Room()
        for number in 1...RecoveryService.mostReveals {
            #expect(try await room.paula.reveal(room.request()).left == RecoveryService.mostReveals - number)
        }
        let error = await thrown { _ = try await room.paula.reveal(room.request()) }
        #expect(error == .limited(retryAfter: 86_400))
        #expect(await room.reveals().count == RecoveryService.mostReveals)
        #expect(await room.world.eventNames().last == "limit.hit")
        let (otto, _) = try await room.world.desk(of: "otto", role: .privacy)
        _ = try await otto.reveal(room.request())
        room.world.clock.move(seconds: 86_400)
        _ = try await room.paula.reveal(room.request())
    }

    // No record, no value; and a value that could not be opened after it is on record all the same.
    @Test(arguments: [FailingStore.Place.commit, .readAfterIt])
    func `shows nothing that is not on record`(place: FailingStore.Place) async throws {
        let room = try await Room()
        let parts = RecoveryService.Parts(
            store: FailingStore(room.world.store, failing: place),
            directory: room.world.directory,
            courier: room.world.courier,
            clock: room.world.clock,
            vault: room.world.parts.vault,
            grantKey: room.world.parts.grantKey,
            origin: room.world.parts.origin
        )
        let failing = RecoveryService(parts, caller: room.paula.caller)
        #expect(await thrown { _ = try await failing.reveal(room.request(isUnmasked: true)) } == .store(.full))
        #expect(await room.reveals().count == (place == .commit ? 0 : 1))
    }
}

/// Fails at its commit, or at the first read after one.
actor FailingStore: CaseStore {
    enum Place: Sendable {
        case commit, readAfterIt
    }

    private let inner: MemoryStore
    private let place: Place
    private var hasCommitted = false

    init(_ inner: MemoryStore, failing place: Place) {
        self.inner = inner
        self.place = place
    }

    func read<Value: Sendable>(_ body: @Sendable (any StoreReader) throws -> Value) async throws -> Value {
        if hasCommitted { throw StoreError.full }
        return try await inner.read(body)
    }

    func commit<Value: Sendable>(
        _ decide: @escaping @Sendable (any StoreTransaction) throws -> Recorded<Value>
    ) async throws -> Value {
        if place == .commit { throw StoreError.full }
        hasCommitted = true
        return try await inner.commit(decide)
    }
}
