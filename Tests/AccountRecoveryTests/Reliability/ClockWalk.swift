import RecoveryCrypto
import RecoveryTestSupport

/// A clock that mostly goes forward a little, and at times jumps: by a second, by ten years, to 1970, 2038 or 2106,
/// or stands still. The same from the same seed.
struct ClockWalk: Sendable {
    private(set) var now: Int64 = 1_800_000_000
    /// How many steps went back more than five seconds, and how many forward more than an hour.
    private(set) var jumps = (back: 0, forward: 0)
    var random: SeededRandom

    private static let strides: [Int64] = [
        1, 5, 6, 29, 30, 31, 60, 3600, 86_400, 30 * 86_400, 365 * 86_400, 3652 * 86_400,
    ]
    /// Where counters of 31 and 32 bits end, where time begins, and the present.
    private static let landmarks: [Int64] = [0, 1 << 31, 1 << 32, 1_800_000_000]

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// Begins again at the present.
    mutating func restart() {
        now = 1_800_000_000
    }

    mutating func next() -> UnixTime {
        let before = now
        switch Int.random(in: 0..<100, using: &random) {
        case ..<55: now += Int64.random(in: 0...45, using: &random)
        case ..<65: break
        case ..<80: now += stride()
        case ..<95: now -= stride()
        default:
            let mark = Self.landmarks[Int.random(in: 0..<Self.landmarks.count, using: &random)]
            now = mark + Int64.random(in: -2...2, using: &random)
        }
        if now < before - 5 { jumps.back += 1 }
        if now > before + 3600 { jumps.forward += 1 }
        return UnixTime(seconds: now)
    }

    private mutating func stride() -> Int64 {
        Self.strides[Int.random(in: 0..<Self.strides.count, using: &random)]
    }
}
