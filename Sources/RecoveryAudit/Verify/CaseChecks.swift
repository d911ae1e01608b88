/// Whether a case that was closed has all its records (§6, `case-count`).
struct CaseChecks {
    /// What is kept of the name of a case: 128 bits that nobody outside this run can predict, so that no two names can
    /// be chosen to have the same. The names themselves would be most of what a verifier keeps of a long log.
    private struct Name: Hashable {
        private let first: Int
        private let second: Int

        init(_ reference: String) {
            var hasher = Hasher()
            reference.hash(into: &hasher)
            first = hasher.finalize()
            hasher = Hasher()
            first.hash(into: &hasher)
            reference.hash(into: &hasher)
            second = hasher.finalize()
        }
    }

    private var counts: [Name: UInt64] = [:]

    mutating func check(_ read: ReadRecord, _ findings: inout Findings) {
        guard let (name, payload) = read.event, let reference = payload["case"]?.string else { return }
        let key = Name(reference)
        let count = counts[key, default: 0] + 1
        counts[key] = count
        if name == "case.close", payload.count("records") != count { findings.add(.caseCount, seq: read.index) }
    }
}
