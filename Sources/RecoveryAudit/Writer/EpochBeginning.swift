import RecoveryCrypto

/// Why an epoch begins.
public enum EpochReason: String, Sendable {
    /// The process started, and the epoch before was sealed.
    case start
    /// A day has passed, the epoch is full, somebody asked, or the log is exported.
    case rotate
    /// The process started, and the epoch before was not sealed.
    case recover
}

/// Somebody outside the service who can open epoch keys, and so check MACs.
public struct KeyRecipient: Sendable, Hashable {
    /// Names the key in the records, as a `ref`.
    public let kid: String
    /// X25519, 32 bytes.
    public let publicKey: [UInt8]

    public init(kid: String, publicKey: [UInt8]) {
        self.kid = kid
        self.publicKey = publicKey
    }

    /// A box of a known answer, whose ephemeral key is not known, in place of a fresh one.
    package var testOnlyBox: [UInt8]?
}

/// What the first record of an epoch says besides its keys.
public struct EpochBeginning: Sendable {
    /// Names the process: 32 hex digits, drawn anew at every start.
    public let bootID: String
    /// ``LogWriter`` writes `recover` instead where the epoch before was not sealed.
    public let reason: EpochReason
    /// At most 16; two are recommended, so that the loss of one key does not close the past.
    public let recipients: [KeyRecipient]
    /// For record 0 of a log that continues another one: that log and its last checkpoint.
    public let prior: (origin: Origin, checkpoint: String)?

    public init(
        bootID: String,
        reason: EpochReason,
        recipients: [KeyRecipient],
        prior: (origin: Origin, checkpoint: String)? = nil
    ) {
        self.bootID = bootID
        self.reason = reason
        self.recipients = recipients
        self.prior = prior
    }

    /// The payload of EPOCH_OPEN.
    func payload(of keys: borrowing OpeningKeys, reason: EpochReason) throws(AuditError) -> JSONObject {
        var sealed: [JSONValue] = []
        for recipient in recipients {
            let box =
                recipient.testOnlyBox
                ?? SealedEpochKey.seal(
                    keys.authenticationKey,
                    to: recipient.publicKey,
                    context: keys.context,
                    commitment: keys.commitment
                )
            guard let box else { throw .recipientKey(kid: recipient.kid) }
            sealed.append(["hpke": .string(Base64.encode(box)), "kid": .string(recipient.kid)])
        }
        return [
            "boot_id": .string(bootID), "commit": .string(keys.commitment.hexadecimal),
            "next_commit": .string(keys.nextCommitment.hexadecimal), "reason": .string(reason.rawValue),
            "sealed": .array(sealed),
        ]
    }

    /// The payload of GENESIS: the same, and what the log is.
    func genesisPayload(of keys: borrowing OpeningKeys, identity: LogIdentity) throws(AuditError) -> JSONObject {
        let payload = try payload(of: keys, reason: .start)
            .adding("origin", .string(identity.origin.text))
            .adding("log_key", .string(Base64.encode(identity.publicKey.bytes)))
            .adding("schema", "rva/v1")
        guard let prior else { return payload }
        return payload.adding(
            "prior",
            ["checkpoint": .string(prior.checkpoint), "origin": .string(prior.origin.text)]
        )
    }
}

/// An epoch whose first record is made but not yet committed.
///
/// The duties that follow, in this order (audit-log.md §5.2): commit `record`; replace `epoch.key` by `next`; let
/// `next` go; call ``LogWriter/acceptRecords()``.
public struct OpenedEpoch: ~Copyable {
    public let record: SealedRecord
    public let next: EpochSecret
}
