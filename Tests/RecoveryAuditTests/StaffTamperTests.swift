import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import RecoveryTestSupport

/// What staff said, forged by somebody who has every key but theirs (audit-log.md §9), one row for each rule.
@Suite struct StaffTamperTests {
    @Test(arguments: TamperRow.staff) func `holds staff to their word`(row: TamperRow) throws {
        let verdict = try row.verdict()
        #expect(Judgement(verdict) == row.expected, "\(verdict.text)")
    }
}
