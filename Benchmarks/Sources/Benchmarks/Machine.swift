import Foundation

/// Where and when something was measured. Figures without it mean nothing.
enum Machine {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static var description: String {
        let date = ISO8601DateFormatter().string(from: Date())
        let changed =
            output("git", "status", "--porcelain", "--", "Sources", "Package.swift").isEmpty ? "" : ", changed"
        return """
            - Date: \(date)
            - Commit: \(output("git", "rev-parse", "--short=12", "HEAD"))\(changed)
            - Machine: \(processor), \(ProcessInfo.processInfo.activeProcessorCount) cores, \
            \(ProcessInfo.processInfo.operatingSystemVersionString)
            - Libraries: \(output("openssl", "version")); SQLite \(output("sqlite3", "--version").prefix { $0 != " " })
            - Load at the beginning: \(loadAtStart)
            - Load at the end: \(load)
            """
    }

    /// Read before anything is measured.
    static let loadAtStart = load

    private static var load: String {
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? "unknown"
        return text.split(separator: " ").prefix(3).joined(separator: " ")
    }

    private static var processor: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown processor"
    }

    /// The folder of this program, where the package manager puts the others too.
    static var programs: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    }

    /// Runs `body` with a folder on the disk that holds the build, and removes it: a temporary folder may lie in
    /// memory, where a commit costs nothing.
    static func withScratch<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let folder = programs + "/scratch-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    private static func output(_ arguments: String...) -> String {
        (try? run("/usr/bin/env", arguments).output) ?? "unknown"
    }

    /// Runs a program to its end, without input.
    static func run(
        _ program: String,
        _ arguments: [String],
        input: String = "",
        in folder: String = root.path
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        let (stdin, stdout) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        try process.run()
        // What is written here is less than a pipe holds.
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let data = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let output = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return (process.terminationStatus, output)
    }
}
