import RecoveryAudit
import RecoveryVault

extension VaultError {
    /// Whether a row is at fault, and not the program, its keys or the machine. Such a row is put aside: never rewritten
    /// and never deleted, since what cannot be read now may be all that is left of somebody.
    var isOfTheRow: Bool {
        switch self {
        case .truncated, .unsupportedFormat, .keyUnavailable, .keyOrContext, .tampered, .badPadding: true
        case .wrongKey, .keyFileRefused, .providerTimeout, .manifestMismatch, .rollbackDetected, .shredded,
            .limitReached, .invalidClaim, .sealed, .cryptoFailure:
            false
        }
    }

    /// The code of `Docs/Specs/vault.md` §18 as a word of the log.
    var word: String { String(description.prefix { $0 != "(" }).replacing("-", with: "_") }
}

extension AuditEvent {
    /// A row that failed was put aside: an alarm, with the word of what is wrong with it.
    static func quarantined(_ error: VaultError, of subject: Pseudonym?, actor: StaffName) -> AuditEvent {
        .event("x.vault.quarantine", ["code": .string(error.word), "count": 1], subject: subject, actor: actor)
    }
}
