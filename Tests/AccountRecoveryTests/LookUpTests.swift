import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import RecoveryVault
import Testing

@testable import AccountRecovery

@Suite(.timeLimit(.minutes(10))) struct LookUpTests {
    private static func text(_ text: String) -> SecretText { SecretText(testing: text) }

    /// A claim that a test can name.
    enum Said: Sendable, CustomTestStringConvertible {
        case reference(String)
        case email(String)
        case phone(String, String?)

        var claim: AccountClaim {
            switch self {
            case .reference(let text): .reference(LookUpTests.text(text))
            case .email(let text): .email(LookUpTests.text(text))
            case .phone(let text, let country): .phone(LookUpTests.text(text), country: country)
            }
        }

        var testDescription: String { "\(self)" }
    }

    private static func customer(_ number: Int, email: String? = nil, phone: String? = nil) -> NewAccount {
        let fields = [
            "account": "c-\(1000 + number)", "name": "Kim Park", "email": email ?? "kim.\(number)@example.org",
            "phone": phone ?? "+4477009\(10_000 + number)",
        ]
        return NewAccount(
            line: number + 1,
            fields: fields.mapValues { SecretText(testing: $0) },
            country: "GB",
            language: "en",
            stake: 100
        )
    }

    /// Customers 0 and 1 share an address, 2 and 3 a number.
    private static func room(of count: Int) async throws -> TestDesk {
        let world = try await TestDesk()
        let customers = (0..<count).map { number in
            customer(
                number,
                email: number < 2 ? "Family@example.org" : nil,
                phone: number == 3 ? "+447700910002" : nil
            )
        }
        _ = try await world.admin.importAccounts(customers, skippingBad: false) { _ in }
        return world
    }

    private static func found(_ world: TestDesk, _ said: Said) async throws -> FoundSubject {
        let vault = world.parts.vault
        return try await world.store.read { try vault.find(said.claim, in: $0) }
    }

    // Without an index and with one: 15 customers are gone through, 200 are listed.
    @Test(
        arguments: [15, 200],
        [
            .email("kim.7@example.org"), .email("KIM.7@EXAMPLE.ORG"), .email(" kim.7@example.org "),
            .phone("+447700910007", nil), .phone("07700 910007", "GB"), .phone("00447700910007", "GB"),
            .phone("٠٧٧٠٠٩١٠٠٠٧", "GB"), .phone("+44 (0)7700 91-00-07", nil), .reference("C 1007"),
        ] as [Said]
    )
    func `finds an account by what its owner says`(count: Int, said: Said) async throws {
        let world = try await Self.room(of: count)
        let byReference = try await Self.found(world, .reference("c-1007"))
        let found = try await Self.found(world, said)
        #expect(found.row != nil && found.pseudonym == byReference.pseudonym)
    }

    @Test(
        arguments: [15, 200],
        [
            .email("nobody@example.org"), .email("family@example.org"), .phone("+447700910002", nil),
            .phone("+447700999999", nil), .reference("c-9999"), .reference("kim.7@example.org".filter { $0 != "@" }),
        ] as [Said]
    )
    func `takes what nobody has and what several have for the same stranger each time`(
        count: Int,
        said: Said
    ) async throws {
        let world = try await Self.room(of: count)
        let found = try await Self.found(world, said)
        #expect(found.row == nil && found.pseudonym == found.decoy)
        #expect(try await Self.found(world, said).pseudonym == found.pseudonym)
        #expect(try await world.state().pseudonyms[found.pseudonym] == nil)
    }

    @Test func `gives each way of asking strangers of its own`() async throws {
        let world = try await Self.room(of: 15)
        let decoys = try await [Said.reference("447700999999"), .phone("+447700999999", nil)].asyncMap {
            try await Self.found(world, $0).decoy
        }
        #expect(Set(decoys).count == 2)
    }

    // What is computed follows from the number of candidates alone.
    @Test func `computes as many tags for a stranger as for anybody`() async throws {
        let few = try await Self.room(of: 15)
        for said in [Said.email("kim.7@example.org"), .email("nobody@example.org"), .email("family@example.org")] {
            #expect(try await Self.found(few, said).tagCount == 15)
        }
        let many = try await Self.room(of: 200)
        let plan = try #require(await many.state().plans.first { $0.field == 5 && $0.isActive })
        var counts: [UInt32: Set<Int>] = [:]
        for number in 2..<120 {
            for said in [Said.email("kim.\(number)@example.org"), .email("nobody.\(number)@example.org")] {
                let form = try many.parts.vault.indexed(said.claim).1
                let place = try form.reveal { try many.parts.vault.place(of: $0, under: plan) }
                counts[place.index, default: []].insert(try await Self.found(many, said).tagCount)
            }
        }
        try #require(counts.count == 4)
        #expect(counts.values.allSatisfy { $0.count == 1 })
        #expect(counts.values.compactMap(\.first).reduce(0, +) == 200)
    }

    @Test func `finds nobody by what an erased customer had`() async throws {
        let world = try await Self.room(of: 40)
        _ = try await world.admin.erase(Self.text("c-1007"))
        for said in [Said.email("kim.7@example.org"), .phone("+447700910007", nil), .reference("c-1007")] {
            #expect(try await Self.found(world, said).row == nil)
        }
        // The other owner of a shared address is its only one now.
        _ = try await world.admin.erase(Self.text("c-1001"))
        #expect(try await Self.found(world, .email("family@example.org")).row != nil)
    }

    @Test func `opens a case alike for one, for nobody and for several`() async throws {
        let world = try await Self.room(of: 40)
        let (mia, _) = try await world.desk(of: "mia", role: .agent)
        var shapes: Set<String> = []
        for address in ["kim.7@example.org", "nobody@example.org", "family@example.org"] {
            let request = OpenCase(claim: .email(Self.text(address)), purpose: .unlock, channel: .phone)
            let opened = try await mia.openCase(request).recoveryCase
            let details = ["name": "No Body", "email": "no@example.org", "date_of_birth": "1970-01-01"]
                .map { ClaimedDetail(field: $0.key, value: Self.text($0.value)) }
            let answer = try await mia.checkDetails(opened.name, details)
            shapes.insert("\(opened.tier) \(opened.missing) \(opened.state) \(answer.outcome) \(answer.attemptsLeft)")
            let names = await world.eventNames(of: opened.name)
            #expect(names.prefix(2) == ["case.open", "x.case.find"])
        }
        #expect(shapes.count == 1)
        let found = await world.events().last { $0["event"]?.string == "x.case.find" }
        #expect(found?["code"]?.string == "email")
        try await world.audit()
    }

    @Test func `refuses what is no address or number before anything is written`() async throws {
        let world = try await Self.room(of: 15)
        let (mia, _) = try await world.desk(of: "mia", role: .agent)
        let before = await world.store.events.count
        let wrong: [(Said, ServiceError)] = [
            (.email("kim"), .invalidClaim(field: "email", reason: "invalid-email")),
            (.phone("07700 910007", nil), .invalidClaim(field: "phone", reason: "no-region")),
            (.phone("12", "GB"), .invalidClaim(field: "phone", reason: "invalid-phone")),
            (.phone("+447700910007", "XX"), .invalidClaim(field: "country", reason: "no such region")),
        ]
        for (said, error) in wrong {
            let request = OpenCase(claim: said.claim, purpose: .unlock, channel: .phone)
            #expect(await thrown { _ = try await mia.openCase(request) } == error)
        }
        #expect(await world.store.events.count == before)
    }

    @Test func `stops one person who looks up too many in a day`() async throws {
        let world = try await Self.room(of: 15)
        let (mia, _) = try await world.desk(of: "mia", role: .agent)
        let scope = "lookups/\(mia.caller.person.text)"
        let now = world.clock.now()
        _ = try await world.store.commit { transaction in
            var ledger = AttemptLedger(scope: scope)
            for _ in 1..<RecoveryService.mostLookUps { ledger.spend(at: now, keepingFor: 86_400) }
            try transaction.put(ledger)
            return Recorded((), .event("x.test"))
        }
        func open(_ said: Said) async -> ServiceError? {
            await thrown {
                _ = try await mia.openCase(OpenCase(claim: said.claim, purpose: .unlock, channel: .phone))
            }
        }
        #expect(await open(.email("nobody@example.org")) == nil)
        #expect(await open(.email("kim.7@example.org")) == .limited(retryAfter: 86_400))
        #expect(await open(.phone("+447700910007", nil)) == .limited(retryAfter: 86_400))
        let hit = await world.events().last
        #expect(hit?["event"]?.string == "limit.hit" && hit?["scope"]?.string == "lookups")
        // Whoever names the account looks nobody up.
        #expect(await open(.reference("c-1007")) == nil)
    }

    @Test func `erases what was noted down about an address before its owner had an account`() async throws {
        let world = try await Self.room(of: 15)
        let (mia, _) = try await world.desk(of: "mia", role: .agent)
        for claim in [Said.email("new@example.org"), .phone("+447700980000", nil)] {
            let request = OpenCase(claim: claim.claim, purpose: .unlock, channel: .phone)
            let name = try await mia.openCase(request).recoveryCase.name
            _ = try await mia.addNote(name, Self.text("Says that the phone is lost."))
            _ = try await mia.cancel(name)
        }
        let new = Self.customer(500, email: "new@example.org", phone: "+447700980000")
        _ = try await world.admin.importAccounts([new], skippingBad: false) { _ in }
        let proposal = try await world.admin.erasureProposal(Self.text("c-1500"), basis: "art17")
        #expect(proposal.count == 2)
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
