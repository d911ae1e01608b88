import AccountRecovery
import Foundation

/// Leaves messages in a folder in the form of a maildir, for trials and for mail systems that fetch them there.
///
/// A message is written and synced under `tmp/`, then takes its place under `new/` in one step: whoever looks there
/// sees whole messages only. What was accepted outlives a crash, its folder included. Files are 0600.
struct MaildirCourier: Courier {
    let folder: String
    /// What stands behind the `@` of the sender.
    let host: String
    let clock: any RecoveryClock

    func deliver(_ message: borrowing Message) async -> DeliveryAnswer {
        let microseconds = clock.microseconds()
        let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let name = "\(seconds).M\(fraction)P\(getpid())R\(UUID().uuidString.prefix(8)).recoveryctl"
        let mail = MailMessage(message, from: host, name: name, at: seconds)
        guard mail.isDeliverable else { return .failed(code: "address") }
        do {
            for part in ["tmp", "new", "cur"] { try Self.make("\(folder)/\(part)") }
            // Each time: another process may have made them a moment ago, and not come to this yet.
            try LastingFolder.sync(folder)
            try mail.text.write(toNewFileAt: "\(folder)/tmp/\(name)")
            try FileManager.default.moveItem(atPath: "\(folder)/tmp/\(name)", toPath: "\(folder)/new/\(name)")
            try LastingFolder.sync("\(folder)/new")
            return .accepted
        } catch is LastingFolder.Fault {
            return .failed(code: "sync")
        } catch {
            return .failed(code: "maildir")
        }
    }

    private static func make(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }
}
