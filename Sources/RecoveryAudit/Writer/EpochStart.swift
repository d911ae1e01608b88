/// What a process has to do with the epochs it finds (audit-log.md §5.3, §5.4).
public enum EpochStart: Sendable, Hashable {
    /// There is no log yet: draw S_0 and write GENESIS.
    case create
    /// Open this epoch, with `start` or `recover` as the reason.
    case open(epoch: UInt32, reason: EpochReason)
    /// The last process stopped between the record of this epoch and its key file: go on from there.
    case finish(epoch: UInt32)

    /// The newest epoch of a store.
    public struct StoredEpoch: Sendable, Hashable {
        public let epoch: UInt32
        /// Its records, the opening among them.
        public let recordCount: UInt32
        /// Whether EPOCH_SEAL ended it.
        public let isSealed: Bool

        public init(epoch: UInt32, recordCount: UInt32, isSealed: Bool) {
            self.epoch = epoch
            self.recordCount = recordCount
            self.isSealed = isSealed
        }
    }

    /// Decides, or refuses to start: every other state is a rollback or tampering.
    ///
    /// - Parameters:
    ///   - stored: `nil` for a store without records.
    ///   - keyFile: the epoch in `epoch.key`; `nil` where the file cannot be read.
    public static func decide(stored: StoredEpoch?, keyFile: UInt32?) throws(AuditError) -> EpochStart {
        switch (stored, keyFile) {
        case (nil, nil): return .create
        case (let stored?, let keyFile?) where UInt64(keyFile) == UInt64(stored.epoch) + 1:
            return .open(epoch: keyFile, reason: stored.isSealed ? .start : .recover)
        case (let stored?, let keyFile?) where keyFile == stored.epoch && stored.recordCount == 1:
            return .finish(epoch: keyFile)
        default: throw .epochState(database: stored?.epoch, keyFile: keyFile)
        }
    }
}
