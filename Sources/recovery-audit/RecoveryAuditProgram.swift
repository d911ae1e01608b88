import ArgumentParser
import Foundation
import RecoveryAudit

/// The auditor's program: reads bundles and public keys, and needs nothing of the service.
@main
struct RecoveryAuditProgram: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recovery-audit",
        abstract: "Check an exported audit log, without access to the service.",
        subcommands: [Verify.self, CheckReceipt.self, OpenKeys.self, WitnessCommand.self, Version.self]
    )

    /// Ends the process with a code of ``ProgramExit`` whatever happens: a framework that exits 1 on an error of its
    /// own would be read as "tampered".
    static func main() async {
        ProgramExit.end(await outcome(of: Array(CommandLine.arguments.dropFirst())))
    }

    private static func outcome(of arguments: [String]) async -> ProgramExit {
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return .intact
        } catch let exit as ProgramExit {
            return exit
        } catch {
            let message = fullMessage(for: error)
            guard exitCode(for: error) == .success else {
                Terminal.say(message)
                return .usage
            }
            // Help that was asked for is a result.
            Terminal.answer(message + "\n")
            return .intact
        }
    }

    /// Without a command there is nothing to find intact, so this must not exit 0.
    func run() throws {
        throw ValidationError("Name a command: verify, receipt, open-keys, witness or version.")
    }
}

/// Names the program and the formats that it reads.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version and the log format.")

    func run() {
        Terminal.answer("recovery-audit 0.1.0, log format rva/v1\n")
    }
}
