import AccountRecovery
import ArgumentParser
import Foundation

@main
struct Recoveryctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recoveryctl",
        abstract: "Decide account recoveries by policy, evidence and approval, on record.",
        subcommands: [
            Initialise.self, Demo.self, Status.self, Doctor.self, CaseCommand.self, ApprovalCommand.self,
            AccountCommand.self, EnrolmentCommand.self, AgentCommand.self, AuditorCommand.self, PolicyCommand.self,
            AuditCommand.self, KeyCommand.self, StoreCommand.self, VaultCommand.self, ConnectorCommand.self,
            Version.self,
            HelpExitCodes.self,
        ]
    )

    /// The words that a command line may begin with.
    static var commands: Set<String> {
        Set(configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"])
    }

    /// ArgumentParser would choose exit codes of its own; ours are specified, so every way out passes here.
    static func main() async {
        // Whatever this process creates is for its user alone, whoever set the mask before.
        umask(0o077)
        // A pipe that was closed is an error of the write, so that the store is still closed in good order.
        signal(SIGPIPE, SIG_IGN)
        // What the system did not grant is for `doctor` to say: it asks again, and gets the same answer.
        _ = hardenProcess()
        let interrupts = interrupting()
        defer { interrupts.cancel() }
        let command: any ParsableCommand
        do {
            command = try parseAsRoot(GlobalOptions.movedToEnd(Array(CommandLine.arguments.dropFirst())))
        } catch {
            leave(parsing: error)
        }
        await run(command)
    }

    private static func run(_ command: sending any ParsableCommand) async -> Never {
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                var command = command
                try command.run()
            }
            leave(.done)
        } catch let exit as Exit {
            leave(exit)
        } catch let failure as Failure {
            report(failure)
        } catch let error as ServiceError {
            report(Failure(error))
        } catch let error as StoreError {
            report(Failure(error))
        } catch let error where exitCode(for: error) != .failure {
            leave(parsing: error)
        } catch {
            report(Failure(.fault, "fault", "\(type(of: error))", cure: "report it with the command you ran"))
        }
    }

    /// Help and version are answers; anything else that ArgumentParser says is about usage.
    private static func leave(parsing error: any Error) -> Never {
        let text = fullMessage(for: error)
        guard exitCode(for: error) == .success else {
            Terminal.talk(text)
            leave(.usage)
        }
        do {
            try Terminal.answer(text)
            leave(.done)
        } catch {
            leave(.inputOutput)
        }
    }

    private static func report(_ failure: Failure) -> Never {
        Terminal.talk("recoveryctl: \(failure.what) [\(failure.code)]")
        if let cure = failure.cure { Terminal.talk("  → \(cure)") }
        leave(failure.exit)
    }

    private static func leave(_ exit: Exit) -> Never {
        Foundation.exit(exit.rawValue)
    }

    /// Ctrl-C ends the process at once. That is safe at any moment: what a transaction did not finish never happened.
    private static func interrupting() -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { @Sendable in
            Terminal.talk("\nrecoveryctl: interrupted; nothing is half done, recoveryctl status shows what is")
            Foundation.exit(Exit.interrupted.rawValue)
        }
        source.resume()
        return source
    }
}
