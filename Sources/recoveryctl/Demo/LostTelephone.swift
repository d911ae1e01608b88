import Foundation

/// The second scene: the customer has lost the telephone, so a factor changes, and what changes a factor leaves a hold.
extension Play {
    func loseTelephone() throws {
        let open = try stage.play(
            "mia, agent",
            "later, the telephone is lost: two codes of different kinds, and an approval",
            ["--as", "mia", "case", "open", Self.account, "--purpose", "reset-totp", "--channel", "phone"],
            saying: "NOT VERIFIED"
        )
        guard let name = open.output.split(separator: " ").first.map(String.init) else {
            throw Failure(.fault, "demo", "the case has no name")
        }
        let check = ["--as", "mia", "case", "check", name]
        try stage.play(
            nil,
            "",
            check + ["saved-code", "--code-stdin"],
            input: savedCode(),
            saying: "saved-code: PASS"
        )
        try stage.play(nil, "", check + ["issued-code", "--send", "email"], saying: "a code is on its way")
        try stage.play(
            nil,
            "",
            check + ["issued-code", "--code-stdin"],
            input: sentCode(),
            saying: "VERIFIED 2 of 2"
        )
        let decide = ["--as", "mia", "case", "decide", name]
        try stage.play(nil, "", decide, ends: .waiting, saying: "decision: WAITING")
        try stage.play(nil, "", ["--as", "sam", "approval", "grant", name], saying: "APPROVED")
        try stage.play(nil, "", decide, saying: "decision: GRANTED")
        try stage.play(
            "mia, agent",
            "the old factor, codes and sessions are dead; the customer binds a new one",
            ["--as", "mia", "case", "restore", name, "--ticket-out", "ticket"],
            saying: "granted → restoring"
        )
        let mail = try newestMail()
        try stage.show("customer: is told at every address: " + header("Subject", of: mail), stage.paint.dim)
        try stage.play(
            "ada, admin",
            "looks: withdrawals are held, and nobody on the staff can shorten that",
            ["--as", "ada", "account", "show", Self.account],
            saying: "withdrawals until"
        )
    }

    /// The first of the customer's saved codes, as a line.
    private func savedCode() throws -> String {
        let codes = FileManager.default.contents(atPath: stage.folder + "/saved.codes") ?? Data()
        guard let first = String(decoding: codes, as: UTF8.self).split(separator: "\n").first else {
            throw Failure(.failed, "demo", "the file of saved codes is empty")
        }
        return "\(first)\n"
    }
}
