import FuzzDriver

private let chosen = Target.chosen(of: [
    CanonicalText.target, RecordBytes.target, StatementText.target, NoteText.target, ProofText.target,
    TrustFiles.target, TokenBytes.target, WholeBundle.target,
])

/// What an auditor reads.
@main
enum AuditFuzzer {
    static func main() {
        unsafe chosen.fuzz { unsafe chosen.feed($0, $1) }
    }
}
