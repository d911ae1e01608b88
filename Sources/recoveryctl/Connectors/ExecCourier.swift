import AccountRecovery
import Foundation

/// Hands messages to a program, as `sendmail -i -t` takes them: the whole message on standard input, recipients from
/// its header, exit code 0 for "taken over".
///
/// No shell, an empty environment, nothing of ours on its output, and ten seconds: then it is ended and the message
/// counts as not delivered, so that the outbox tries again.
struct ExecCourier: Courier {
    /// An absolute path.
    let program: String
    let arguments: [String]
    /// What stands behind the `@` of the sender.
    let host: String
    let clock: any RecoveryClock

    var timeLimit: Duration = .seconds(10)

    /// Bytes. What a pipe takes without a reader, so that a program that does not read cannot hold us up.
    static let largestMessage = 65_536

    func deliver(_ message: borrowing Message) async -> DeliveryAnswer {
        let seconds = clock.microseconds() / 1_000_000
        let mail = MailMessage(message, from: host, name: UUID().uuidString.lowercased(), at: seconds)
        guard mail.isDeliverable else { return .failed(code: "address") }
        var bytes = mail.text.lend { span in span.indices.map { span[$0] } }
        defer { for index in bytes.indices { bytes[index] = 0 } }
        guard bytes.count <= Self.largestMessage else { return .failed(code: "size") }
        _ = Self.outlivesBrokenPipes
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = [:]
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (ends, ended) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in ended.finish() }
        do {
            try process.run()
        } catch {
            return .failed(code: "start")
        }
        // A program that closes its input early says by its exit code what that means.
        try? input.fileHandleForWriting.write(contentsOf: Data(bytes))
        try? input.fileHandleForWriting.close()
        let isEnded = await Self.wait(for: ends, atMost: timeLimit)
        guard isEnded else {
            process.terminate()
            return .failed(code: "timeout")
        }
        return process.terminationReason == .exit && process.terminationStatus == 0
            ? .accepted : .failed(code: "refused")
    }

    /// A program that closes its input early must not end ours with SIGPIPE. Set once, for the whole process.
    private static let outlivesBrokenPipes: Void = { signal(SIGPIPE, SIG_IGN) }()

    /// Whether the stream ended in time.
    private static func wait(for ends: AsyncStream<Void>, atMost timeLimit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in ends {}
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: timeLimit)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
    }
}
