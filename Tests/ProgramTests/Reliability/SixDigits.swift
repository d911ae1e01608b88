import Foundation

/// Codes of six digits, as runs of exactly six digits in memory, where chance has some as well.
enum SixDigits {
    /// A bound on the probability that chance alone makes `hits` or more of the codes out of `runs` different runs.
    ///
    /// Each run is one of a million with the same chance, so at least k hits have a probability below (n·p)^k ∕ k!.
    static func chance(of hits: Int, runs: Int, codes: Int) -> Double {
        let mean = Double(runs) * Double(codes) / 1_000_000
        return (0..<hits).reduce(1) { $0 * mean / Double($1 + 1) }
    }

    /// Below this it was not chance. One run in a million fails without a cause.
    static let least = 1e-6
}
