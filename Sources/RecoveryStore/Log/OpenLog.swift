import AccountRecovery
import GRDB
import RecoveryAudit
import RecoveryCrypto

/// The log of a store in the process that owns it: which epoch is open, and what is due before the next record.
///
/// Used on the writer's queue only. Reading a store writes nothing: an epoch opens before the first change.
final class OpenLog {
    let writer: LogWriter
    let keys: LogKeys
    let options: StoreOptions

    private enum Stage {
        /// Nothing was written yet. The next write opens this epoch.
        case untouched(EpochStart, LogTail)
        /// Opened at this moment of the monotonic clock, in microseconds.
        case accepting(since: Int64)
        /// EPOCH_SEAL was written: the next write opens a new one.
        case sealed
    }

    private var stage: Stage
    private var clockWatch: ClockWatch?
    private let bootID: String
    /// Whether the store was opened without its head, which the log shall say.
    private var missesHead: Bool
    /// Of the newest record, in microseconds.
    private var lastTime: UInt64 = 0
    /// What ``lastTime`` was when each open transaction began.
    private var savedTimes: [UInt64] = []

    /// A day. The key of an epoch opens at most this much of the log.
    static let longestEpoch: Int64 = 86_400_000_000
    /// A group is never cut by the end of an epoch: it needs at most this many records, else a request is refused.
    static let roomForGroup: UInt32 = 4096

    /// A log that begins; ``beginLog(_:)`` writes its first record.
    init(creating keys: LogKeys, options: StoreOptions) {
        self.keys = keys
        self.options = options
        writer = LogWriter(identity: keys.identity)
        stage = .sealed
        bootID = options.random.bytes(16).hexadecimal
        missesHead = false
    }

    /// Continues the log that `start` was decided for.
    init(
        continuing tail: LogTail,
        start: EpochStart,
        lastSigned: Checkpoint?,
        missesHead: Bool,
        keys: LogKeys,
        options: StoreOptions
    ) throws(AuditError) {
        self.keys = keys
        self.options = options
        self.missesHead = missesHead
        writer = try LogWriter(continuing: tail, identity: keys.identity, lastSigned: lastSigned)
        stage = .untouched(start, tail)
        lastTime = tail.last.timeMicroseconds
        bootID = options.random.bytes(16).hexadecimal
    }

    /// Whether an epoch of this process is open, and is to be sealed.
    var isOpen: Bool {
        if case .accepting = stage { true } else { false }
    }

    /// Whether this process has written anything at all.
    var hasWritten: Bool {
        if case .untouched = stage { false } else { true }
    }

    /// Whether a further request fits into the epoch.
    var hasRoom: Bool { writer.remainingRecords > Self.roomForGroup / 4 }

    /// Now, in microseconds, for the next record.
    func now() -> UInt64 {
        UInt64(max(0, options.clock.microseconds()))
    }

    /// Writes GENESIS, the first key file and the first head: from then on a missing one is noticed.
    func beginLog(_ database: Database) throws {
        try openEpoch(EpochSecret(), .start, database)
        _ = try checkpoint(database)
    }

    /// Does what is due before records may be added: opens the process's epoch, ends one that is a day old or nearly
    /// full, writes down a step of the clock.
    ///
    /// - Throws: ``StoreError/clockBehind(seconds:)`` if the clock stepped back more than 5 seconds.
    func prepare(_ database: Database) throws {
        let wall = options.clock.microseconds()
        try Self.requireClock(wall, notBefore: lastTime)
        switch stage {
        case .untouched(.finish, let tail):
            let secret = try requiredSecret()
            let next: EpochSecret
            do throws(AuditError) {
                next = try writer.finishOpening(secret, of: tail)
            } catch {
                throw StoreError(error)
            }
            try enter(next)
        case .untouched:
            try openEpoch(try requiredSecret(), .start, database)
        case .sealed:
            try openEpoch(try requiredSecret(), .rotate, database)
        case .accepting(let since):
            let age = options.monotonicMicroseconds() - since
            if age >= Self.longestEpoch || writer.remainingRecords < Self.roomForGroup { try rotate(database) }
        }
        try watchClock(wall, database)
        if missesHead {
            let size = Int64(clamping: writer.size)
            try alone(database) {
                try append(["event": "audit.verify", "verdict": "incomplete", "size": .integer(size)], database)
            }
            missesHead = false
        }
    }

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

    /// Writes that the log is exported, up to and including this record.
    func recordExport(actor: String, _ database: Database) throws {
        try alone(database) {
            let size = Int64(clamping: writer.size + 1)
            try append(
                ["event": "audit.export", "actor": .string(actor), "format": "bundle", "size": .integer(size)],
                database
            )
        }
    }

