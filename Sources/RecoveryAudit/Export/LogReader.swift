/// What an export asks of a store. All ranges lie within the records that are committed.
public protocol LogReader {
    associatedtype Failure: Error

    /// Returns the entries of that range, in order.
    func entries(in range: Range<UInt64>) throws(Failure) -> [[UInt8]]

    /// Returns the stored notes of checkpoints of at most that size, with the size of each, ascending.
    func checkpoints(upTo size: UInt64) throws(Failure) -> [StoredCheckpoint]

    /// Returns the private values, not erased, of the records of that range, opened.
    func privateRows(in range: Range<UInt64>) throws(Failure) -> [PrivateRow]
}

/// A signed note under the size it is stored by.
public struct StoredCheckpoint: Sendable, Hashable {
    public let size: UInt64
    public let note: [UInt8]

    public init(size: UInt64, note: [UInt8]) {
        self.size = size
        self.note = note
    }
}
