import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import RecoveryTestSupport

/// The rows of audit-log.md §14 that are made on a bundle, beside those that are vectors.
@Suite struct TamperMatrixTests {
    @Test(arguments: Sweep.all)
    func `names the record that was changed, wherever it stands`(sweep: Sweep) throws {
        for index in sweep.records {
            let row = sweep.row(at: index)
            let verdict = try row.verdict()
            #expect(Judgement(verdict) == row.expected, "record \(index): \(verdict.text)")
        }
    }

    @Test(arguments: TamperRow.matrix)
    func `says what the matrix says`(row: TamperRow) throws {
        let verdict = try row.verdict()
        #expect(Judgement(verdict) == row.expected, "\(verdict.text)")
        if let mentioned = row.mentions {
            #expect(verdict.findings.contains { $0.code == mentioned }, "\(verdict.text)")
        }
    }

    @Test func `says that authorship failed when an approval is forged`() throws {
        var forgery = try Forgery()
        try forgery.approve { $0.signer = "nobody" }
        try forgery.publish()
        let verdict = LogVerifier(.vectors).verify(forgery.bundle)
        #expect(verdict.authorship == .failed)
        #expect(verdict.integrity == .intact)
        #expect(verdict.trustworthy == 27)
    }

    @Test func `finds nothing wrong with a bundle that was made anew without changes`() throws {
        var forgery = try Forgery()
        try forgery.publish()
        #expect(Judgement(LogVerifier(.vectors).verify(forgery.bundle)) == Judgement(.intact))
    }

    @Test func `blames the record whose value is gone when the erasure of it cannot be read`() throws {
        var forgery = try Forgery()
        forgery.flip(22, at: 0)
        forgery.store()
        let verdict = LogVerifier(.vectors).verify(forgery.bundle)
        #expect(Judgement(verdict) == Judgement(.tampered, .privateMissing, 6))
        #expect(verdict.findings.contains { $0.code == .badMagicOrSuite && $0.seq == 22 })
    }
}
