import ArgumentParser
import RecoveryAudit
import RecoveryStore

/// How records of the log are written for those who read it: people, or the programs of a security team.
///
/// All are views. None is a proof, and nothing is ever read back from them. A payload is what somebody wrote, so in every
/// form a record is one line, and nothing in it ends a field or is obeyed by a terminal.
enum LogForm: String, ExpressibleByArgument, CaseIterable {
    case text, ndjson, ocsf, cef

    func lines(_ records: [ListedRecord], origin: String) -> [String] {
        switch self {
        case .text: Table.lines(records.map { $0.row.map(Self.oneLine) })
        case .ndjson: records.map { Self.ascii($0.value) }
        case .ocsf: records.map { Self.ascii(OCSFView(of: $0, origin: origin).event) }
        case .cef: records.map { CEFView(of: $0, origin: origin).line }
        }
    }

    /// The text without what a terminal obeys, line ends included.
    static func oneLine(_ text: String) -> String {
        Terminal.harmless(text).replacing("\n", with: "\u{FFFD}")
    }

    /// The value as JSON of ASCII alone (RFC 8259 §7): nothing else occurs outside of strings, and there it is escaped.
    static func ascii(_ value: JSONValue) -> String {
        var line = ""
        for scalar in String(decoding: CanonicalJSON.write(value), as: UTF8.self).unicodeScalars {
            if (0x20..<0x7f).contains(scalar.value) {
                line.unicodeScalars.append(scalar)
            } else {
                for unit in UTF16.encode(scalar).map(Array.init) ?? [] { line += "\\u" + Self.fourDigits(unit) }
            }
        }
        return line
    }

    private static func fourDigits(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
