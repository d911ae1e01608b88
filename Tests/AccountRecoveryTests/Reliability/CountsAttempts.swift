import RecoveryCrypto

@testable import AccountRecovery

/// What counts attempts and says how long to wait: the ledger of the service, and two that are wrong.
protocol CountsAttempts {
    mutating func wait(at now: UnixTime, for limits: [AttemptLedger.Limit]) -> Int64
    mutating func spend(at now: UnixTime, keepingFor seconds: Int64?)
}

extension AttemptLedger: CountsAttempts {}

/// The seeded bug "a clock set back makes room": an attempt is entered at whatever the clock says.
struct LedgerThatTrustsAClockSetBack: CountsAttempts {
    private var times: [Int64] = []

    func wait(at now: UnixTime, for limits: [AttemptLedger.Limit]) -> Int64 {
        limits.reduce(0) { longest, limit in
            let recent = times.filter { $0 > now.seconds - limit.seconds }
            guard recent.count >= limit.count else { return longest }
            return max(longest, recent[recent.count - limit.count] + limit.seconds - now.seconds)
        }
    }

    mutating func spend(at now: UnixTime, keepingFor seconds: Int64?) {
        times.append(now.seconds)
    }
}

/// The seeded bug "a clock set forward shortens a lock-out": a look at the limit forgets what is old by then.
struct LedgerThatTrustsAClockSetForward: CountsAttempts {
    private var ledger = AttemptLedger(scope: "forgetful")

    mutating func wait(at now: UnixTime, for limits: [AttemptLedger.Limit]) -> Int64 {
        let longest = limits.map(\.seconds).max() ?? 0
        var kept = AttemptLedger(scope: "forgetful")
        for time in ledger.times where time > now.seconds - longest {
            kept.spend(at: UnixTime(seconds: time), keepingFor: nil)
        }
        ledger = kept
        return ledger.wait(at: now, for: limits)
    }

    mutating func spend(at now: UnixTime, keepingFor seconds: Int64?) {
        ledger.spend(at: now, keepingFor: seconds)
    }
}
