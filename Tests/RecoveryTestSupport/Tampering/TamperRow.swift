import RecoveryAudit

/// One way to tamper with the good bundle, and what a verifier must say about it.
struct TamperRow: Sendable, CustomStringConvertible {
    let name: String
    let expected: Judgement
    /// A finding that must be listed besides the primary code.
    let mentions: FindingCode?
    private let tamper: @Sendable (inout Forgery, inout Auditor) throws -> Void

    init(
        _ name: String,
        _ outcome: Outcome,
        _ code: FindingCode? = nil,
        _ firstBadSeq: UInt64? = nil,
        mentions: FindingCode? = nil,
        _ tamper: @escaping @Sendable (inout Forgery, inout Auditor) throws -> Void
    ) {
        self.name = name
        expected = Judgement(outcome, code, firstBadSeq)
        self.mentions = mentions
        self.tamper = tamper
    }

    var description: String { name }

    /// Rows of audit-log.md §14 begin with their number there; other rows have none.
    var number: Int? { Int(name.prefix { $0.isASCII && $0.isNumber }) }

    /// The bundle as it was left, and what the auditor has beside it.
    func made() throws -> (bundle: MemoryBundle, auditor: Auditor) {
        var forgery = try Forgery()
        var auditor = Auditor()
        try tamper(&forgery, &auditor)
        return (forgery.bundle, auditor)
    }

    func verdict() throws -> Verdict {
        let (bundle, auditor) = try made()
        return LogVerifier(try auditor.options()).verify(bundle)
    }

    /// Whether a verdict is what the row demands.
    func accepts(_ verdict: Verdict) -> Bool {
        Judgement(verdict) == expected
            && (mentions.map { code in verdict.findings.contains { $0.code == code } } ?? true)
    }
}

extension TamperRow {
    /// The rows of audit-log.md §14 that are made on a bundle.
    static let publicMatrix = Sweep.all.flatMap(\.someRows) + matrix
    /// And all others: together every code is the reason of some verdict.
    static let all = publicMatrix + records + bundles + staff
}
