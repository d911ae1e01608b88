import Foundation

/// The scenes of the demonstration: `recovery.md` §8 no. 4, an account that was locked after mistyping.
struct Play {
    let stage: Stage

    static let account = "amara.okafor"

    func perform() throws {
        try stage.show("A recovery, from a locked account to a log that anybody can check.", stage.paint.bold)
        try write(SampleCustomers.lines, to: "customers.jsonl")
        try write(SampleCustomers.said, to: "said.json")
        try prepare()
        let name = try open()
        try gather(name)
        try decide(name)
        try loseTelephone()
        try audit()
    }

    private func prepare() throws {
        try stage.play(
            "operator",
            "makes the keys, the store, and the log with its head kept outside",
            ["init", "--origin", "recovery.example/demo", "--admin", "ada", "--auditor", "vera"],
            saying: "an installation"
        )
        for (name, role) in [("mia", "agent"), ("sam", "supervisor")] {
            try stage.play(
                "ada, admin",
                "admits \(name) on her signature, which the log keeps",
                ["--as", "ada", "agent", "add", name, "--role", role],
                saying: "none → \(role)"
            )
        }
        try stage.play(
            "ada, admin",
            "brings three customers; every field is sealed under a key of its own",
            ["--as", "ada", "account", "import", "customers.jsonl"],
            saying: "imported 3"
        )
        try stage.play(
            "ada, admin",
            "binds a first authenticator; a later one takes a recovery case",
            ["--as", "ada", "account", "enrol", Self.account, "totp", "--uri-file", "authenticator.uri"],
            saying: "none → totp"
        )
        try stage.play(
            nil,
            "",
            ["--as", "ada", "account", "enrol", Self.account, "codes", "--out", "saved.codes"],
            saying: "none → 10"
        )
        try stage.play(
            "ada, admin",
            "the account is locked after too many wrong passwords",
            ["--as", "ada", "account", "lock", Self.account, "--reason", "failed-attempts"],
            saying: "open → locked"
        )
    }

    private func open() throws -> String {
        let outcome = try stage.play(
            "mia, agent",
            "the customer calls; opening a case changes nothing on the account",
            ["--as", "mia", "case", "open", Self.account, "--purpose", "unlock", "--channel", "phone"],
            saying: "NOT VERIFIED"
        )
        guard let name = outcome.output.split(separator: " ").first else {
            throw Failure(.fault, "demo", "the case has no name")
        }
        return String(name)
    }

    private func gather(_ name: String) throws {
        let check = ["--as", "mia", "case", "check", name]
        try stage.play(
            "mia, agent",
            "types what the caller says; it is compared without being opened, and proves nothing",
            check + ["details", "--input", "said.json"],
            saying: "details: PASS"
        )
        let code = try authenticatorCode()
        try stage.play(
            "mia, agent",
            "the customer reads a code from the authenticator (oathtool plays it)",
            check + ["totp", "--code-stdin"],
            input: code,
            saying: "totp: PASS"
        )
        try stage.play(
            "mia, agent",
            "the same code once more: a code that was used is dead",
            check + ["totp", "--code-stdin"],
            input: code,
            ends: .failed,
            saying: "totp: FAIL"
        )
        try stage.play(
            "mia, agent",
            "has a code sent to the address on file, and sees neither",
            check + ["issued-code", "--send", "email"],
            saying: "a code is on its way"
        )
        let mail = try newestMail()
        try stage.show("customer: reads " + header("Subject", of: mail) + " in the mail", stage.paint.dim)
        try stage.play(
            "mia, agent",
            "the customer reads it out",
            check + ["issued-code", "--code-stdin"],
            input: sentCode(),
            saying: "VERIFIED 2 of 2"
        )
    }

    private func decide(_ name: String) throws {
        let decide = ["--as", "mia", "case", "decide", name]
        try stage.play(
            "mia, agent",
            "asks the policy: the evidence suffices, and a supervisor must agree",
            decide,
            ends: .waiting,
            saying: "decision: WAITING"
        )
        try stage.play(
            "mia, agent",
            "tries to approve her own case",
            ["--as", "mia", "approval", "grant", name],
            ends: .notAllowed,
            saying: "[not-allowed]"
        )
        try stage.play(
            "sam, supervisor",
            "never worked on it, and signs the case as it stands",
            ["--as", "sam", "approval", "grant", name],
            saying: "APPROVED"
        )
        try stage.play(
            "mia, agent",
            "asks again: a grant is signed, for this account, once, for ten minutes",
            decide,
            saying: "decision: GRANTED"
        )
        try stage.play(
            "mia, agent",
            "spends the grant",
            ["--as", "mia", "case", "restore", name],
            saying: "granted → restored"
        )
        let mail = try newestMail()
        try stage.show("customer: is told at every address: " + header("Subject", of: mail), stage.paint.dim)
        try stage.play(
            "ada, admin",
            "looks: no factor changed, so withdrawals are not held",
            ["--as", "ada", "account", "show", Self.account],
            saying: "open"
        )
    }

