/// The findings of one run. Keeps what the verdict rests on for all of them, and the text of the first thousand only,
/// so that a log that is wrong throughout costs no more memory than a sound one.
struct Findings {
    /// What a report lists (§13.7).
    static let listed = 1_000

    private var kept: [Finding] = []
    private(set) var count = 0
    private(set) var codes: Set<FindingCode> = []

    /// The first finding of each severity.
    private(set) var first: [Severity: Finding] = [:]

    /// Whether a FAIL speaks against what is written, not against who said it or how much of it is here.
    private(set) var contradictsIntegrity = false
    private(set) var contradictsAuthorship = false

    /// The smallest seq of a FAIL that has one.
    private(set) var firstBadSeq: UInt64?

    mutating func add(
        _ code: FindingCode,
        seq: UInt64? = nil,
        size: UInt64? = nil,
        _ detail: String = "",
        severity: Severity? = nil
    ) {
        let finding = Finding(code: code, severity: severity ?? code.severity, seq: seq, size: size, detail: detail)
        count += 1
        codes.insert(code)
        if first[finding.severity].map(finding.precedes) ?? true { first[finding.severity] = finding }
        if finding.severity == .failure {
            if code.concernsAuthorship {
                contradictsAuthorship = true
            } else if !code.concernsCompleteness {
                contradictsIntegrity = true
            }
            if let seq { firstBadSeq = min(seq, firstBadSeq ?? seq) }
        }
        kept.append(finding)
        if kept.count >= 4 * Self.listed { kept = Array(listing) }
    }

    /// Takes over what another part of the run found.
    mutating func add(_ others: Findings) {
        for finding in others.kept {
            add(finding.code, seq: finding.seq, size: finding.size, finding.detail, severity: finding.severity)
        }
    }

    /// The first thousand, in the normative order.
    var listing: ArraySlice<Finding> {
        kept.sorted { $0.precedes($1) }.prefix(Self.listed)
    }
}
