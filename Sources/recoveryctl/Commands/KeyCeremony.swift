import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryPolicy

struct KeyCeremonyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ceremony",
        abstract: "Make the next keys of roles and divide them among people, from one reviewed file.",
        subcommands: [
            KeyCeremonyHold.self, KeyCeremonySign.self, KeyCeremonyVerify.self, KeyCeremonyDrop.self,
        ],
        defaultSubcommand: KeyCeremonyHold.self
    )
}

struct KeyCeremonyHold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Hold the ceremony that a file describes. With --dry-run, only say what it would do.",
        discussion: """
            Every key is made, put in its place, read back through its provider and compared by its check value; then all \
            are written down as prepared, in one transaction. Nothing is in use before key rotate. Cut off earlier, it \
            leaves files that the keyring does not know: --begin-again removes them and starts anew.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The reviewed file.") var file: String
    @Option(help: ArgumentHelp("A new folder for shares and transcript.", valueName: "dir")) var to: String
    @Flag(help: "Say every step and every file, and write nothing.") var dryRun = false
    @Flag(help: "Remove what this ceremony left when it was cut off, then hold it.") var beginAgain = false
    @Flag(help: "Do not ask whether the steps shall be done.") var yes = false
    @OptionGroup var passphrase: NewPassphrase

    private struct Answer: Encodable {
        let keys: [[String: String]]
        let position: UInt64
        let transcript: String
        let sha256: String
        let unsigned: [String]
    }

    func validate() throws {
        guard !dryRun || !beginAgain else {
            throw ValidationError("--dry-run writes nothing, and --begin-again removes files: give one of them.")
        }
    }

    func run() async throws {
        let ceremony = try read()
        if !beginAgain { try CeremonyFolder.requireNothing(at: ceremony.folder) }
        if dryRun { return try await rehearse(ceremony) }
        let (held, signed) = try await global.atDesk { session in
            try await hold(ceremony, session)
        }
        let unsigned = held.transcript.participants.map(\.name.text).filter { $0 != signed }
        let answer = Answer(
            keys: held.keys.map { ["key": $0.name, "kcv": $0.checkValue] },
            position: held.position,
            transcript: ceremony.transcript,
            sha256: held.transcript.digest,
            unsigned: unsigned
        )
        try global.answer(answer) {
            for key in held.keys { try Terminal.answer("\(key.name): none → prepared, KCV \(key.checkValue)") }
            try Terminal.answer("transcript \(ceremony.transcript), SHA-256 \(held.transcript.digest)")
            try Terminal.answer("log position \(held.position)")
            for name in unsigned {
                let sign = "recoveryctl key ceremony sign \(quoted(ceremony.transcript)) --as \(name)"
                Terminal.talk("  next: \(name): \(sign)")
            }
            Terminal.talk("  next: hand each share to the one it is sealed to, and write down each KCV")
        }
    }

    private func hold(_ ceremony: KeyCeremony, _ session: Session) async throws -> (HeldCeremony, String) {
        if beginAgain { try await clear(ceremony, session) }
        let review = try await session.desk.review(ceremony)
        try tell(review, about: ceremony)
        try confirm()
        try CeremonyFolder.make(ceremony.folder)
        let transcript: HeldCeremony
        do {
            try ceremony.writeCopy()
            Terminal.talk("reviewed file kept, SHA-256 \(ceremony.digest)")
            transcript = try await session.desk.hold(
                ceremony,
                program: "recoveryctl \(Version.number)",
                passphrase: { (key) throws(ServiceError) in try phrase(for: key) },
                step: { Terminal.talk($0) }
            )
        } catch {
            Terminal.talk("recoveryctl: cut off; what was begun lies in \(ceremony.folder), and no key is in use")
            Terminal.talk("  → mend what is named below, and give the command again with --begin-again")
            throw error
        }
        let text = try session.key.sign(transcript.transcript, as: session.name)
        let file = CeremonyTranscript.signatureFile(of: session.name.text, beside: ceremony.transcript)
        try SecretText(of: text).write(toNewFileAt: file)
        Terminal.talk("signed by \(session.name.text): \(file)")
        return (transcript, session.name.text)
    }

    private func rehearse(_ ceremony: KeyCeremony) async throws {
        let review = try await global.atDesk { try await $0.desk.review(ceremony) }
        try tell(review, about: ceremony)
        struct Rehearsal: Encodable {
            let steps: [String]
            let files: [String]
            let sha256: String
        }
        let answer = Rehearsal(
            steps: review.steps.map(\.what),
            files: review.steps.flatMap(\.files),
            sha256: ceremony.digest
        )
        try global.answer(answer) {
            for (number, step) in zip(1..., review.steps) {
                try Terminal.answer("\(number). \(step.what)")
                for file in step.files { try Terminal.answer("   writes \(file)") }
            }
            Terminal.talk("dry run: nothing was written")
        }
    }

    /// Shows the steps, or stops at what keeps the ceremony from being held.
    private func tell(_ review: CeremonyReview, about ceremony: KeyCeremony) throws {
        if let first = review.findings.first {
            for finding in review.findings.dropFirst() {
                Terminal.talk("\(file):\(finding.line): \(finding.what)")
                Terminal.talk("  → \(finding.cure)")
            }
            throw Failure(.conflict, "ceremony-refused", "\(file):\(first.line): \(first.what)", cure: first.cure)
        }
        for note in review.notes { Terminal.talk("note: \(note)") }
        guard !dryRun else { return }
        Terminal.talk("\(ceremony.plan.title)")
        for (number, step) in zip(1..., review.steps) { Terminal.talk("\(number). \(step.what)") }
    }

    private func confirm() throws {
        if yes { return }
        guard global.mayAsk else {
            throw Failure(
                .usage,
                "not-confirmed",
                "these steps want a word, and there is nobody to ask",
                cure: "read them with --dry-run, and give --yes"
            )
        }
        guard try Terminal.ask("Do these steps? Type ceremony: ") == "ceremony" else {
            Terminal.talk("recoveryctl: left; nothing was changed")
            throw Exit.interrupted
        }
    }

    private func phrase(for key: CeremonyPlan.Key) throws(ServiceError) -> SecretText {
        do {
            return try passphrase.new("\(key.role.rawValue) \(key.version)", global)
        } catch let error as ServiceError {
            throw error
        } catch let failure as Failure {
            throw .invalidInput([failure.what, failure.cure].compactMap(\.self).joined(separator: "; "))
        } catch {
            throw .invalidInput("no passphrase for \(key.role.rawValue) \(key.version) was typed")
        }
    }

    private func read() throws -> KeyCeremony {
        let text = try PolicyFile.text(of: file, what: "ceremony")
        do throws(PolicyError) {
            return try KeyCeremony(reading: text, into: absolutePath(of: to))
        } catch {
            throw PolicyFile.unreadable(error, file)
        }
    }

    private func clear(_ ceremony: KeyCeremony, _ session: Session) async throws {
        try CeremonyFolder.requireLeftover(of: ceremony)
        for path in try await session.desk.leftovers(of: ceremony) {
            try DiscardedKey.remove("file:\(path)")
            Terminal.talk("removed \(path)")
        }
        // Last: while it is there, the removal can be given again.
        try FileManager.default.removeItem(atPath: ceremony.folder)
        Terminal.talk("removed \(ceremony.folder)")
    }
}