    private func audit() throws {
        try stage.play(
            "sam, supervisor",
            "holds every change in the directory against the orders in the log",
            ["--as", "sam", "connector", "reconcile"],
            saying: "orphans 0"
        )
        try stage.play("operator", "hands the log out", ["audit", "export", "bundle"], saying: "exported")
        let key = ["--auditor-key", "data/people/vera.auditor-key", "--auditor-kid", "vera"]
        try stage.play(
            "vera, auditor",
            "checks every record, signature and MAC, without the service",
            ["verify", "bundle"] + key,
            by: \.recoveryAudit,
            saying: "OK"
        )
        try damage()
        try stage.play(
            "vera, auditor",
            "checks a copy in which one bit was changed",
            ["verify", "copy"] + key,
            by: \.recoveryAudit,
            ends: .failed,
            saying: "TAMPERED"
        )
    }
}

extension Play {
    private func write(_ text: String, to name: String) throws {
        guard FileManager.default.createFile(atPath: "\(stage.folder)/\(name)", contents: Data(text.utf8)) else {
            throw Failure(.inputOutput, "demo", "\(name) cannot be written")
        }
    }

    private func authenticatorCode() throws -> String {
        let uri = FileManager.default.contents(atPath: stage.folder + "/authenticator.uri") ?? Data()
        guard let secret = String(decoding: uri, as: UTF8.self).firstMatch(of: /[?&]secret=([A-Z2-7]+)/)?.1 else {
            throw Failure(.failed, "demo", "the URI of the authenticator holds no secret")
        }
        // The seed goes over standard input: arguments are in the list of processes.
        return try stage.run(stage.tools.oathtool, ["--totp", "-b", "-"], input: "\(secret)\n").output
    }

    /// The code in the e-mail that came last, as a line.
    func sentCode() throws -> String {
        guard let sent = try newestMail().firstMatch(of: /code is: ([0-9]+)/)?.1 else {
            throw Failure(.failed, "demo", "the mail holds no code")
        }
        return "\(sent)\n"
    }

    /// The text of the e-mail that came last.
    func newestMail() throws -> String {
        let folder = stage.folder + "/data/outbox/new"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let mails = names.sorted(by: >).map {
            String(decoding: FileManager.default.contents(atPath: "\(folder)/\($0)") ?? Data(), as: UTF8.self)
        }
        guard let mail = mails.first(where: { $0.contains("To: amara@") }) else {
            throw Failure(.failed, "demo", "the customer got no mail")
        }
        return mail
    }

    func header(_ name: String, of mail: String) -> String {
        mail.split(separator: "\n").first { $0.hasPrefix(name + ": ") }.map { "“\($0.dropFirst(name.count + 2))”" }
            ?? ""
    }

    /// Copies the bundle and flips one bit in the middle of its records.
    private func damage() throws {
        let copy = stage.folder + "/copy"
        do {
            try FileManager.default.copyItem(atPath: stage.folder + "/bundle", toPath: copy)
            let items =
                FileManager.default.enumerator(atPath: copy + "/tile/entries")?.compactMap { $0 as? String } ?? []
            for item in items.sorted() {
                let path = "\(copy)/tile/entries/\(item)"
                guard let handle = FileHandle(forUpdatingAtPath: path), let size = try? handle.seekToEnd(), size > 0
                else {
                    continue
                }
                try handle.seek(toOffset: size / 2)
                let byte = try handle.read(upToCount: 1)?.first ?? 0
                try handle.seek(toOffset: size / 2)
                try handle.write(contentsOf: Data([byte ^ 1]))
                return
            }
        } catch {
            throw Failure(.inputOutput, "demo", "the bundle cannot be copied")
        }
        throw Failure(.failed, "demo", "the bundle holds no records")
    }
}
