import AccountRecovery
import GRDB
import RecoveryAudit

/// How epochs begin and end.
extension OpenLog {
    /// Ends the epoch and opens the next, in this order.
    func rotate(_ database: Database) throws {
        try seal(database)
        try openEpoch(try requiredSecret(), .rotate, database)
    }

    /// Ends the epoch: the next write opens another.
    func seal(_ database: Database) throws {
        try alone(database) { try appendSeal(database) }
        stage = .sealed
    }

    /// Writes that the disk is full and ends the epoch, in one transaction.
    func sealFull(free: Int64, _ database: Database) throws {
        try alone(database) {
            try append(["event": "audit.full", "free": .integer(max(0, free))], database)
            try appendSeal(database)
        }
        stage = .sealed
    }

    func openEpoch(
        _ secret: consuming EpochSecret,
        _ reason: EpochReason,
        _ database: Database,
        prior: (origin: Origin, checkpoint: String)? = nil
    ) throws {
        let beginning = EpochBeginning(bootID: bootID, reason: reason, recipients: keys.auditors, prior: prior)
        begin()
        let opened: OpenedEpoch
        do throws(AuditError) {
            opened = try writer.openEpoch(secret, beginning, now: now())
        } catch {
            rollback()
            throw StoreError(error)
        }
        // The order is that of audit-log.md §5.2: the record is committed before the key of its epoch goes.
        let record = opened.record
        do {
            try database.transaction { try insert(record, database) }
        } catch {
            rollback()
            throw error
        }
        commit()
        try enter(opened.next)
    }

    /// Replaces the key file, and from then on accepts records.
    func enter(_ next: borrowing EpochSecret) throws(StoreError) {
        do {
            try EpochKeyFile(path: keys.epochKeyFile).replace(by: next)
        } catch {
            // Not even a full disk may be waited for here: the opening is committed, so only a new start, which
            // finds it in that state, can go on (§5.4).
            needsNewStart = true
            guard error != .full else { throw .full }
            throw .inputOutput("\(keys.epochKeyFile) cannot be replaced (\(error)); start again")
        }
        try StoreError.ofLog { () throws(AuditError) in try writer.acceptRecords() }
        stage = .accepting(since: options.monotonicMicroseconds())
    }

    func requiredSecret() throws(StoreError) -> EpochSecret {
        guard let secret = try EpochKeyFile(path: keys.epochKeyFile).read() else {
            throw .refused("\(keys.epochKeyFile) is missing; put it back, or begin a new origin")
        }
        return secret
    }
}
