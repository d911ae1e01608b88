import RecoveryAudit
import RecoveryCrypto
import RecoveryVault
import Testing

@testable import AccountRecovery

@Suite(.timeLimit(.minutes(10))) struct IndexPlanTests {
    private static let count = 40

    private static func customer(_ number: Int) -> NewAccount {
        let fields = [
            "account": "c-\(1000 + number)", "email": "kim.\(number)@example.org",
            "phone": "+4477009\(10_000 + number)",
        ]
        return NewAccount(
            line: number + 1,
            fields: fields.mapValues { SecretText(testing: $0) },
            country: nil,
            language: "en",
            stake: 100
        )
    }

    private static func bring(_ world: TestDesk, _ numbers: Range<Int>) async throws {
        _ = try await world.admin.importAccounts(numbers.map(customer), skippingBad: false) { _ in }
    }

    private static func room() async throws -> TestDesk {
        let world = try await TestDesk()
        try await bring(world, 0..<count)
        return world
    }

    /// Whether everybody is found in all three ways, and nobody else.
    private static func finds(
        _ numbers: Range<Int>,
        in world: TestDesk,
        by vault: SubjectVault? = nil
    ) async throws -> Bool {
        let vault = vault ?? world.parts.vault
        return try await world.store.read { reader in
            func row(_ claim: AccountClaim) throws -> SubjectRow? { try vault.find(claim, in: reader).row }
            func all(_ number: Int) throws -> [SubjectRow?] {
                [
                    try row(.reference(SecretText(testing: "c-\(1000 + number)"))),
                    try row(.email(SecretText(testing: "kim.\(number)@example.org"))),
                    try row(.phone(SecretText(testing: "+4477009\(10_000 + number)"), country: nil)),
                ]
            }
            let known = try numbers.allSatisfy { number in
                let rows = try all(number)
                return rows[0] != nil && rows[0] == rows[1] && rows[0] == rows[2]
            }
            return try known && all(7777).allSatisfy { $0 == nil }
        }
    }

    /// How many rows each plan has, by field and plan.
    private static func listed(_ world: TestDesk) async throws -> [[UInt32]: Int] {
        var counts: [[UInt32]: Int] = [:]
        for (place, subjects) in try await world.state().index {
            counts[[UInt32(place.field), place.plan], default: 0] += subjects.count
        }
        return counts.filter { $0.value > 0 }
    }

    @Test func `is right from the first import on`() async throws {
        let world = try await Self.room()
        let plans = try await world.state().plans
        #expect(plans.map(\.field) == [4, 5, 7] && plans.allSatisfy { $0.bits == 1 && $0.isActive })
        #expect(try await Self.listed(world) == [[4, 1]: 40, [5, 1]: 40, [7, 1]: 40])
        #expect(try await world.admin.renewIndexes(raisingBitsBy: nil) { _ in } == nil)
        #expect(await !world.eventNames().contains { $0.hasPrefix("x.index") })
    }

    @Test func `is filled in batches while look-ups read the old one`() async throws {
        let world = try await Self.room()
        let begun = try #require(try await world.admin.beginIndexPlan(raisingBitsBy: 3))
        #expect(begun.done == 0 && begun.total == 40 && !begun.isFilled)
        for (done, isFilled) in [(15, false), (30, false), (40, true), (40, true)] {
            let progress = try #require(try await world.admin.fillIndexPlan(batch: 15))
            #expect(progress.done == done && progress.isFilled == isFilled)
            #expect(try await world.state().plans.filter(\.isActive).map(\.bits) == [1, 1, 1])
            #expect(try await Self.finds(0..<40, in: world))
        }
        #expect(try await Self.listed(world).values.allSatisfy { $0 == 40 })
        _ = try #require(try await world.admin.switchIndexPlan())
        #expect(try await world.state().plans.map(\.bits) == [4, 4, 4])
        #expect(try await Self.listed(world) == [[4, 2]: 40, [5, 2]: 40, [7, 2]: 40])
        #expect(try await Self.finds(0..<40, in: world))
        #expect(
            await world.eventNames().filter { $0.hasPrefix("x.index") }
                == [
                    "x.index.begin", "x.index.fill", "x.index.fill", "x.index.fill", "x.index.fill", "x.index.switch",
                    "x.index.remove",
                ]
        )
        #expect(try await world.admin.fillIndexPlan() == nil)
        #expect(try await world.admin.switchIndexPlan() == nil)
        try await world.audit(isSigned: false)
    }

    @Test func `is not read before everybody is listed in it`() async throws {
        let world = try await Self.room()
        _ = try await world.admin.beginIndexPlan(raisingBitsBy: 3)
        _ = try await world.admin.fillIndexPlan(batch: 39)
        #expect(
            await thrown { _ = try await world.admin.switchIndexPlan() }
                == .conflict("the new plans are not filled yet")
        )
        #expect(try await Self.finds(0..<40, in: world))
    }

    // The cursor has passed half of those who come in between: without a row in both plans they would be lost.
    @Test(arguments: [1, 15, 39])
    func `lists whoever comes while it is filled, and forgets whoever goes`(done: Int) async throws {
        let world = try await Self.room()
        _ = try await world.admin.beginIndexPlan(raisingBitsBy: 3)
        _ = try await world.admin.fillIndexPlan(batch: done)
        for number in 0..<5 { _ = try await world.admin.erase(SecretText(testing: "c-\(1000 + number)")) }
        // An import brings what was begun to its end.
        try await Self.bring(world, 40..<60)
        #expect(try await world.state().plans.map(\.bits) == [4, 4, 4])
        #expect(try await Self.listed(world) == [[4, 2]: 55, [5, 2]: 55, [7, 2]: 55])
        #expect(try await Self.finds(5..<60, in: world))
    }

    // As after a kill: whoever comes next has nothing but what the store kept.
    @Test func `goes on where somebody was cut short, in every step`() async throws {
        for steps in 0..<6 {
            let world = try await Self.room()
            _ = try await world.admin.beginIndexPlan(raisingBitsBy: 3)
            for _ in 0..<min(steps, 3) { _ = try await world.admin.fillIndexPlan(batch: 14) }
            if steps >= 4 { _ = try await world.admin.switchIndexPlan() }
            if steps == 5 { #expect(try await world.admin.beginIndexPlan() == nil) }
            let next = RecoveryService(world.parts, caller: world.admin.caller)
            let view = try await next.indexes()
            #expect((view.renewal?.done ?? 40) == min(steps * 14, 40) || steps == 0)
            _ = try await next.renewIndexes(raisingBitsBy: nil) { _ in }
            #expect(try await next.indexes().renewal == nil)
            #expect(try await world.state().plans.map(\.bits) == [4, 4, 4])
            #expect(try await Self.listed(world) == [[4, 2]: 40, [5, 2]: 40, [7, 2]: 40])
            #expect(try await Self.finds(0..<40, in: world))
        }
    }

    @Test func `is made anew when its key is rotated, and everybody is found before and after`() async throws {
        let world = try await Self.room()
        let rotation = try await world.admin.beginRotation(of: .blindIndex)
        #expect(rotation.count == 3)
        // The new key is active, and nothing is listed under it yet.
        #expect(try await world.state().plans.map(\.keyVersion) == [1, 1, 1])
        #expect(try await Self.finds(0..<40, in: world, by: world.parts.vault))
        #expect(try await world.admin.rotateBatch(rotation, isFirst: true).isRetired)
        #expect(try await world.state().plans.map(\.keyVersion) == [2, 2, 2])
        #expect(try await Self.finds(0..<40, in: world, by: world.parts.vault))
        #expect(try await world.admin.keys().filter { $0.key == "bik" }.map(\.state) == ["retired", "active"])
    }

    @Test func `is shown with what it gives away`() async throws {
        let world = try await Self.room()
        let view = try await world.admin.indexes()
        #expect(view.subjects == 40 && view.renewal == nil)
        #expect(view.indexes.map(\.field) == ["phone", "email", "account"])
        for index in view.indexes {
            #expect(index.bits == 1 && index.plannedBits == 1 && index.raisedBits == 0 && index.keyVersion == 1)
            #expect(index.values == 2 && index.usedValues == 2 && index.averageThousandths == 20_000)
            #expect(index.least + index.greatest == 40 && index.least <= 20)
        }
        _ = try await world.admin.renewIndexes(raisingBitsBy: 8) { _ in }
        for index in try await world.admin.indexes().indexes {
            #expect(index.bits == 9 && index.plannedBits == 1 && index.raisedBits == 8 && index.least == 0)
            #expect(index.averageThousandths == 78)
        }
        #expect(
            await thrown { _ = try await world.admin.renewIndexes(raisingBitsBy: 9) { _ in } }
                == .invalidInput("bits are raised by 0 to 8")
        )
    }

    @Test func `is not there for fewer than sixteen`() async throws {
        let world = try await TestDesk()
        try await Self.bring(world, 0..<15)
        let view = try await world.admin.indexes()
        #expect(view.indexes.allSatisfy { $0.bits == nil && $0.greatest == 15 && $0.values == 1 })
        #expect(try await world.state().plans.isEmpty)
    }
}
