public import RecoveryCrypto
import RecoveryPolicy

/// The attempts of one scope: a check in a case, a subject's details, an agent's details, an account's cases.
///
/// An attempt is entered, and committed, before anything is compared: a crash in between leaves it spent.
public struct AttemptLedger: StoredRecord, Hashable {
    public static let kind = RecordKind.attempts

    /// Names what is counted, such as `details/subject/…`.
    public let scope: String
    /// Unix seconds, oldest first. Never longer than the highest limit that looks at it, plus the one that hit it.
    public private(set) var times: [Int64]

    public var id: String { scope }
    public var owner: String { "" }

    public init(scope: String) {
        self.scope = scope
        times = []
    }

    /// At most `count` attempts in any `seconds`.
    public struct Limit: Sendable, Hashable {
        public let count: Int
        public let seconds: Int64

        public init(_ count: Int, in seconds: Int64) {
            self.count = count
            self.seconds = seconds
        }
    }

    /// Returns how many seconds to wait until one more attempt is within every limit: zero if it is already.
    public func wait(at now: UnixTime, for limits: [Limit]) -> Int64 {
        limits.reduce(0) { longest, limit in
            let recent = times.filter { $0 > now.seconds - limit.seconds }
            guard recent.count >= limit.count, limit.count > 0 else { return longest }
            return max(longest, recent[recent.count - limit.count] + limit.seconds - now.seconds)
        }
    }

    /// Enters an attempt, and forgets those that no limit sees any more; `nil` seconds are for good.
    public mutating func spend(at now: UnixTime, keepingFor seconds: Int64?) {
        if let seconds { times.removeAll { $0 <= now.seconds - seconds } }
        // A clock that was set back must not make room for attempts: the newest entry is the earliest possible now.
        times.append(max(now.seconds, times.last ?? now.seconds))
    }

    /// Takes the last attempt back: it did not count against anybody.
    public mutating func forgive() {
        _ = times.popLast()
    }

    /// How many attempts there were in the last `seconds`.
    public func count(at now: UnixTime, in seconds: Int64) -> Int {
        times.count { $0 > now.seconds - seconds }
    }
}

extension Authenticator {
    /// Whether it was disabled for good, and must be bound anew (63B §3.2.2).
    func isDisabled(under limits: Limits) -> Bool { failures >= Int(limits.failuresBeforeDisabled) }

    /// Enters an attempt as failed. ``succeed()`` takes that back once the comparison said so.
    mutating func spend(at now: UnixTime, _ limits: Limits) {
        failures += 1
        let over = failures - Int(limits.failuresBeforeCoolOff)
        guard over >= 0 else { return }
        // The first pause doubles with every further failure. A second doubles to a day in seventeen steps; beyond
        // that the shift would only overflow.
        coolOffUntil = now + min(limits.coolOffFirst << Int64(min(over, 17)), limits.coolOffMost)
    }

    mutating func succeed() {
        failures = 0
        coolOffUntil = nil
    }
}
