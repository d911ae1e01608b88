import Foundation

/// What a row must reach. Ratios hold on any machine; times say the order of magnitude.
struct Target {
    var leastRatio: Double?
    var mostNanoseconds: Double?
    /// For two sides that must cost the same.
    var alike: ClosedRange<Double>?

    static let none = Target()

    var text: String {
        var parts: [String] = []
        if let leastRatio { parts.append("≥ " + leastRatio.formatted(2)) }
        if let alike { parts.append(alike.lowerBound.formatted(2) + " to " + alike.upperBound.formatted(2)) }
        if let mostNanoseconds { parts.append("≤ " + duration(mostNanoseconds)) }
        return parts.isEmpty ? "–" : parts.joined(separator: ", ")
    }

    /// - Parameter cause: why it is missed, where it is.
    func verdict(on measurement: Measurement, cause: String?) -> String {
        var missed: [String] = []
        if let ratio = measurement.ratio {
            if let leastRatio, ratio < leastRatio { missed.append(ratio.formatted(2)) }
            if let alike, !alike.contains(ratio) { missed.append(ratio.formatted(2)) }
        }
        if let mostNanoseconds, measurement.ours > mostNanoseconds { missed.append(duration(measurement.ours)) }
        if text == "–" { return "–" }
        if missed.isEmpty { return "met" }
        return "**missed: " + missed.joined(separator: ", ") + "**" + (cause.map { "; " + $0 } ?? "")
    }
}

/// Everything that was measured, as one table.
struct Report {
    private var rows: [[String]] = []
    private var counts: [[String]] = []
    private var growth: [[String]] = []
    private(set) var hasFailed = false

    mutating func add(
        _ id: String,
        _ what: String,
        against floor: String = "–",
        _ measurement: Measurement,
        _ target: Target = .none,
        cause: String? = nil
    ) {
        let spread = measurement.spread.map { $0.lowerBound.formatted(2) + "–" + $0.upperBound.formatted(2) }
        rows.append([
            id, what, floor, measurement.floor.map(duration) ?? "–", duration(measurement.ours),
            measurement.ratio?.formatted(2) ?? "–", spread ?? "–", target.text,
            target.verdict(on: measurement, cause: cause),
        ])
        say(rows[rows.count - 1].joined(separator: " | "))
    }

    mutating func skip(_ id: String, _ what: String, because reason: String) {
        rows.append([id, what, "–", "–", "–", "–", "–", "–", "skipped: " + reason])
        say("\(id) \(what): skipped, \(reason)")
    }

    mutating func fail(_ id: String, _ error: any Error) {
        hasFailed = true
        rows.append([id, "the whole benchmark", "–", "–", "–", "–", "–", "–", "**failed: \(error)**"])
        say("\(id): failed, \(error)")
    }

    /// What was counted and not timed.
    mutating func count(_ id: String, _ what: String, _ counted: String, _ target: String, _ verdict: String) {
        counts.append([id, what, counted, target, verdict])
        say(counts[counts.count - 1].joined(separator: " | "))
    }

    /// - Parameter times: nanoseconds of the whole, by size.
    mutating func addGrowth(_ id: String, _ what: String, _ times: [(size: Int, nanoseconds: Double)]) {
        let sizes = times.map { "\($0.size): " + duration($0.nanoseconds) }
        growth.append([id, what, sizes.joined(separator: ", "), exponent(times).formatted(2)])
        say(growth[growth.count - 1].joined(separator: " | "))
    }

    var markdown: String {
        let header = ["id", "what", "floor", "floor takes", "ours takes", "ratio", "spread", "target", "verdict"]
        return table(header, rows) + "\n" + table(["id", "what", "counted", "target", "verdict"], counts) + "\n"
            + table(["id", "growth", "size: time of the whole", "exponent"], growth)
    }

    private func table(_ header: [String], _ rows: [[String]]) -> String {
        let lines = [header, header.map { _ in "--" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }

    /// The slope of the straight line through the logarithms: 1 is linear, 0 constant.
    private func exponent(_ times: [(size: Int, nanoseconds: Double)]) -> Double {
        let points = times.map { (x: log(Double($0.size)), y: log($0.nanoseconds)) }
        let meanX = points.map(\.x).reduce(0, +) / Double(points.count)
        let meanY = points.map(\.y).reduce(0, +) / Double(points.count)
        let covariance = points.map { ($0.x - meanX) * ($0.y - meanY) }.reduce(0, +)
        return covariance / points.map { ($0.x - meanX) * ($0.x - meanX) }.reduce(0, +)
    }
}

extension Double {
    func formatted(_ decimals: Int) -> String {
        String(format: "%.\(decimals)f", self)
    }
}

/// Nanoseconds in a unit that reads well.
func duration(_ nanoseconds: Double) -> String {
    switch nanoseconds {
    case ..<1e3: "\(nanoseconds.formatted(0)) ns"
    case ..<1e6: "\((nanoseconds / 1e3).formatted(2)) µs"
    case ..<1e9: "\((nanoseconds / 1e6).formatted(2)) ms"
    default: "\((nanoseconds / 1e9).formatted(2)) s"
    }
}

/// Progress goes where the table does not.
func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}
