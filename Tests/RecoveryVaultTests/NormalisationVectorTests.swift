import RecoveryTestSupport
import RecoveryVault
import Testing

@Suite struct FieldRuleVectorTests {
    @Test func `has all 336 cases of the specification, none skipped`() {
        #expect(ClaimVector.all.count == 336)
        #expect(Dictionary(grouping: ClaimVector.all, by: \.kind).mapValues(\.count) == ClaimVector.counts)
        #expect(ClaimVector.all.allSatisfy { $0.norm == FieldRule.version })
        #expect(ClaimVector.all.allSatisfy { ($0.canonical == nil) != ($0.error == nil) })
    }

    @Test(arguments: ClaimVector.all)
    func `gives every variant to the byte, or the reason`(vector: ClaimVector) throws {
        #expect(try vector.outcome() == vector.expected())
    }
}

@Suite struct FieldRuleVariantTests {
    @Test(
        arguments: [
            (FieldRule.date(.unknown), [1], [1]), (.phone(nil), [1, 2], [1]), (.email, [1, 2], [1, 2]),
            (.nationalID(.unchecked), [1, 2], [1]), (.name, [1, 2, 3], [1, 2, 3]), (.reading, [1], [1]),
            (.text, [1, 2], [1, 2]), (.address, [1], [1]), (.reference, [1], [1]),
        ] as [(FieldRule, Set<UInt8>, Set<UInt8>)]
    )
    func `keeps the last four characters off unless they are asked for`(
        rule: FieldRule,
        all: Set<UInt8>,
        byDefault: Set<UInt8>
    ) {
        #expect(rule.variants == all)
        #expect(rule.defaultVariants == byDefault)
    }

    @Test func `forms the enabled variants and no other`() throws {
        let today = try #require(ClaimOutcome.today)
        let phone = Array("+447700900123".utf8)
        #expect(try FieldRule.phone(nil).canonicalForms(of: phone, today: today).variants.keys.sorted() == [1])
        let both = try FieldRule.phone(nil).canonicalForms(of: phone, today: today, variants: [1, 2, 9])
        #expect(both.bytes == [1: phone, 2: Array("0123".utf8)])
        #expect(try FieldRule.phone(nil).canonicalForms(of: phone, today: today, variants: []).variants.isEmpty)
    }

    @Test func `refuses a claim only for a variant that is enabled`() throws {
        let today = try #require(ClaimOutcome.today)
        let dashes = Array("---".utf8)
        #expect(try FieldRule.name.canonicalForms(of: dashes, today: today, variants: [1]).bytes == [1: dashes])
        #expect(throws: ClaimRefusal.empty) {
            try FieldRule.name.canonicalForms(of: dashes, today: today, variants: [1, 3])
        }
    }

    @Test func `prints nothing of the person`() throws {
        let today = try #require(ClaimOutcome.today)
        let forms = try FieldRule.name.canonicalForms(of: Array("Taro Yamada".utf8), today: today)
        var dumped = ""
        dump(forms, to: &dumped)
        #expect(dumped.contains("3 variants") && !dumped.contains("116"))
        #expect("\(forms)" == "‹personal: 3 variants›")
        #expect(String(reflecting: forms) == "‹personal: 3 variants›")
    }
}
