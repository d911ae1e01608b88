import Foundation

/// The package as files.
enum House {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Paths from the root of every file that ends so, sorted. Hidden folders are no part of the house: git's own, and
    /// what was built.
    static func files(in folders: [String]? = nil, ending: String) -> [String] {
        (folders ?? names()).flatMap { folder in
            let inside = (try? FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
            return inside.isEmpty ? [folder] : inside.map { folder + "/" + $0 }
        }
        .filter { $0.hasSuffix(ending) && !$0.contains("/.build") }
        .sorted()
    }

    /// What lies directly in the root, except what is hidden.
    private static func names() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func lines(_ path: String) throws -> [Substring] {
        try text(path).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }
}

/// One thing that is against the rules, and where.
struct Finding: Hashable, CustomStringConvertible {
    let place: String
    let what: String

    var description: String { "\(place): \(what)" }
}
