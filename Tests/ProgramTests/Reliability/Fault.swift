import Foundation
import Testing

/// Where and how a program is broken from inside: the settings of `Tests/FaultInjector/include/FaultInjector.h`.
struct Fault: Sendable, CustomStringConvertible {
    /// Which calls of the program are counted.
    enum Calls: String, Sendable {
        case all, room, sync
    }

    enum Deed: String, Sendable {
        case killBefore = "kill-before"
        case killAfter = "kill-after"
        case fail
        /// This call, and every later one that is counted.
        case failOn = "fail-on"
        case short, claim, retry
    }

    let calls: Calls
    /// From 1 on.
    let at: Int
    let deed: Deed
    var error: Int32 = EIO

    var description: String { "\(deed.rawValue) at \(calls.rawValue) call \(at)" }

    var settings: [String: String] {
        ["FAULT_AT": "\(at)", "FAULT_DO": deed.rawValue, "FAULT_ERRNO": "\(error)"]
    }
}

/// A call that the injector counted.
struct ListedCall: Sendable, Hashable, CustomStringConvertible {
    let number: Int
    let name: String
    let path: String
    /// 0, or what it failed with.
    let error: Int32
    /// Whether the injector had a hand in it.
    let isBroken: Bool

    var description: String { "\(number) \(name) \(path) \(error)" }

    /// The calls in the list of a run, in their order.
    static func all(in file: URL) throws -> [ListedCall] {
        guard FileManager.default.fileExists(atPath: file.path) else { return [] }
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            try #require(parts.count == 5, "\(line)")
            return ListedCall(
                number: try #require(Int(parts[0])),
                name: String(parts[1]),
                path: String(parts[2]),
                error: try #require(Int32(parts[3])),
                isBroken: parts[4] == "broken"
            )
        }
    }

    var isSync: Bool { name == "fsync" || name == "fdatasync" }

    /// Whether it touches the folder of the database, and not a file in it.
    var isOfFolder: Bool { path.hasSuffix("/store") }

    /// Whether it touches the letters, which are another system's, and not the store.
    var isOfCourier: Bool { path.contains("/outbox") }
}

/// The library that breaks programs, beside them.
enum FaultInjector {
    static let library = Player.programs.appending(path: "libFaultInjector.so")

    /// The environment of a program whose calls are listed, and which is broken if a fault is given.
    static func environment(_ calls: Fault.Calls, _ fault: Fault?, list: URL) throws -> [String: String] {
        // Without the library every run would be whole, and every proof green.
        try #require(FileManager.default.fileExists(atPath: library.path), "\(library.path) was not built")
        var environment = ["LD_PRELOAD": library.path, "FAULT_CALLS": calls.rawValue, "FAULT_LIST": list.path]
        environment.merge(fault?.settings ?? [:]) { $1 }
        return environment
    }
}
