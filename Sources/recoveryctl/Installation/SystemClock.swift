import AccountRecovery
import Foundation

/// The clock of the machine.
struct SystemClock: RecoveryClock {
    /// A `Date` counts seconds in floating point, which is exact to the microsecond for some centuries to come.
    func microseconds() -> Int64 {
        Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down))
    }

    var seconds: Int64 { microseconds() / 1_000_000 }
}

/// Moments as people read them, in UTC.
enum Moment {
    /// Such as `14:32`.
    static func time(_ seconds: Int64) -> String {
        let minutes = (seconds % 86_400 + 86_400) % 86_400 / 60
        return two(minutes / 60) + ":" + two(minutes % 60)
    }

    /// Such as `2026-03-01 14:32`.
    static func dateAndTime(_ seconds: Int64) -> String {
        let style = Date.ISO8601FormatStyle().year().month().day()
        return Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(style) + " " + time(seconds)
    }

    /// Such as `2026-03-01T14:32:07Z` (RFC 3339).
    static func stamp(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
