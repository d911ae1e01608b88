/// Notices steps of the wall clock by a monotonic one beside it (audit-log.md §6, CLOCK).
public struct ClockWatch: Sendable {
    /// A step back of more than this is written down, in microseconds: 5 seconds.
    public static let backTolerance: Int64 = 5_000_000
    /// A step forward of more than this is written down, in microseconds: an hour.
    public static let forwardTolerance: Int64 = 3_600_000_000

    private let bootID: String
    private var wall: Int64
    private var monotonic: Int64

    /// Begins with one reading of both clocks, in microseconds.
    public init(bootID: String, wall: Int64, monotonic: Int64) {
        self.bootID = bootID
        self.wall = wall
        self.monotonic = monotonic
    }

    /// Takes the next reading and returns the payload of CLOCK if the wall clock stepped.
    public mutating func observe(wall: Int64, monotonic: Int64) -> JSONObject? {
        let delta = (wall &- self.wall) &- (monotonic &- self.monotonic)
        self.wall = wall
        self.monotonic = monotonic
        switch delta {
        case ..<(-ClockWatch.backTolerance): return payload("back", delta)
        case (ClockWatch.forwardTolerance + 1)...: return payload("forward", delta)
        default: return nil
        }
    }

    /// Returns the payload of CLOCK if the process started with a clock behind the last record of the log. How much
    /// later it should be nobody knows, so only a step back can show.
    public func atStart(lastRecord: Int64) -> JSONObject? {
        let delta = wall &- lastRecord
        return delta < -ClockWatch.backTolerance ? payload("boot", delta) : nil
    }

    private func payload(_ kind: String, _ delta: Int64) -> JSONObject {
        [
            "boot_id": .string(bootID), "delta_us": .integer(delta), "kind": .string(kind),
            "mono_us": .integer(monotonic),
        ]
    }
}
