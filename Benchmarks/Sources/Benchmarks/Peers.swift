import Foundation

/// Programs of others, which measure themselves in a process of their own: see `Benchmarks/Peers` and
/// `Scripts/setup-bench`.
enum Peers {
    private static let python = Machine.root.appendingPathComponent(".build/peers/bin/python").path

    /// Why a peer in Python cannot be asked; `nil` if it can.
    static func missing(_ module: String) -> String? {
        guard FileManager.default.isExecutableFile(atPath: python) else {
            return "no Python environment in .build/peers; run Scripts/setup-bench"
        }
        guard (try? answer(["-c", "import " + module])) != nil else {
            return module + " is not in .build/peers; run Scripts/setup-bench"
        }
        return nil
    }

    /// Runs a script of `Benchmarks/Peers`. Returns the CPU nanoseconds that it measured of its own work, without the
    /// start of its interpreter, and the words that follow them.
    static func run(_ script: String, _ arguments: [String]) throws -> (nanoseconds: UInt64, answer: [String]) {
        let path = Machine.root.appendingPathComponent("Benchmarks/Peers/" + script).path
        let words = try answer([path] + arguments).split(separator: " ").map(String.init)
        guard let time = words.first.flatMap(UInt64.init) else { throw Disagreement(what: script + " said nothing") }
        return (time, Array(words.dropFirst()))
    }

    private static func answer(_ arguments: [String]) throws -> String {
        let (status, output) = try Machine.run(python, arguments)
        guard status == 0 else { throw Disagreement(what: "\(arguments.prefix(1)) ended with \(status)") }
        return output
    }
}
