import Foundation
import RecoveryVault

/// Telephone numbers as they are dialled, read by our rule (Docs/Specs/vault.md §10.3).
enum Phones {
    static func answer(_ file: String, to answers: String) throws {
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        let said = try lines.map { try stored($0) }
        try (said.joined(separator: "\n") + "\n").write(toFile: answers, atomically: true, encoding: .utf8)
    }

    private static func stored(_ line: Substring) throws -> String {
        let parts = line.split(separator: "\t", maxSplits: 1)
        guard parts.count == 2, let region = PhoneRegion(String(parts[0])),
            let today = CalendarDate(year: 2026, month: 1, day: 1)
        else { throw LineFault.malformed("a line is a region and a number") }
        do {
            let forms = try FieldRule.phone(region).canonicalForms(of: Array(parts[1].utf8), today: today)
            return try valid(forms.variants[1]).reveal { span in
                String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
            }
        } catch let refusal as ClaimRefusal {
            return refusal.rawValue
        }
    }
}
