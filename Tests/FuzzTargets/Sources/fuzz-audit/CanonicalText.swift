import FuzzDriver
import RecoveryAudit

/// The JSON of payloads, statements and bundle files.
enum CanonicalText {
    static let target = Target("canonical-json") { bytes in
        if let value = try? CanonicalJSON.parse(bytes) {
            law(CanonicalJSON.write(value) == bytes, "what is accepted is written back the same")
            for type in RecordType.allCases { _ = PayloadSchema.check(type: type, payload: value) }
        }
        if let lines = try? CanonicalJSON.parseLines(bytes) {
            law(lines.flatMap { CanonicalJSON.writeLine($0) } == bytes, "lines are written back the same")
        }
    }
}
