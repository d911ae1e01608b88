/// Time-based one-time passwords (RFC 6238), with steps counted from 1970 (T0 = 0).
///
/// A verifier spends an attempt, asks ``match(for:at:after:window:)``, stores the step of a fresh match, and acts,
/// in that order. An attempt that is counted after the comparison is free for whoever cuts the line in between, and
/// a step that is stored after the act lets a code work twice.
public struct TOTP: ~Copyable, Sendable {
    /// Seconds that a step may last: up to a day. Longer, and it is no longer the time that a code proves.
    public static let periods: ClosedRange<Int64> = 1...86_400

    /// What a code turned out to be.
    public enum Match: Sendable, Hashable {
        /// The code of a step that was not used, nor any after it. The step is to be stored.
        case fresh(step: Int64)
        /// A right code, but its step or a later one was used. Refuse it like a wrong one, and write it down.
        case spent(step: Int64)
        /// Not a code of any step in the window, or not a code at all.
        case none
    }

    /// Seconds per time step: 30, unless the authenticator was enrolled otherwise.
    public let period: Int64

    let hotp: HOTP

    /// Takes the key, or refuses what lies outside ``HOTP/digitCounts`` or ``periods`` or below
    /// ``HOTP/minimumKeySize``.
    public init?(_ hash: Hash = .sha1, key: consuming SecretKey, digits: Int = 6, period: Int64 = 30) {
        guard Self.periods.contains(period), let hotp = HOTP(hash, key: key, digits: digits) else { return nil }
        self.period = period
        self.hotp = hotp
    }

    /// Decimal digits per code.
    public var digits: Int { hotp.digits }

    /// The hash under the HMAC.
    public var hash: Hash { hotp.hash }

    /// Returns the time step that `code` was made for, or `nil` if it is wrong, stale or already used.
    ///
    /// The same as ``match(for:at:after:window:)`` for whoever does not care why a code is refused.
    public borrowing func matchingStep(
        for code: borrowing SecretKey,
        at time: UnixTime,
        after lastStep: Int64?,
        window: ClosedRange<Int64>
    ) -> Int64? {
        switch match(for: code, at: time, after: lastStep, window: window) {
        case .fresh(let step): step
        case .spent, .none: nil
        }
    }

    /// Compares `code` with those of every step in the window, whichever of them matches.
    ///
    /// Store the step of a fresh match before acting on it, and pass it as `lastStep` next time: that step and every
    /// earlier one are then spent (RFC 6238 §5.2).
    ///
    /// - Parameters:
    ///   - code: What was typed, as ASCII. Only ``digits`` digits from `0` to `9` are a code: no other script's
    ///     digits, no space, no sign, no padding.
    ///   - time: The verifier's clock. Steps before 1970 have no code.
    ///   - lastStep: The step of the last accepted code, if there was one.
    ///   - window: Which steps are accepted, counted from the current one: `0...0`, or `-1...0` for a code that was
    ///     typed slowly. No further than ten steps either way, each being one more for a guess to hit.
    public borrowing func match(
        for code: borrowing SecretKey,
        at time: UnixTime,
        after lastStep: Int64?,
        window: ClosedRange<Int64>
    ) -> Match {
        precondition((-10...10).contains(window.lowerBound) && window.upperBound <= 10, "a window of some steps")
        guard let typed = hotp.typedNumber(code) else { return .none }
        let now = step(at: time)
        var matching: Int64 = 0
        var found: UInt32 = 0
        // No early exit and no branch on a match: how long this takes must not tell which step it was. Where two
        // steps share a code the later one wins, so that storing it spends both.
        HMAC.withKey(hotp.key, of: hotp.hash) { states in
            for offset in window {
                let (step, overflow) = now.addingReportingOverflow(offset)
                guard !overflow, step >= 0 else { continue }
                let hit = isEqual(hotp.number(at: UInt64(step), states), typed)
                let mask = 0 &- Int64(hit)
                matching = matching & ~mask | step & mask
                found |= hit
            }
        }
        guard found == 1 else { return .none }
        guard let lastStep, matching <= lastStep else { return .fresh(step: matching) }
        return .spent(step: matching)
    }

    /// Returns the code that an authenticator shows at `time` as ASCII digits, or `nil` before 1970.
    public borrowing func code(at time: UnixTime) -> SecretKey? {
        let step = step(at: time)
        return step < 0 ? nil : hotp.code(at: UInt64(step))
    }

    /// Rounds down, also before 1970.
    private borrowing func step(at time: UnixTime) -> Int64 {
        let (step, remainder) = time.seconds.quotientAndRemainder(dividingBy: period)
        return remainder < 0 ? step - 1 : step
    }
}
