/// What a walk of the clock found wrong, and how often it asked.
struct ClockFaults: Equatable {
    var steps = 0
    var accepted = 0
    var refused = 0
    /// Accepted outside of a window, or more often than a limit allows.
    var outside = 0
    /// Accepted before the end that a refusal had announced.
    var shortened = 0
    /// Refused although nothing stood in the way.
    var lost = 0
    var back = 0
    var forward = 0

    var bad: Int { outside + shortened + lost }

    static func + (left: ClockFaults, right: ClockFaults) -> ClockFaults {
        ClockFaults(
            steps: left.steps + right.steps,
            accepted: left.accepted + right.accepted,
            refused: left.refused + right.refused,
            outside: left.outside + right.outside,
            shortened: left.shortened + right.shortened,
            lost: left.lost + right.lost,
            back: left.back + right.back,
            forward: left.forward + right.forward
        )
    }
}
