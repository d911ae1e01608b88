import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import RecoveryTestSupport

/// Ways to tamper that are no rows of the public matrix: together with it, every code is the reason of some verdict.
@Suite struct EveryCodeTests {
    @Test(arguments: TamperRow.records) func `names the record`(row: TamperRow) throws {
        let verdict = try row.verdict()
        #expect(Judgement(verdict) == row.expected, "\(verdict.text)")
        if let mentioned = row.mentions { #expect(verdict.findings.contains { $0.code == mentioned }) }
    }

    @Test(arguments: TamperRow.bundles) func `names what is wrong with the bundle`(row: TamperRow) throws {
        let verdict = try row.verdict()
        #expect(Judgement(verdict) == row.expected, "\(verdict.text)")
        if let mentioned = row.mentions { #expect(verdict.findings.contains { $0.code == mentioned }) }
    }

    @Test func `leaves no code out`() {
        let rows = TamperRow.all
        let seen = rows.compactMap(\.expected.code) + rows.compactMap { $0.mentions?.rawValue }
        // No bundle brings the verifier to fail by itself: a source does that cannot be read. A part is asked for, and found
        // in any bundle. Both are claimed elsewhere.
        let left = Set(FindingCode.allCases.map(\.rawValue)).subtracting(seen)
        #expect(left == [FindingCode.internalError.rawValue, FindingCode.partOnly.rawValue])
    }
}
