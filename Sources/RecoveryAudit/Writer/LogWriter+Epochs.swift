import RecoveryCrypto

extension LogWriter {
    /// Adds the first record of the next epoch: GENESIS in a new log, EPOCH_OPEN in every other.
    ///
    /// The duties that follow are those of ``OpenedEpoch``. Until ``acceptRecords()`` nothing else can be written.
    public func openEpoch(
        _ secret: consuming EpochSecret,
        _ opening: EpochBeginning,
        now: UInt64
    ) throws(AuditError) -> OpenedEpoch {
        guard isInTransaction else { throw .noTransaction }
        guard case .closed(let isSealed) = state.phase else { throw .epochOpen }
        guard UInt64(secret.epoch) == (state.epoch.map { UInt64($0) + 1 } ?? 0), secret.epoch < .max else {
            throw .epochState(database: state.epoch, keyFile: secret.epoch)
        }
        let keys = secret.keys(of: identity.logID)
        // The log fixed this key when the epoch before was opened: another one would break the chain for good.
        if let committed = state.nextCommitment, committed != keys.commitment { throw .epochSecret }

        let isGenesis = state.epoch == nil
        let payload =
            isGenesis
            ? try opening.genesisPayload(of: keys, identity: identity)
            : try opening.payload(of: keys, reason: isSealed ? opening.reason : .recover)
        var next = state.copy()
        if isGenesis {
            next.previousMAC = KeySchedule.genesisLink(identity.logID, commitment: keys.commitment)
        }
        next.epoch = secret.epoch
        next.nextCommitment = keys.nextCommitment
        next.ratchet = RecordRatchet(authenticationKey: keys.authenticationKey.copy(), context: keys.context)
        next.phase = .opening
        let record = try next.seal(isGenesis ? .genesis : .epochOpen, payload, now: now)
        state = next
        return OpenedEpoch(record: record, next: keys.takeNext())
    }

    /// Goes on where the last process stopped after committing the opening `tail.opening` and before replacing
    /// `epoch.key` (audit-log.md §5.4). Returns the secret for that file; ``acceptRecords()`` comes after it.
    public func finishOpening(_ secret: consuming EpochSecret, of tail: LogTail) throws(AuditError) -> EpochSecret {
        guard !isInTransaction else { throw .transactionOpen }
        guard case .closed = state.phase, secret.epoch == state.epoch, tail.last.step == 0, tail.tree == state.tree,
            secret.epoch < .max
        else { throw .epochState(database: state.epoch, keyFile: secret.epoch) }
        let keys = secret.keys(of: identity.logID)
        guard state.nextCommitment == keys.nextCommitment else { throw .epochSecret }
        var ratchet = RecordRatchet(authenticationKey: keys.authenticationKey.copy(), context: keys.context)
        // The MAC of the opening is made again: that the record is ours is not taken from the store.
        let entry = tail.last.entry
        let mac = ratchet.mac(of: entry.span.extracting(droppingLast: Digest256.byteCount))
        guard constantTimeEqual(mac, tail.last.mac) else { throw .epochSecret }
        state.ratchet = consume ratchet
        state.phase = .opening
        return keys.takeNext()
    }

    /// Says that the opening is committed and `epoch.key` holds the next secret. Only then are records accepted.
    public func acceptRecords() throws(AuditError) {
        guard !isInTransaction else { throw .transactionOpen }
        guard case .opening = state.phase else { throw .notAccepting }
        state.phase = .accepting
    }

    /// Adds EPOCH_SEAL, the last record of the epoch, with the number of its records and the root before it.
    public func sealEpoch(now: UInt64) throws(AuditError) -> SealedRecord {
        try requireAccepting()
        guard let nextCommitment = state.nextCommitment, let step = state.ratchet?.step else { throw .notAccepting }
        let payload: JSONObject = [
            "count": .integer(Int64(step)), "next_commit": .string(nextCommitment.hexadecimal),
            "root": .string(state.tree.root.hexadecimal),
        ]
        let record = try state.seal(.epochSeal, payload, now: now)
        state.ratchet = nil
        state.phase = .closed(isSealed: true)
        return record
    }
}

extension OpeningKeys {
    /// Lets all keys go but the secret of the next epoch.
    consuming func takeNext() -> EpochSecret {
        EpochSecret(epoch: next.epoch, secret: next.secret.copy())
    }
}
