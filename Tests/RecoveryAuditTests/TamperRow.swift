import RecoveryAudit
import Testing

/// One way to tamper with the good bundle, and what a verifier must say about it.
struct TamperRow: Sendable, CustomTestStringConvertible {
    let name: String
    let expected: Judgement
    /// A finding that must be listed besides the primary code.
    let mentions: FindingCode?
    let tamper: @Sendable (inout Forgery, inout VerificationOptions) throws -> Void

    init(
        _ name: String,
        _ outcome: Outcome,
        _ code: FindingCode? = nil,
        _ firstBadSeq: UInt64? = nil,
        mentions: FindingCode? = nil,
        _ tamper: @escaping @Sendable (inout Forgery, inout VerificationOptions) throws -> Void
    ) {
        self.name = name
        expected = Judgement(outcome, code, firstBadSeq)
        self.mentions = mentions
        self.tamper = tamper
    }

    var testDescription: String { name }

    func verdict() throws -> Verdict {
        var forgery = try Forgery()
        var options = VerificationOptions.vectors
        try tamper(&forgery, &options)
        return LogVerifier(options).verify(forgery.bundle)
    }
}
