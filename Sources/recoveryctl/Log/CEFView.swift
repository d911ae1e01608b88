import RecoveryAudit
import RecoveryStore

/// A record as a line of the Common Event Format, version 0, with the keys of its extension dictionary.
///
///     CEF:0|account-recovery|account-recovery|0.1.0|check.result|check.result|4|rt=… externalId=42 cs1Label=case …
struct CEFView {
    private let listed: ListedRecord
    private let origin: String

    init(of listed: ListedRecord, origin: String) {
        self.listed = listed
        self.origin = origin
    }

    var line: String {
        let header = [
            "CEF:0", "account-recovery", "account-recovery", Version.number, listed.name, listed.name, "\(severity)",
        ]
        return header.map(Self.inHeader).joined(separator: "|") + "|"
            + extensions.map { "\($0.key)=\(Self.inExtension($0.value))" }.joined(separator: " ")
    }

    private var extensions: [(key: String, value: String)] {
        var pairs: [(key: String, value: String)] = [
            ("rt", "\(listed.record.timeMicroseconds / 1000)"), ("externalId", "\(listed.record.seq)"),
            ("dvchost", origin),
        ]
        func add(_ key: String, _ value: String?) {
            if let value { pairs.append((key, value)) }
        }
        add("suser", listed.word("actor"))
        add("duid", listed.word("subject"))
        add("act", listed.word("action"))
        add("outcome", listed.word("result") ?? listed.word("verdict") ?? listed.word("outcome"))
        add("reason", listed.word("why") ?? listed.word("reason"))
        if let name = listed.word("case") {
            pairs += [("cs1Label", "case"), ("cs1", name)]
        }
        let rest = listed.words(
            without: ["actor", "subject", "action", "result", "verdict", "outcome", "why", "reason", "case"]
        )
        if !rest.isEmpty { pairs.append(("msg", rest)) }
        return pairs
    }

    /// 0 to 10.
    private var severity: Int {
        switch EventWeight(of: listed) {
        case .routine: 2
        case .notable: 4
        case .serious: 6
        case .grave: 9
        }
    }

    /// A pipe would end the field.
    private static func inHeader(_ text: String) -> String {
        LogForm.oneLine(text).replacing("\\", with: "\\\\").replacing("|", with: "\\|")
    }

    /// An equals sign would begin another field.
    private static func inExtension(_ text: String) -> String {
        LogForm.oneLine(text).replacing("\\", with: "\\\\").replacing("=", with: "\\=")
    }
}
