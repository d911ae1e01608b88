import RecoveryCrypto
import RecoveryTestSupport
import Testing

@testable import RecoveryVault

@Suite struct BlindIndexTests {
    struct File: Decodable {
        let values: [Value]
        let plan: [Plan]
    }

    struct Value: Decodable, CustomTestStringConvertible {
        let id: String
        let bik: String
        let tenant: String
        let field: UInt16
        let norm: UInt8
        let variant: UInt8
        let bits: Int
        let value: String
        let index: UInt32

        var testDescription: String { id }
    }

    struct Plan: Decodable, CustomTestStringConvertible {
        let rows: Int
        let indexes: Int
        let bits: Int

        var testDescription: String { "\(rows) subjects, \(indexes) indexes" }
    }

    static let values = VaultVectors.load(File.self, "index", []) { $0.values }
    static let plans = VaultVectors.load(File.self, "index", []) { $0.plan }

    @Test func `has all the values of the specification`() {
        #expect(Self.values.count == 21)
        #expect(Self.plans.count == 8)
    }

    @Test(arguments: values) func `gives the values of the specification`(vector: Value) throws {
        let field = try #require(BlindIndex.Field(rawValue: vector.field))
        #expect(field.variant == vector.variant)
        let tenant = try #require(TenantID(bytes: [UInt8](hex: vector.tenant)))
        let index = try #require(BlindIndex(tenant: tenant, field: field, rule: vector.norm, bits: vector.bits))
        let keys = try KeyRing(hex: vector.bik, .classKey(.blindIndex))
        #expect(try index.value(of: [UInt8](hex: vector.value).span, keys: keys, version: 1) == vector.index)
    }

    @Test(arguments: plans) func `chooses as many bits as the specification`(plan: Plan) {
        #expect((BlindIndex.bits(subjects: plan.rows, indexes: plan.indexes) ?? 0) == plan.bits)
    }

    @Test(arguments: [Int.min, -1, 0, 25, 32, Int.max]) func `refuses a number of bits`(bits: Int) {
        let isRefused = BlindIndex(tenant: .random(), field: .phone, rule: 1, bits: bits) == nil
        #expect(isRefused)
    }

    /// Docs/Specs/vault.md §9: a date of birth in an index would be a list of birthdays.
    @Test func `is offered for phone, e-mail and account reference, and no other field`() {
        let offered = (0...UInt16.max).filter { BlindIndex.Field(rawValue: $0) != nil }
        #expect(offered == [4, 5, 7])
    }

    @Test(arguments: [(0, 1), (15, 1), (16, 0), (16, 4), (1000, 9), (1000, -1), (-5, 1)])
    func `leaves few subjects to a scan`(subjects: Int, indexes: Int) {
        #expect(BlindIndex.bits(subjects: subjects, indexes: indexes) == nil)
    }

    @Test func `leaves at least two candidates, however many subjects`() throws {
        for indexes in 1...6 {
            for log in 4...40 {
                for subjects in [1 << log, 1 << log + 1, 2 << log - 1] {
                    guard let bits = BlindIndex.bits(subjects: subjects, indexes: indexes) else { continue }
                    #expect((1...24).contains(bits))
                    #expect(subjects >> (bits * indexes) >= 2, "\(subjects) subjects, \(indexes) indexes")
                }
            }
        }
    }

    @Test func `needs the key of its plan`() throws {
        let index = try #require(BlindIndex(tenant: .random(), field: .phone, rule: 1, bits: 9))
        let keys = try KeyRing(hex: Example.matchingKey, .classKey(.blindIndex), version: 2)
        #expect(throws: VaultError.keyUnavailable(KeyName(.classKey(.blindIndex), version: 1))) {
            try index.value(of: [1].span, keys: keys, version: 1)
        }
    }
}
