/// A file of an export bundle, or the next piece of one.
public struct BundleFile: Sendable, Hashable {
    /// Relative to the bundle, parts separated by `/`.
    public let path: String
    /// To be appended to what came for the same path before.
    public let bytes: [UInt8]
}

/// Why an export ended early. What it gave so far is no bundle: the checkpoint comes last.
public enum BundleError<Failure: Error>: Error {
    /// The store failed.
    case reader(Failure)
    /// The store did not give the record that was asked for, or one that cannot be read.
    case record(seq: UInt64)
    /// The note is not a checkpoint of this log.
    case checkpoint(CheckpointError)
    /// The policy is none, or names other logs than this one.
    case policy
    /// The records do not lead to the root of the checkpoint: the store is damaged.
    case root
}

extension BundleError: Equatable where Failure: Equatable {}
