/// Whether a case that was closed has all its records (§6, `case-count`).
struct CaseChecks {
    private var counts: [String: UInt64] = [:]

    mutating func check(_ read: ReadRecord, _ findings: inout Findings) {
        guard let (name, payload) = read.event, let reference = payload["case"]?.string else { return }
        counts[reference, default: 0] += 1
        if name == "case.close", payload.count("records") != counts[reference] {
            findings.add(.caseCount, seq: read.index)
        }
    }
}
