import Foundation
import RecoveryAudit
import RecoveryStore
import Testing

@testable import recoveryctl

@Suite struct LogViewTests {
    private static let origin = "recovery.example/views"

    private static func line(_ form: LogForm, _ payload: JSONValue, type: RecordType = .event) throws -> String {
        let lines = form.lines([try ListedRecord(made: payload, type: type)], origin: origin)
        #expect(lines.count == 1)
        return lines.first ?? ""
    }

    private static let result: JSONValue = [
        "attempts": 2, "case": "C-7F3KQ2M9XA", "check": "totp", "event": "check.result", "result": "fail",
    ]

    @Test func `writes a record as an event of OCSF, with what its class must have`() throws {
        let line = try Self.line(.ocsf, Self.result)
        let event = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(event["class_uid"] as? Int == 3004)
        #expect(event["type_uid"] as? Int == 300_403)
        #expect(event["category_uid"] as? Int == 3)
        #expect(event["time"] as? Int == 1_772_375_527_000)
        #expect(event["status_id"] as? Int == 2)
        #expect(event["severity_id"] as? Int == 2)
        #expect((event["entity"] as? [String: String]) == ["type": "recovery case", "uid": "C-7F3KQ2M9XA"])
        let metadata = try #require(event["metadata"] as? [String: Any])
        #expect(metadata["version"] as? String == "1.8.0")
        #expect(metadata["sequence"] as? Int == 42)
        #expect((event["unmapped"] as? [String: Any])?["check"] as? String == "totp")
    }

    @Test(
        arguments: [
            (["actor": "mia", "event": "auth.login", "method": "key", "result": "pass"], .event, 300_201),
            (["event": "freeze.on", "subject": "00", "why": "customer"], .event, 300_109),
            (["action": "unlock", "event": "account.intent", "subject": "00"], .event, 300_112),
            (["action": "remove_second_factor", "event": "account.intent"], .event, 300_111),
            (["action": "place_hold", "event": "account.intent"], .event, 300_199),
            (["kid": "sam", "role": "supervisor"], .agentKeyAdd, 300_501),
            (["event": "case.open"], .event, 300_401),
            (["event": "audit.export"], .event, 300_402),
        ] as [(JSONValue, RecordType, Int)]
    )
    func `says by class and activity what a record is about`(payload: JSONValue, type: RecordType, uid: Int) throws {
        let line = try Self.line(.ocsf, payload, type: type)
        let event = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(event["type_uid"] as? Int == uid)
        // What the class cannot be without.
        let needed = [3001: "user", 3002: "user", 3004: "entity", 3005: "privileges"]
        #expect(event[try #require(needed[uid / 100])] != nil)
    }

    @Test func `writes a record as a line of CEF`() throws {
        #expect(
            try Self.line(.cef, Self.result)
                == "CEF:0|account-recovery|account-recovery|\(Version.number)|check.result|check.result|4|"
                + "rt=1772375527000 externalId=42 dvchost=recovery.example/views outcome=fail "
                + "cs1Label=case cs1=C-7F3KQ2M9XA msg=attempts\\=2 check\\=totp"
        )
    }

    private static let hostile = "a|b=c\\d\r\n\u{1B}]0;x\u{7}\u{202E}\u{2028}\u{85}é CEF:0|x"

    @Test(arguments: LogForm.allCases)
    func `lets nothing in a record begin another, end a field, or reach a terminal`(form: LogForm) throws {
        for payload in [
            ["event": .string(Self.hostile), "why": .string(Self.hostile)],
            ["actor": .string(Self.hostile), "case": .string(Self.hostile), "event": "auth.login"],
            ["note": [.string(Self.hostile)], "subject": .string(Self.hostile), "event": "freeze.on"],
        ] as [JSONValue] {
            let line = try Self.line(form, payload)
            let obeyed = line.unicodeScalars.filter { Terminal.harmless(String($0)) != String($0) || $0 == "\n" }
            #expect(obeyed.isEmpty)
            switch form {
            case .text: break
            case .ndjson, .ocsf:
                #expect(line.utf8.allSatisfy { (0x20..<0x7f).contains($0) })
                #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
            case .cef:
                let (header, extensions) = Self.parts(of: line)
                #expect(
                    header.count == 7 && Self.unescaped(header[4]) == LogForm.oneLine(payload["event"]?.string ?? "?")
                )
                // A name before every sign that is not escaped, and every name known.
                let names = extensions.matches(of: /(\w+)=/).map { String($0.1) }
                let known = ["rt", "externalId", "dvchost", "suser", "duid", "cs1Label", "cs1", "reason", "msg"]
                #expect(Set(names).isSubset(of: known))
            }
        }
    }

    /// The fields of the header, which end at bare pipes, and all that follows them.
    private static func parts(of line: String) -> (header: [String], extensions: String) {
        var fields = [""]
        var isEscaped = false
        for character in line {
            if character == "|", !isEscaped, fields.count < 8 {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
            isEscaped = character == "\\" && !isEscaped
        }
        return (Array(fields.dropLast()), fields.last ?? "")
    }

    private static func unescaped(_ field: String) -> String {
        field.replacing("\\|", with: "|").replacing("\\\\", with: "\\")
    }

    @Test func `brings a text back from ASCII as it was`() throws {
        let text = "é 漢 \u{1F600} \u{7F}\u{2028}"
        let line = LogForm.ascii(["a": .string(text)])
        #expect(line.utf8.allSatisfy { $0 < 0x7f })
        #expect(try CanonicalJSON.parse(Array(#"{"a":"x"}"#.utf8))["a"]?.string == "x")
        let value = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        #expect(value == ["a": text])
    }

    @Test(
        arguments: [
            ("2026-03-01", 1_772_323_200_000_000), ("2026-03-01T14:32:07Z", 1_772_375_527_000_000),
            ("1970-01-01", 0), ("1969-12-31", nil), ("2026-13-01", nil), ("yesterday", nil), ("", nil),
            ("2026-03-01T14:32", nil), ("٢٠٢٦-٠٣-٠١", nil),
        ] as [(String, UInt64?)]
    )
    func `reads a day or a time of RFC 3339, and nothing else`(text: String, microseconds: UInt64?) {
        #expect(LogMoment(argument: text)?.microseconds == microseconds)
    }
}
