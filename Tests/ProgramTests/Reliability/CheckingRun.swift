import Foundation
import Testing

/// A process that checks what it is told, and stands still with its input open whenever it has said a line.
final class CheckingRun {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errors: URL

    init(_ desk: CheckedDesk, data: String, letters: String, keeping: Bool) throws {
        let folder = desk.desk.folder
        process.executableURL = Player.programs.appending(path: "CheckingProcess")
        process.arguments = [
            folder.url.path + "/" + data,
            folder.outputs.appending(path: letters).path,
            "\(desk.start)",
            keeping ? "KEEP" : "FORGET",
        ]
        process.environment = [:]
        process.standardInput = input
        process.standardOutput = output
        errors = folder.outputs.appending(path: letters + ".err")
        try Data().write(to: errors)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    struct Failed: Error {
        let said: String
    }

    var identifier: Int32 { process.processIdentifier }

    /// Gives orders, the last of which makes the process say a line, and returns the words of that line.
    func follow(_ orders: [String]) throws -> [String] {
        // The process reads while this writes, so no pipe fills up for good.
        try input.fileHandleForWriting.write(contentsOf: Data((orders.joined(separator: "\n") + "\n").utf8))
        var said = Data()
        while said.last != 10 {
            let part = output.fileHandleForReading.availableData
            guard !part.isEmpty else {
                process.waitUntilExit()
                throw Failed(said: String(decoding: said + (try Data(contentsOf: errors)), as: UTF8.self))
            }
            said += part
        }
        return String(decoding: said, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// Ends its input, and with it the process.
    func end() throws -> String {
        try input.fileHandleForWriting.close()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
    }

    deinit {
        if process.isRunning { process.terminate() }
    }
}
