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

    enum Stage {
        /// Nothing was written yet. The next write opens this epoch.
        case untouched(EpochStart, LogTail)
        /// Opened at this moment of the monotonic clock, in microseconds.
        case accepting(since: Int64)
        /// EPOCH_SEAL was written: the next write opens a new one.
        case sealed
    }

    var stage: Stage
    /// Whether an epoch was opened here whose key could not be kept. Only a new start can go on with it (§5.4).
    var needsNewStart = false
    private var clockWatch: ClockWatch?
    let bootID: String
    /// Whether the store was opened without its head, which the log shall say.
    private var missesHead: Bool
    /// Of the newest record, in microseconds.
    var lastTime: UInt64 = 0
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

    /// Writes GENESIS, the first key file and the first head: from then on a missing one is noticed. The journal of
    /// erasures lies beside the head from the beginning, too.
    ///
    /// - Parameter prior: the log that this one takes over from, and its last checkpoint (`audit-log.md` §11.7).
    func beginLog(_ database: Database, prior: (origin: Origin, checkpoint: String)? = nil) throws {
        try openEpoch(EpochSecret(), .start, database, prior: prior)
        _ = try checkpoint(database)
        try ErasureJournal(besideHead: keys.headFile).createIfMissing()
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

    /// A transaction of the log alone. After an error nothing of it is left, in the database or in the writer.
    func alone(_ database: Database, _ body: () throws -> Void) throws {
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
