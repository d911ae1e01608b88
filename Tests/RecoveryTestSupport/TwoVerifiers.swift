import Dispatch
public import Foundation
public import RecoveryAudit

/// Gives the same bundles to the verifier of `recovery-audit` and to `verify.py`, and collects where they disagree.
///
/// The first judges at once, in this process. Its verdicts are written to files, a few hundred in each, and as soon as
/// one is full a process of `Scripts/compare-verifiers` has the second judge what is in it.
public final class TwoVerifiers {
    /// Disagreements, and what was compared.
    public struct Answer: Decodable, Sendable {
        public struct Difference: Decodable, Sendable {
            /// How the bundle was made.
            public let what: String
            /// Parts of the verdict that differ: both values as text.
            public let parts: [String: [String]]
        }

        public var compared = 0
        /// Bundles on which the verifiers are not of one mind.
        public var differing = 0
        /// Of the others, those with the same findings also past the first bad record, where they may differ.
        public var whole = 0
        /// How many bundles had which primary code.
        public var codes: [String: Int] = [:]
        /// The first few of them.
        public var differences: [Difference] = []

        static func + (one: Answer, other: Answer) -> Answer {
            Answer(
                compared: one.compared + other.compared,
                differing: one.differing + other.differing,
                whole: one.whole + other.whole,
                codes: one.codes.merging(other.codes, uniquingKeysWith: +),
                differences: one.differences + other.differences
            )
        }
    }

    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    private struct Case: Encodable {
        let base: Int
        let what: String
        let changed: [String: String]
        let gone: [String]
        let options: ComparedOptions
        let verdict: String
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// The second verifier, as it is exported.
    public static let script = root.appending(path: "Sources/recoveryctl/Resources/verify.py")
    private static let casesPerFile = 250
    private static let secondsAtMost = 600

    private let folder: URL
    private let bases: [MemoryBundle]
    private let definitions: Data
    private var cases = Data()
    private var count = 0
    private var files: [URL] = []
    private var running: [Comparison] = []

    /// - Parameter bases: bundles of which variants are compared: only what differs from one is written down.
    public init(bases: [MemoryBundle]) throws {
        self.bases = bases
        folder = FileManager.default.temporaryDirectory.appending(path: "verifiers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        definitions = try bases.reduce(into: Data()) { data, base in
            data += try JSONEncoder().encode(base.files.mapValues { Data($0).base64EncodedString() }) + Data("\n".utf8)
        }
    }

    deinit {
        for comparison in running { comparison.stop() }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Has a variant of a bundle judged by both.
    public func compare(_ bundle: MemoryBundle, of base: Int, under options: ComparedOptions, what: String) throws {
        guard let parsed = options.parsed else { throw Fault(description: "options that are none: \(what)") }
        let verdict = LogVerifier(parsed).verify(bundle)
        let original = bases[base].files
        let one = Case(
            base: base,
            what: what,
            changed: bundle.files.filter { original[$0.key] != $0.value }.mapValues { Data($0).base64EncodedString() },
            gone: original.keys.filter { bundle.files[$0] == nil },
            options: options,
            verdict: String(decoding: verdict.json, as: UTF8.self)
        )
        cases += try JSONEncoder().encode(one) + Data("\n".utf8)
        count += 1
        if count.isMultiple(of: Self.casesPerFile) { try startComparison() }
    }

    /// What the second verifier said of everything so far.
    public func answer() throws -> Answer {
        try startComparison()
        defer { running = [] }
        return try running.map { try $0.answer() }.reduce(Answer(), +)
    }

    /// What another verifier says of the first cases, or a `verify.py` of which one line was changed.
    public func answer(ofVerifierWith line: String, insteadOf original: String) throws -> Answer {
        let text = try String(contentsOf: Self.script, encoding: .utf8)
        guard text.ranges(of: original).count == 1 else { throw Fault(description: "not one line: \(original)") }
        let changed = folder.appending(path: "changed-\(UUID().uuidString).py")
        try text.replacing(original, with: line).write(to: changed, atomically: true, encoding: .utf8)
        guard let cases = files.first else { throw Fault(description: "there is nothing to compare") }
        return try Comparison(of: cases, with: changed).answer()
    }

    private func startComparison() throws {
        guard !cases.isEmpty else { return }
        let file = folder.appending(path: "cases-\(files.count)")
        try (definitions + Data("\n".utf8) + cases).write(to: file)
        files.append(file)
        cases = Data()
        // One at a time beside this process, lest a long run starts hundreds.
        try running.last?.wait()
        running.append(try Comparison(of: file, with: Self.script))
    }

    /// One process of `Scripts/compare-verifiers`.
    private final class Comparison {
        private let process = Process()
        private let ended = DispatchSemaphore(value: 0)
        private let output: URL

        init(of cases: URL, with script: URL) throws {
            output = cases.deletingLastPathComponent().appending(path: UUID().uuidString)
            try Data().write(to: output)
            process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
            process.arguments = [TwoVerifiers.root.appending(path: "Scripts/compare-verifiers").path, script.path]
            process.standardInput = try FileHandle(forReadingFrom: cases)
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.terminationHandler = { [ended] _ in ended.signal() }
            try process.run()
        }

        func wait() throws {
            guard ended.wait(timeout: .now() + .seconds(TwoVerifiers.secondsAtMost)) == .success else {
                stop()
                throw Fault(description: "compare-verifiers does not end")
            }
            ended.signal()  // For whoever waits again.
        }

        func answer() throws -> Answer {
            try wait()
            guard process.terminationStatus == 0 else {
                throw Fault(description: "compare-verifiers ended with \(process.terminationStatus)")
            }
            return try JSONDecoder().decode(Answer.self, from: Data(contentsOf: output))
        }

        func stop() {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
    }
}
