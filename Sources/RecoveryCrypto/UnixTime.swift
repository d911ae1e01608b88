/// A moment in whole seconds since 1970-01-01T00:00:00Z, leap seconds ignored.
///
/// An integer, not a `Date`: the same moment must always give the same bytes in the audit log.
public struct UnixTime: Sendable, Hashable, Comparable, Codable {
    public let seconds: Int64

    public init(seconds: Int64) {
        self.seconds = seconds
    }

    public static func < (left: UnixTime, right: UnixTime) -> Bool {
        left.seconds < right.seconds
    }

    /// The moment `seconds` later, or at the end of time where that would overflow.
    public static func + (time: UnixTime, seconds: Int64) -> UnixTime {
        let (sum, overflow) = time.seconds.addingReportingOverflow(seconds)
        return UnixTime(seconds: overflow ? (seconds > 0 ? .max : .min) : sum)
    }
}
