import CFloors

/// Nanoseconds that one round of a side took, for all its operations.
typealias Side = () async throws -> UInt64

/// What several rounds of a floor and of ours, in turn, came to.
struct Measurement {
    /// Nanoseconds of one operation: the median of the rounds.
    let ours: Double
    let floor: Double?
    /// How much of the floor's speed is left, 1 being all of it: the median of the rounds, and their least and largest.
    let ratio: Double?
    let spread: ClosedRange<Double>?
}

/// Measures a floor and ours in turn, so that whatever else the machine does meets both. The first round warms up and
/// is not counted.
///
/// - Parameters:
///   - floorOperations: how many operations one round of the floor has; as many as ours unless said.
func interleaved(
    rounds: Int = 9,
    operations: Int,
    floorOperations: Int? = nil,
    floor: Side?,
    ours: Side
) async throws -> Measurement {
    var floorTimes: [Double] = []
    var ourTimes: [Double] = []
    for round in 0...rounds {
        let floorTime = try await floor.map { try await $0() }
        let ourTime = try await ours()
        guard round > 0 else { continue }
        ourTimes.append(Double(ourTime) / Double(operations))
        if let floorTime { floorTimes.append(Double(floorTime) / Double(floorOperations ?? operations)) }
    }
    let ratios = zip(floorTimes, ourTimes).map { $0 / $1 }.sorted()
    return Measurement(
        ours: median(ourTimes),
        floor: floorTimes.isEmpty ? nil : median(floorTimes),
        ratio: ratios.isEmpty ? nil : median(ratios),
        spread: ratios.first.flatMap { least in ratios.last.map { least...$0 } }
    )
}

extension Optional {
    /// `map` for a closure that suspends.
    fileprivate func map<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}

/// CPU time of `body` on this thread. What waits for nothing is measured so: neighbours cost it little.
func cpuTime(_ body: () throws -> Void) rethrows -> UInt64 {
    let start = floor_cpu_time()
    try body()
    return floor_cpu_time() - start
}

/// Time on the wall, for what waits for a disk or another process.
func wallTime(_ body: () async throws -> Void) async rethrows -> UInt64 {
    let start = floor_wall_time()
    try await body()
    return floor_wall_time() - start
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

/// A benchmark whose sides do not agree on the answer measures nothing.
struct Disagreement: Error {
    let what: String

    static func unless(_ agrees: Bool, _ what: String) throws {
        if !agrees { throw Disagreement(what: what) }
    }
}
