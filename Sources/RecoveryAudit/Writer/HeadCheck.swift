public import RecoveryCrypto

/// Whether the stored log extends the head that lies outside the store (audit-log.md §11.6). Without it, somebody who
/// puts back an old copy of store and key file together would go unnoticed.
public enum HeadCheck: Sendable, Hashable {
    /// The log begins with the tree of the head.
    case extends(Checkpoint)
    /// There is no head. With a log that is not empty, going on needs somebody's explicit word.
    case missing
    /// What lies there is no checkpoint of this log.
    case invalid(CheckpointError)
    /// The head covers more records than there are: `truncated-or-rolled-back`.
    case truncated(headSize: UInt64)
    /// The head covers other records: `fork`.
    case forked(headSize: UInt64)

    /// Compares.
    ///
    /// - Parameters:
    ///   - head: the file; `nil` if there is none.
    ///   - size: the number of records in the store.
    ///   - root: returns MTH over that many of them.
    public static func check<Failure: Error>(
        head: [UInt8]?,
        log: VKey,
        size: UInt64,
        root: (UInt64) throws(Failure) -> Digest256
    ) throws(Failure) -> HeadCheck {
        guard let head else { return .missing }
        let checkpoint: Checkpoint
        do {
            checkpoint = try VerifiedCheckpoint(verifying: head, log: log).checkpoint
        } catch {
            return .invalid(error)
        }
        guard checkpoint.size <= size else { return .truncated(headSize: checkpoint.size) }
        return try root(checkpoint.size) == checkpoint.root ? .extends(checkpoint) : .forked(headSize: checkpoint.size)
    }
}
