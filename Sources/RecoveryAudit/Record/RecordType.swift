/// What a record is (audit-log.md §6). The list is closed.
public enum RecordType: UInt8, Sendable, CaseIterable {
    /// The first record, and no other.
    case genesis = 1
    /// The first record of every later epoch.
    case epochOpen = 2
    /// The last record of an epoch that ended as planned.
    case epochSeal = 3
    case agentKeyAdd = 4
    case agentKeyRevoke = 5
    /// Names private values that were deleted.
    case erase = 6
    /// Writes what came from outside back into the log.
    case anchor = 7
    /// Reserved: version 1 never writes it.
    case prune = 8
    /// A step of the wall clock.
    case clock = 9
    case event = 16
}
