extension FindingCode {
    /// What somebody can do who is told of this first: a sentence for people, nothing that a program should read.
    public var cure: String {
        switch self {
        case .frameLength, .badMagicOrSuite, .seq, .logID, .recordType, .headerFlags, .genesisLink, .link,
            .timeRegression, .timeFlag, .epochOrder, .recordAfterSeal, .step, .epochReason, .epochCommitChain, .mac,
            .nonCanonicalPayload, .payloadSchema, .genesis, .sealCount, .sealRoot, .eraseUnknown, .caseCount,
            .leafMismatch, .anchorRoot:
            "This is not what was written there. Keep this bundle unchanged, and compare the record with an older export."
        case .epochUnsealed: "The service ended without sealing this epoch, as after a loss of power. Ask when it did."
        case .epochKeyMismatch, .sealedKeyBad:
            "The key and the log do not fit. Open it again with recovery-audit open-keys; if it stays, records were changed."
        case .epochKeyMissing: "Get the key of this epoch: recovery-audit open-keys, or from another auditor."
        case .agentKeyDuplicate, .agentKeyUnauthorised, .agentUnknown, .agentRevoked, .agentSignature, .agentLog,
            .agentCase, .agentAction, .agentRole, .agentExpired, .agentEvidence, .agentReplay:
            "Nobody who may has said this. Ask the person whose key it names, and treat what rests on it as not approved."
        case .approvalMissing, .approvalDuplicate:
            "This was done on the word of too few people. Treat it as not approved, and ask who let it pass."
        case .anchorSignature:
            "No witness of the policy signed this. Ask the witness, and compare the policy with yours."
        case .anchorTSAUnchecked: "Check the token with the certificate of its authority."
        case .pruneUnsupported: "This log was cut at its beginning, which this version cannot judge."
        case .privateMissing, .erasureNotCarriedOut, .privateMismatch, .privateExtra:
            "The values beside the log are not those that it commits to. Ask for them again, and who keeps them."
        case .redactedAuthorised: "This was erased by a record that says so. Nothing to do."
        case .indexMissing, .indexShadow, .indexExtra:
            "Lists and searches were shown something else than the log. Export again; if it stays, the index was changed."
        case .internalError:
            "Something could not be read. Look at the disk and at the rights of the files, and try again."
        case .bundleMalformed, .bundleMissing, .manifestMismatch, .entriesMissing, .entriesFrame,
            .entriesBeyondCheckpoint, .tileMissing, .tileExtra, .tileWidth, .tileHash:
            "The bundle is not as it was exported. Ask for it again; if it stays, the export itself was changed."
        case .policyMalformed: "Give the policy that you trust with --policy."
        case .keyMismatch: "The bundle names another key than yours. Find out which log it is before anything else."
        case .checkpointMalformed, .checkpointOrigin, .checkpointSignature, .checkpointRoot:
            "Nobody with the log's key signed this. Ask for the checkpoint again, and compare it with one kept outside."
        case .checkpointBeyondLog, .truncatedOrRolledBack:
            "Records are missing that were signed for. Ask for an export that has them; if there is none, they were cut off."
        case .proofMalformed, .proofInclusion: "This receipt proves nothing. Ask for it again: recoveryctl audit prove."
        case .headInvalid: "This head is no checkpoint of this log, or not signed by its key. Look at the file."
        case .fork:
            "The log's key signed two histories. Keep both heads: neither is to be trusted past what they have in common."
        case .tailUnanchored, .unanchored:
            "Records could still be cut off unseen. Keep this checkpoint, and have witnesses sign: recoveryctl audit head."
        case .macsNotChecked: "Give epoch keys with --epoch-keys, or your own with --auditor-key."
        case .privateNotChecked: "Ask for an export with private values, if you may see them."
        case .keyFromBundle: "Give the key that you trust with --vkey."
        case .policyFromBundle: "Give the policy that you trust with --policy."
        case .cosignatureFuture: "Look at the clocks of this machine and of the witness."
        case .partOnly: "Verify without --range, --since and --tiles to judge everything."
        }
    }
}
