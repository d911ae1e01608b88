import RecoveryAudit
import RecoveryCrypto
import Testing

@testable import RecoveryTestSupport

@Suite struct VerdictTests {
    @Test func `writes the verdict as one line of canonical JSON`() throws {
        let line = LogVerifier(.vectors).verify(try VectorFile.bundle("bundle")).json
        let verdict = try #require(try CanonicalJSON.parseFile(line).object)
        #expect(
            verdict.members.map(\.key) == [
                "anchored", "authorship", "code", "completeness", "exit", "findings", "first_bad_seq", "format",
                "integrity", "macs", "more", "origin", "private", "size", "trustworthy", "verdict",
            ]
        )
        #expect(verdict["anchored"] == 27)
        #expect(verdict["code"] == .null)
        #expect(verdict["exit"] == 0)
        #expect(verdict["first_bad_seq"] == .null)
        #expect(verdict["format"] == "rva/v1/verdict")
        #expect(verdict["macs"] == "checked")
        #expect(verdict["more"] == 0)
        #expect(verdict["origin"] == "audit.example.org/recovery")
        #expect(verdict["private"] == "complete")
        #expect(verdict["trustworthy"] == 27)
        #expect(verdict["verdict"] == "OK")
        let finding = try #require(verdict["findings"]?.array?.first?.object)
        #expect(finding.members.map(\.key) == ["code", "detail", "seq", "severity", "size"])
        #expect(finding["code"] == "redacted-authorised")
        #expect(finding["seq"] == 6)
        #expect(finding["severity"] == "INFO")
        #expect(finding["size"] == .null)
    }

    @Test(arguments: [
        ("bundle", "OK"),
        ("damaged/01-payload-bit/bundle", "TAMPERED mac at record 12"),
        ("damaged/35-missing-epoch-key/bundle", "UNVERIFIABLE epoch-key-missing"),
    ])
    func `says the verdict in its first line`(path: String, line: String) throws {
        let verdict = LogVerifier(.vectors).verify(try VectorFile.bundle(path))
        #expect(verdict.headline == line)
        #expect(verdict.text.hasPrefix(line + "\n"))
    }

    @Test func `trusts the records before the first bad one`() throws {
        #expect(LogVerifier(.vectors).verify(try VectorFile.bundle("damaged/01-payload-bit/bundle")).trustworthy == 12)
    }

    @Test func `trusts what is anchored when no record is named`() throws {
        var options = VerificationOptions.vectors
        options.heads = [try VectorFile.bundle("bundle").files["checkpoint"] ?? []]
        let verdict = LogVerifier(options).verify(try VectorFile.bundle("damaged/25-tail-cut-with-head/bundle"))
        #expect(verdict.code == .truncatedOrRolledBack)
        #expect(verdict.trustworthy == 19)
        #expect(verdict.completeness == .truncated)
        #expect(verdict.integrity == .intact)
    }

    @Test func `keeps what is unverifiable apart from what is tampered with`() throws {
        let verdict = LogVerifier(.vectors).verify(try VectorFile.bundle("damaged/35-missing-epoch-key/bundle"))
        #expect(verdict.integrity == .unverifiable)
        #expect(verdict.macs == .partial)
        #expect(verdict.trustworthy == 27)
    }

    @Test func `calls another history a fork`() throws {
        var options = VerificationOptions.vectors
        options.heads = [try VectorFile.bundle("bundle").files["checkpoint"] ?? []]
        let verdict = LogVerifier(options).verify(try VectorFile.bundle("damaged/30-fork/bundle"))
        #expect(verdict.completeness == .forked)
        #expect(verdict.integrity == .intact)
    }

    @Test func `warns that keys and witnesses are the bundle's own, and not otherwise`() throws {
        let bundle = try VectorFile.bundle("bundle")
        let codes = LogVerifier(.vectors).verify(bundle).findings.map(\.code)
        #expect(codes.contains(.keyFromBundle) && codes.contains(.policyFromBundle))
        var options = VerificationOptions.vectors
        options.logKey = VKey(file: bundle.files["log.vkey"] ?? [])
        options.policy = WitnessPolicy(parsing: bundle.files["policy"] ?? [])
        try #require(options.logKey != nil && options.policy != nil)
        let own = LogVerifier(options).verify(bundle).findings.map(\.code)
        #expect(own == [.redactedAuthorised, .epochUnsealed])
    }

    @Test(arguments: zip(Outcome.allCases, [0, 1, 3, 2] as [Int32]))
    func `has the exit codes of the specification`(outcome: Outcome, code: Int32) {
        #expect(outcome.exitCode == code)
    }
}
