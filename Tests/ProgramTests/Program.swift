import Dispatch
import Foundation

/// A program that was started, and what it says when it ends.
final class Program {
    /// Far above what any program of ours takes, so that a busy machine fails no test.
    private static let secondsAtMost = 600

    private let name: String
    private let process = Process()
    private let ended = DispatchSemaphore(value: 0)
    private let outputs: (stdout: URL, stderr: URL)

    struct Answer {
        var code: Int32
        var stdout: String
        var stderr: String
    }

    /// How a program ended: by itself, or by a signal and without a code.
    struct Ending {
        var signal: Int32?
        var answer: Answer
    }

    /// How and where a program runs. There is no terminal, and the environment holds nothing that is not named here.
    struct Surroundings {
        let folder: URL
        /// Where what it says is kept: beside the folder, so that no program finds it.
        let outputs: URL
        var environment: [String: String]
        var umask: Int?
    }

    init(_ program: URL, _ words: [String], in surroundings: Surroundings, stdin: Data?) throws {
        name = program.lastPathComponent
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw ScriptError.noSuchProgram(name)
        }
        let id = UUID().uuidString
        // Files, not pipes: a program that says more than a pipe holds would wait for us, and we for it.
        outputs = (surroundings.outputs.appending(path: id + ".out"), surroundings.outputs.appending(path: id + ".err"))
        for file in [outputs.stdout, outputs.stderr] { try Data().write(to: file) }
        var streams = [
            try FileHandle(forWritingTo: outputs.stdout), try FileHandle(forWritingTo: outputs.stderr),
        ]
        (process.standardOutput, process.standardError) = (streams[0], streams[1])
        if let stdin {
            let file = surroundings.outputs.appending(path: id + ".in")
            try stdin.write(to: file)
            let stream = try FileHandle(forReadingFrom: file)
            process.standardInput = stream
            streams.append(stream)
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        process.currentDirectoryURL = surroundings.folder
        process.environment = surroundings.environment
        if let umask = surroundings.umask {
            // The mask belongs to the process, and ours runs other sessions at the same time.
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            let mask = String(umask, radix: 8)
            process.arguments = ["-c", #"umask "$0" && exec "$@""#, mask, program.path] + words
        } else {
            process.executableURL = program
            process.arguments = words
        }
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
        // The program has its own by now, and Foundation would keep ours as long as the process object. With more than a
        // thousand files open it reads past the end of a folder's list when it starts the next program, and crashes.
        for stream in streams { try stream.close() }
    }

    /// Whose folder in `/proc` is the program's.
    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// Waits for the end, which is the program's own.
    func answer() throws -> Answer {
        let ending = try ending()
        if let signal = ending.signal { throw ScriptError.programCrashed(name, signal: signal) }
        return ending.answer
    }

    /// Waits for the end, whatever it is.
    func ending() throws -> Ending {
        if ended.wait(timeout: .now() + .seconds(Self.secondsAtMost)) == .timedOut {
            stop()
            throw ScriptError.programDidNotEnd(name)
        }
        ended.signal()  // For whoever asks again, or stops what has ended.
        let isExit = process.terminationReason == .exit
        return Ending(
            signal: isExit ? nil : process.terminationStatus,
            answer: Answer(
                code: isExit ? process.terminationStatus : -1,
                stdout: String(decoding: try Data(contentsOf: outputs.stdout), as: UTF8.self),
                stderr: String(decoding: try Data(contentsOf: outputs.stderr), as: UTF8.self)
            )
        )
    }

    /// Ends it, whatever it is doing.
    func stop() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        ended.wait()
        ended.signal()
    }
}
