/// Everything a verifier can report about a bundle: a closed list (Docs/Specs/audit-log.md §13).
///
/// The order of the cases is normative: of several findings at one place, the first in this list names the verdict.
public enum FindingCode: String, Sendable, Hashable, CaseIterable {
    // One record, in the order of the table of §13.3.
    case frameLength = "frame-length"
    case badMagicOrSuite = "bad-magic-or-suite"
    case seq
    case logID = "log-id"
    case recordType = "record-type"
    case headerFlags = "header-flags"
    case genesisLink = "genesis-link"
    case link
    case timeRegression = "time-regression"
    case timeFlag = "time-flag"
    case epochOrder = "epoch-order"
    case recordAfterSeal = "record-after-seal"
    case step
    case epochUnsealed = "epoch-unsealed"
    case epochReason = "epoch-reason"
    case epochCommitChain = "epoch-commit-chain"
    case epochKeyMismatch = "epoch-key-mismatch"
    case epochKeyMissing = "epoch-key-missing"
    case mac
    case nonCanonicalPayload = "non-canonical-payload"
    case payloadSchema = "payload-schema"
    case genesis
    case sealedKeyBad = "sealed-key-bad"
    case sealCount = "seal-count"
    case sealRoot = "seal-root"
    case agentKeyDuplicate = "agent-key-duplicate"
    case agentKeyUnauthorised = "agent-key-unauthorised"
    case agentUnknown = "agent-unknown"
    case agentRevoked = "agent-revoked"
    case agentSignature = "agent-sig"
    case agentLog = "agent-log"
    case agentCase = "agent-case"
    case agentAction = "agent-action"
    case agentRole = "agent-role"
    case agentExpired = "agent-expired"
    case agentEvidence = "agent-evidence"
    case agentReplay = "agent-replay"
    case approvalMissing = "approval-missing"
    case approvalDuplicate = "approval-duplicate"
    case eraseUnknown = "erase-unknown"
    case anchorRoot = "anchor-root"
    case anchorSignature = "anchor-signature"
    case anchorTSAUnchecked = "anchor-tsa-unchecked"
    case caseCount = "case-count"
    case pruneUnsupported = "prune-unsupported"

    // One record still, in the order of the table of §13.4.
    case privateMissing = "private-missing"
    case erasureNotCarriedOut = "erasure-not-carried-out"
    case privateMismatch = "private-mismatch"
    case redactedAuthorised = "redacted-authorised"
    case indexMissing = "index-missing"
    case indexShadow = "index-shadow"
    case leafMismatch = "leaf-mismatch"

    // The bundle as a whole, in the order of §13.6.
    case internalError = "internal-error"
    case bundleMalformed = "bundle-malformed"
    case bundleMissing = "bundle-missing"
    case policyMalformed = "policy-malformed"
    case manifestMismatch = "manifest-mismatch"
    case keyMismatch = "key-mismatch"
    case checkpointMalformed = "checkpoint-malformed"
    case checkpointOrigin = "checkpoint-origin"
    case checkpointSignature = "checkpoint-signature"
    case entriesMissing = "entries-missing"
    case entriesFrame = "entries-frame"
    case checkpointBeyondLog = "checkpoint-beyond-log"
    case entriesBeyondCheckpoint = "entries-beyond-checkpoint"
    case checkpointRoot = "checkpoint-root"
    case tileMissing = "tile-missing"
    case tileExtra = "tile-extra"
    case tileWidth = "tile-width"
    case tileHash = "tile-hash"
    case privateExtra = "private-extra"
    case indexExtra = "index-extra"
    case proofMalformed = "proof-malformed"
    case proofInclusion = "proof-inclusion"
    case headInvalid = "head-invalid"
    case truncatedOrRolledBack = "truncated-or-rolled-back"
    case fork
    case tailUnanchored = "tail-unanchored"
    case unanchored
    case macsNotChecked = "macs-not-checked"
    case privateNotChecked = "private-not-checked"

    // Remarks that §13.6 leaves out of the order: none of them ever decides.
    case keyFromBundle = "key-from-bundle"
    case policyFromBundle = "policy-from-bundle"
    case cosignatureFuture = "cosignature-future"
    case partOnly = "part-only"
}

extension FindingCode {
    /// How grave a finding is where no option says otherwise. A code that is not named here is a FAIL, so that a new one
    /// cannot be mild by omission.
    var severity: Severity {
        switch self {
        case .epochKeyMissing, .pruneUnsupported, .headInvalid, .internalError: .unverifiable
        case .epochUnsealed, .tailUnanchored, .unanchored, .keyFromBundle, .policyFromBundle: .warning
        case .anchorTSAUnchecked, .redactedAuthorised, .macsNotChecked, .privateNotChecked, .cosignatureFuture,
            .partOnly:
            .info
        default: .failure
        }
    }

    /// Whether the finding is about who said something, rather than about what is written (§13.7).
    var concernsAuthorship: Bool {
        rawValue.hasPrefix("agent-") || rawValue.hasPrefix("approval-")
    }

    /// Whether the finding is about how much of the log is here, rather than about what is written (§13.7).
    var concernsCompleteness: Bool {
        self == .truncatedOrRolledBack || self == .fork
    }

    /// The place of each code in the normative order.
    static let ranks: [FindingCode: Int] = Dictionary(
        uniqueKeysWithValues: zip(allCases, 0...)
    )
}
