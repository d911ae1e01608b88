/// Counts the writes of a row, and of restores before them (Docs/Specs/vault.md §2).
///
/// ```
/// 63            32 31             0
/// | restores      | counter from 1 |
/// ```
///
/// A version is never used twice: a restored database goes on above everything the lost one can have written. The
/// epoch of a subject is built the same way.
public struct RowVersion: Sendable, Hashable {
    public let rawValue: UInt64

    /// How many restores of this database had been accepted.
    public var restores: UInt32 { UInt32(rawValue >> 32) }

    /// How many writes there were since.
    public var counter: UInt32 { UInt32(truncatingIfNeeded: rawValue) }

    /// Refuses a counter of zero, which no write has.
    public init?(rawValue: UInt64) {
        guard rawValue & 0xffff_ffff != 0 else { return nil }
        self.rawValue = rawValue
    }

    /// Reads the 8 bytes of a stored version, big-endian.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 8 else { return nil }
        self.init(rawValue: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The version of the first write after so many restores.
    public static func first(afterRestores restores: UInt32) -> RowVersion {
        RowVersion(unchecked: UInt64(restores) << 32 | 1)
    }

    /// The version of the next write, or `nil` when the counter is spent: the row can then not be written again
    /// before the next restore.
    ///
    /// - Parameter restores: The count of the database as it is now.
    public func next(afterRestores restores: UInt32) -> RowVersion? {
        if restores > self.restores { return .first(afterRestores: restores) }
        guard restores == self.restores, counter < .max else { return nil }
        return RowVersion(unchecked: rawValue + 1)
    }

    /// Big-endian, 8 bytes: what is stored, and what goes into an AAD.
    public var bytes: [UInt8] { bigEndian(rawValue) }

    private init(unchecked rawValue: UInt64) {
        self.rawValue = rawValue
    }
}

extension RowVersion: Comparable {
    public static func < (left: RowVersion, right: RowVersion) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The bytes of an integer, the most significant first.
func bigEndian(_ value: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
    stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
}

extension [UInt8] {
    /// Appends an integer as the formats have it. Tags and contexts are put together by this, without an array for each
    /// of their parts.
    mutating func append(bigEndian value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
