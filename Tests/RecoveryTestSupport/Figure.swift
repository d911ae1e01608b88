import Foundation

/// What one proof of `Docs/Reliability.md` covered: reported by the run that proves it, and never typed.
///
/// A figure is printed, and kept for `Scripts/reliability` where it asks for one. Whoever reports it has already
/// claimed what it says: a figure is no check.
public struct Figure: Codable, Sendable {
    /// The promise's number, such as `R1`.
    public let id: String
    /// The promise, in a few words.
    public let promise: String
    /// What was tried, each with its number: points killed, states opened.
    public let covered: [Count]
    /// What went wrong. A run that passes reports 0.
    public let bad: Int
    /// The seeded bug, or the weaker setting, that turned the same proof red in the same run.
    public let control: String

    public struct Count: Codable, Sendable {
        public let what: String
        public let number: Int

        public init(_ number: Int, _ what: String) {
            self.what = what
            self.number = number
        }
    }

    public init(_ id: String, _ promise: String, covered: [Count], bad: Int, control: String) {
        self.id = id
        self.promise = promise
        self.covered = covered
        self.bad = bad
        self.control = control
    }

    /// Prints the figure, and leaves it in the folder that `RECOVERY_FIGURES` names, if it names one.
    public func report() throws {
        let counts = covered.map { "\($0.number) \($0.what)" }.joined(separator: ", ")
        print("figure \(id): \(promise): \(counts), \(bad) bad; control: \(control)")
        guard let folder = ProcessInfo.processInfo.environment["RECOVERY_FIGURES"] else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // One file a figure, because suites run at the same time in processes of their own.
        let file = URL(fileURLWithPath: folder).appending(path: "\(id)-\(UUID().uuidString).json")
        try encoder.encode(self).write(to: file)
    }
}

/// How much a long proof tries: the short form is part of every run, the long one is asked for.
public enum ProofLength {
    /// Whether `RECOVERY_LONG_TESTS` is 1, as `make soak` sets it.
    public static let isLong = ProcessInfo.processInfo.environment["RECOVERY_LONG_TESTS"] == "1"

    public static func choose<Value>(short: Value, long: Value) -> Value {
        isLong ? long : short
    }
}
