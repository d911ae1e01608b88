import RecoveryCrypto

extension Verdict {
    /// One line of canonical JSON with a newline: the output of `--json` (§13.7).
    public var json: [UInt8] {
        CanonicalJSON.writeLine([
            "anchored": .count(anchored),
            "authorship": .string(authorship.rawValue),
            "code": code.map { .string($0.rawValue) } ?? .null,
            "completeness": .string(completeness.rawValue),
            "exit": .integer(Int64(outcome.exitCode)),
            "findings": .array(findings.map(\.json)),
            "first_bad_seq": firstBadSeq.map(JSONValue.count) ?? .null,
            "format": "rva/v1/verdict",
            "integrity": .string(integrity.rawValue),
            "macs": .string(macs.rawValue),
            "more": .integer(Int64(more)),
            "origin": origin.map(JSONValue.string) ?? .null,
            "private": .string(privates.rawValue),
            "size": .count(size),
            "trustworthy": .count(trustworthy),
            "verdict": .string(outcome.rawValue),
        ])
    }

    /// The first line of the text output: verdict, primary code, place. It is normative; what follows it is not.
    public var headline: String {
        var line = outcome.rawValue
        if let code { line += " \(code.rawValue)" }
        if let firstBadSeq { line += " at record \(firstBadSeq)" }
        return line
    }

    /// The text output, for people: the headline, the axes, and every finding that is listed.
    public var text: String {
        var lines = [
            headline,
            "log           \(origin ?? "unknown")",
            "records       \(size), of which \(trustworthy) to trust, \(anchored) vouched for from outside",
            "integrity     \(integrity.rawValue)",
            "completeness  \(completeness.rawValue)",
            "authorship    \(authorship.rawValue)",
            "macs          \(macs.rawValue)",
            "private       \(privates.rawValue)",
        ]
        if let timeStamped {
            lines.append("time-stamped  the first \(timeStamped.size) records, by \(timeStamped.time.timestamp)")
        }
        lines += findings.map(\.line)
        if more > 0 { lines.append("and \(more) more") }
        if let code { lines.append("what to do    \(code.cure)") }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Finding {
    fileprivate var json: JSONValue {
        [
            "code": .string(code.rawValue),
            "detail": .string(detail),
            "seq": seq.map(JSONValue.count) ?? .null,
            "severity": .string(severity.rawValue),
            "size": size.map(JSONValue.count) ?? .null,
        ]
    }

    fileprivate var line: String {
        var line = "\(severity.rawValue) \(code.rawValue)"
        if let seq { line += " at record \(seq)" }
        if let size { line += " of size \(size)" }
        return detail.isEmpty ? line : line + ": \(detail)"
    }
}

extension JSONValue {
    /// A count as an integer. Beyond 2^53 - 1, which only a false claim reaches, the largest number there is a
    /// spelling for.
    fileprivate static func count(_ number: UInt64) -> JSONValue {
        .integer(Int64(min(number, UInt64(CanonicalJSON.largestInteger))))
    }
}
