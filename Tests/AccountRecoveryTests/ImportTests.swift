import RecoveryAudit
import RecoveryCrypto
import RecoveryPolicy
import Testing

@testable import AccountRecovery

@Suite(.timeLimit(.minutes(30))) struct ImportTests {
    private static func account(
        _ line: Int,
        _ reference: String?,
        _ more: [String: String] = [:],
        country: String? = nil
    ) -> NewAccount {
        var fields = more
        fields["account"] = reference
        return NewAccount(
            line: line,
            fields: fields.mapValues { SecretText(testing: $0) },
            country: country,
            language: "en",
            stake: 1
        )
    }

    private static func bring(_ world: TestDesk, _ accounts: [NewAccount], skippingBad: Bool = false) async throws
        -> ImportAnswer
    {
        try await world.admin.importAccounts(accounts, skippingBad: skippingBad) { _ in }
    }

    private static func isKnown(_ world: TestDesk, _ reference: String) async throws -> Bool {
        let vault = world.parts.vault
        return try await world.store.read { try vault.find(SecretText(testing: reference), in: $0).row != nil }
    }

    /// A file with everything that can be wrong, one of it on a line, and two good ones.
    private static let spoiled = [
        account(1, "a-1001", ["email": "kim@example.org"]),
        account(2, "A 1001"),
        account(3, nil, ["email": "kim@example.org"]),
        account(4, "x"),
        account(5, "b-1001", ["date_of_birth": "1985-02-30"]),
        account(6, "c-1001", ["date_of_birth": "03/04/1985"]),
        account(7, "d-1001", ["phone": "07700 900123"]),
        account(8, "e-1001", ["phone": "07700 900123"], country: "GB"),
        account(9, "f-1001", ["email": "kim at example.org"]),
        account(10, "g-1001", ["name": "Kim\u{7}"]),
        account(11, "h-1001", ["national_id": "!"]),
        account(12, "there-already"),
    ]
    private static let refusals = [
        ImportRefusal(line: 2, field: "account", reason: "stands further up in the file"),
        ImportRefusal(line: 3, field: "account", reason: "missing"),
        ImportRefusal(line: 4, field: "account", reason: "invalid-reference"),
        ImportRefusal(line: 5, field: "date_of_birth", reason: "invalid-date"),
        ImportRefusal(line: 6, field: "date_of_birth", reason: "ambiguous-date"),
        ImportRefusal(line: 7, field: "phone", reason: "no-region"),
        ImportRefusal(line: 9, field: "email", reason: "invalid-email"),
        ImportRefusal(line: 10, field: "name", reason: "control-character"),
        ImportRefusal(line: 11, field: "national_id", reason: "invalid-identifier"),
        ImportRefusal(line: 12, field: "account", reason: "exists already"),
    ]

    // Any text was taken, and the language kept unsealed.
    @Test(
        arguments: [
            ("GB", "en", nil), ("gb", "zh-Hans-CN", nil), (nil, "sl-rozaj-biske-1994", nil),
            ("GBR", "en", "country"), ("", "en", "country"), ("K\u{FF50}", "en", "country"), ("4 ", "en", "country"),
            (nil, "", "language"), (nil, "Kim Park", "language"), (nil, "en-", "language"), (nil, "4en", "language"),
            (nil, "en\u{1B}[2J", "language"), (nil, "en-kimparkfromleeds", "language"), (nil, "-en", "language"),
            (nil, "en-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa", "language"),
        ] as [(String?, String, String?)]
    )
    func `keeps nothing unsealed but a country and a language`(country: String?, language: String, field: String?)
        async throws
    {
        let world = try await TestDesk()
        let account = NewAccount(
            line: 1,
            fields: ["account": SecretText(testing: "a-1001")],
            country: country,
            language: language,
            stake: 1
        )
        let refusals = field.map { [ImportRefusal(line: 1, field: $0, reason: "invalid-\($0)")] }
        #expect(await thrown { _ = try await Self.bring(world, [account]) } == refusals.map(ServiceError.unreadable))
        #expect(try await Self.isKnown(world, "a-1001") == (field == nil))
    }

    @Test func `stores nobody when a line cannot be read, and names every such line`() async throws {
        let world = try await TestDesk()
        _ = try await Self.bring(world, [Self.account(1, "there-already")])
        let before = await world.store.events.count
        #expect(await thrown { _ = try await Self.bring(world, Self.spoiled) } == .unreadable(Self.refusals))
        #expect(await world.store.events.count == before)
        #expect(try await !Self.isKnown(world, "a-1001"))
    }

    @Test func `leaves out what cannot be read when it is told to`() async throws {
        let world = try await TestDesk()
        _ = try await Self.bring(world, [Self.account(1, "there-already")])
        let answer = try await Self.bring(world, Self.spoiled, skippingBad: true)
        #expect(answer.imported == 2 && answer.skipped == Self.refusals)
        #expect(answer.position == UInt64(await world.store.entries.count))
        for known in ["a-1001", "A1001", "e-1001", "there-already"] {
            #expect(try await Self.isKnown(world, known))
        }
        for unknown in ["b-1001", "c-1001", "d-1001", "f-1001", "g-1001", "h-1001"] {
            #expect(try await !Self.isKnown(world, unknown))
        }
        let summary = try #require(await world.events().last { $0["event"]?.string == "x.account.import" })
        #expect(summary["count"]?.integer == 2)
        try await world.audit(isSigned: false)
    }

    @Test func `stores nothing of an empty file, or of one that is all bad`() async throws {
        let world = try await TestDesk()
        #expect(try await Self.bring(world, []) == ImportAnswer(imported: 0, skipped: [], position: 0))
        let answer = try await Self.bring(world, [Self.account(4, "x")], skippingBad: true)
        #expect(answer.imported == 0 && answer.skipped.count == 1)
    }

    @Test func `finds everybody as the index grows`() async throws {
        let world = try await TestDesk()
        var known: [String] = []
        // By Docs/Specs/vault.md §9: no index below 16, then a third of one bit less than the logarithm.
        for (size, bits) in [(15, nil), (16, 1), (31, 1), (127, 1), (128, 2), (200, 2)] as [(Int, UInt8?)] {
            let new = (known.count..<size).map { "customer-\($0)" }
            _ = try await Self.bring(world, new.enumerated().map { Self.account($0.offset + 1, $0.element) })
            known += new
            let state = try await world.state()
            #expect(state.plans.map(\.isActive) == (bits == nil ? [] : [true, true, true]))
            #expect(state.plans.map(\.bits) == (bits.map { [$0, $0, $0] } ?? []))
            #expect(state.index.values.map(\.count).reduce(0, +) == (bits == nil ? 0 : size))
            for reference in [known.first, known.last, new.first, "customer-7"].compactMap(\.self) {
                #expect(try await Self.isKnown(world, reference), "\(reference) of \(size)")
            }
            #expect(try await !Self.isKnown(world, "customer-\(size)"))
        }
        for reference in known { #expect(try await Self.isKnown(world, reference), "\(reference)") }
        #expect(known.count == 200)
        try await world.audit(isSigned: false)
    }

    // The index stayed when erasures left too few people for one, and hid everybody who came after.
    @Test func `finds whoever comes after so many were erased that there is no index`() async throws {
        let world = try await TestDesk()
        _ = try await Self.bring(world, (0..<16).map { Self.account($0 + 1, "customer-\($0)") })
        for number in 0..<3 { _ = try await world.admin.erase(SecretText(testing: "customer-\(number)")) }
        _ = try await Self.bring(world, [Self.account(1, "late-comer")])
        #expect(try await world.state().plans.isEmpty)
        for reference in ["late-comer", "customer-3", "customer-15"] {
            #expect(try await Self.isKnown(world, reference), "\(reference)")
        }
        #expect(try await !Self.isKnown(world, "customer-0"))
    }

    // Both had been read before either was written, and both were stored.
    @Test func `brings a customer once when two import at the same instant`() async throws {
        let world = try await TestDesk()
        let meeting = Meeting()
        func admin() -> RecoveryService {
            let parts = RecoveryService.Parts(
                store: MeetingStore(world.store, meeting, atCommit: 1),
                directory: world.directory,
                courier: world.courier,
                clock: world.clock,
                vault: world.parts.vault,
                grantKey: world.parts.grantKey,
                origin: world.parts.origin
            )
            return RecoveryService(parts, caller: world.admin.caller)
        }
        let (first, second) = (admin(), admin())
        async let one = thrown {
            _ = try await first.importAccounts([Self.account(1, "a-1001")], skippingBad: false) { _ in }
        }
        async let other = thrown {
            _ = try await second.importAccounts([Self.account(1, "A-1001")], skippingBad: false) { _ in }
        }
        let errors = await [one, other]
        #expect(errors.count { $0 == nil } == 1)
        #expect(errors.contains(.conflict("customers were imported meanwhile: import again")))
        #expect(try await world.state().subjects.count == 1)
    }
}
