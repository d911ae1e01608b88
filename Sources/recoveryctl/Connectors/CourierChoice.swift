import AccountRecovery
import Foundation
import RecoveryAudit

/// Which courier an installation uses: the member `courier` of `installation.json`.
///
///     "courier":{"exec":["/usr/sbin/sendmail","-i","-t"]}
///
/// Without it, messages are left in `outbox/`.
enum CourierChoice: Equatable {
    case maildir
    /// The program's absolute path, then its arguments.
    case exec(program: String, arguments: [String])

    /// Reads the choice. The file itself was checked by whoever read the installation.
    init(of folder: DataFolder) throws {
        guard let file = FileManager.default.contents(atPath: folder.installation),
            let value = try? CanonicalJSON.parseFile([UInt8](file))
        else { throw Failure(.inputOutput, "unreadable", "\(folder.installation) cannot be read") }
        guard let choice = value["courier"] else {
            self = .maildir
            return
        }
        let words = choice["exec"]?.array?.map(\.string) ?? []
        guard let program = words.first ?? nil, program.hasPrefix("/"), !words.contains(nil) else {
            throw Failure(
                .failed,
                "courier",
                "\(folder.installation) names no courier that can be used",
                cure: #"write "courier":{"exec":["/usr/sbin/sendmail","-i","-t"]}, or leave the member out"#
            )
        }
        self = .exec(program: program, arguments: words.dropFirst().compactMap(\.self))
    }

    func courier(for installation: Installation, in folder: DataFolder) -> any Courier {
        let host = installation.origin.text.split(separator: "/").first.map(String.init) ?? "localhost"
        let clock = SystemClock()
        return switch self {
        case .maildir: MaildirCourier(folder: folder.outbox, host: host, clock: clock)
        case .exec(let program, let arguments):
            ExecCourier(program: program, arguments: arguments, host: host, clock: clock)
        }
    }
}
