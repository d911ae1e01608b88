import RecoveryCrypto
import Testing

@testable import RecoveryAudit

/// The writer and the verifier share formats, and no rule: each holds the other to the specification.
@Suite struct ExportedBundleTests {
    private func verdict(of log: SmallLog) throws -> Verdict {
        var options = VerificationOptions(now: UnixTime(seconds: 1_760_200_000))
        options.logKey = VKey(log.identity)
        options.auditor = AuditorKey(kid: "auditor-1", key: log.auditor)
        options.requiresMACs = true
        options.requiresPrivate = true
        return LogVerifier(options).verify(try log.exported())
    }

    @Test(arguments: [0, 224, 225, 226, 1000])
    func `is found intact by the verifier, with every MAC checked`(more: Int) throws {
        let log = try SmallLog.filled()
        for count in 0..<more { try log.add(["event": "audit.full", "free": .integer(Int64(count))]) }
        let verdict = try verdict(of: log)
        #expect(verdict.outcome == .intact && verdict.code == nil, "\(verdict.findings)")
        #expect(verdict.size == UInt64(31 + more) && verdict.macs == .checked && verdict.privates == .complete)
        #expect(verdict.authorship == .proven)
    }

    @Test func `is found intact after clocks that ran back and transactions that were rolled back`() throws {
        let log = try SmallLog.filled()
        for count in 0..<50 {
            log.writer.begin()
            _ = try log.writer.append(event: ["event": "audit.full", "free": 9], now: log.now * 2)
            log.writer.rollback()
            log.now -= UInt64(count % 3) * 900_000
            try log.add(["event": "audit.full", "free": .integer(Int64(count))])
        }
        #expect(log.records.contains { $0.entry[7] == 1 })
        let verdict = try verdict(of: log)
        #expect(verdict.outcome == .intact, "\(verdict.findings)")
    }
}