    /// Adds the record of an event, inside the transaction that is open.
    func append(_ event: AuditEvent, _ database: Database) throws {
        guard let payload = event.payload.object else { throw StoreError.refused("an event's payload is no object") }
        var privates: [PrivateValue] = []
        for (name, value) in event.privates.sorted(by: { $0.key < $1.key }) {
            guard let value = PrivateValue(name: name, value: value.value, salt: value.salt) else {
                throw StoreError.refused("the salt of a private value has not \(PrivateField.saltSize) bytes")
            }
            privates.append(value)
        }
        let record = try StoreError.ofLog { () throws(AuditError) in
            try writer.append(event.type, payload, privates: privates, now: now())
        }
        try LogTables(database: database).append(record, sealing: event.privates)
        lastTime = record.index.timeMicroseconds
        if event.type == .erase {
            try LogTables(database: database).erase(
                payload["fields"]?.array?.compactMap { PrivateFieldReference($0) } ?? []
            )
        }
    }

    private func append(_ payload: JSONObject, _ database: Database) throws {
        try append(AuditEvent(.event, .object(payload)), database)
    }

    private func appendSeal(_ database: Database) throws {
        let seal = try StoreError.ofLog { () throws(AuditError) in try writer.sealEpoch(now: now()) }
        try insert(seal, database)
    }

    private func insert(_ record: SealedRecord, _ database: Database) throws {
        try LogTables(database: database).append(record)
        lastTime = record.index.timeMicroseconds
    }

    /// Signs a checkpoint over all records, keeps it, and then shows it to the outside head.
    ///
    /// The note that is kept already is used where it covers everything: to look at a log changes nothing.
    func checkpoint(_ database: Database) throws -> [UInt8] {
        let tables = LogTables(database: database)
        if let kept = try tables.newestNote(), try tables.newestNoteSize() == writer.size { return kept }
        let note = try StoreError.ofLog { () throws(AuditError) in try writer.checkpoint(signedBy: keys.signingKey) }
            .bytes
        try database.transaction { try tables.store(note, size: writer.size) }
        try OutsideHead(path: keys.headFile).write(note)
        return note
    }

    // MARK: Transactions, which move with those of the database

    func begin() {
        writer.begin()
        savedTimes.append(lastTime)
    }

    func commit() {
        writer.commit()
        savedTimes.removeLast()
    }

    func rollback() {
        writer.rollback()
        lastTime = savedTimes.removeLast()
    }

    // MARK: Clock

    /// Refuses a clock that stands more than 5 seconds before `record`, a time in microseconds.
    static func requireClock(_ wall: Int64, notBefore record: UInt64) throws(StoreError) {
        let behind = Int64(clamping: record) - wall
        guard behind <= ClockWatch.backTolerance else { throw .clockBehind(seconds: behind / 1_000_000) }
    }

    /// Writes down a step of the wall clock, as far as it is tolerated at all.
    private func watchClock(_ wall: Int64, _ database: Database) throws {
        let monotonic = options.monotonicMicroseconds()
        guard let step = clockWatch?.observe(wall: wall, monotonic: monotonic) else {
            clockWatch = clockWatch ?? ClockWatch(bootID: bootID, wall: wall, monotonic: monotonic)
            return
        }
        try alone(database) { try append(AuditEvent(.clock, .object(step)), database) }
    }

    // MARK: Epochs

    private func openEpoch(
        _ secret: consuming EpochSecret,
        _ reason: EpochReason,
        _ database: Database
    ) throws {
        let beginning = EpochBeginning(bootID: bootID, reason: reason, recipients: keys.auditors)
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
    private func enter(_ next: borrowing EpochSecret) throws(StoreError) {
        do {
            try EpochKeyFile(path: keys.epochKeyFile).replace(by: next)
        } catch {
            // Not even a full disk may be waited for here: the opening is committed, so only a new start, which
            // finds it in that state, can go on (§5.4).
            throw .inputOutput("\(keys.epochKeyFile) cannot be replaced (\(error)); start again")
        }
        try StoreError.ofLog { () throws(AuditError) in try writer.acceptRecords() }
        stage = .accepting(since: options.monotonicMicroseconds())
    }

    private func requiredSecret() throws(StoreError) -> EpochSecret {
        guard let secret = try EpochKeyFile(path: keys.epochKeyFile).read() else {
            throw .refused("\(keys.epochKeyFile) is missing; put it back, or begin a new origin")
        }
        return secret
    }

    /// A transaction of the log alone. After an error nothing of it is left, in the database or in the writer.
    private func alone(_ database: Database, _ body: () throws -> Void) throws {
        begin()
        do {
            try database.transaction(body)
        } catch {
            rollback()
            throw error
        }
        commit()
    }
}
