import RecoveryCrypto
import RecoveryVault

/// The text of a note as it may be stored: not empty, at most 4,096 bytes of UTF-8, each line one that the rules for
/// claims would take (`Docs/Specs/vault.md` §10.1). It is kept as it was written.
enum NoteText {
    /// Bytes.
    static let longest = 4096

    /// - Throws: `invalidInput` with the reason, and never with the text.
    static func require(_ text: SecretText) throws(ServiceError) {
        guard text.key.byteCount <= longest else { throw refusal(.tooLong) }
        var bytes = text.lend { span in span.indices.map { span[$0] } }
        defer { bytes.wipe() }
        var hasText = false
        for line in bytes.split(separator: 0x0a) {
            var line = [UInt8](line)
            defer { line.wipe() }
            do {
                let latest = try CalendarDate(year: 9999, month: 12, day: 31).orDamage("date")
                _ = try FieldRule.text.canonicalForms(of: line, today: latest, variants: [1])
                hasText = true
            } catch ClaimRefusal.empty {
                continue
            } catch let error as ClaimRefusal {
                throw refusal(error)
            } catch {
                throw .fault("a date of ours was refused")
            }
        }
        guard hasText else { throw refusal(.empty) }
    }

    private static func refusal(_ reason: ClaimRefusal) -> ServiceError {
        .invalidInput(
            "the note: \(reason.rawValue); a note has at most \(longest) bytes, and lines of at most 1024, of plain text"
        )
    }
}
