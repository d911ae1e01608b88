import AccountRecovery
import ArgumentParser
import Foundation
import RecoveryPolicy

/// `case work`: asks for the next thing the policy wants until there is a decision. Everything in it can be done one
/// command at a time as well, and a case survives a closed terminal.
struct CaseGuide: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Be guided through a case: what to say, what to ask for, until it is decided."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The case.") var name: CaseID

    func run() async throws {
        guard !global.noInput, !global.json else {
            throw Failure(
                .usage,
                "no-dialogue",
                "being guided is a dialogue",
                cure: "leave --no-input and --json out, or use case check and case decide"
            )
        }
        let actor = try global.actorName
        try await global.open { open in
            try await guide(try await open.signIn(actor))
        }
    }

    private func guide(_ session: Session) async throws {
        while true {
            let view = try await session.desk.recoveryCase(name)
            let text = CaseText(view: view, global: global)
            try Terminal.answer(global.paint.bold(text.header))
            guard view.state == .collecting || view.state == .waiting else { return try await conclude(view, session) }
            guard let way = text.easiestWay, view.state == .collecting else {
                let decision = try await session.desk.decide(name)
                try global.tell(decision)
                guard decision.outcome == .granted else { throw Exit(decision.outcome) }
                continue
            }
            try Terminal.answer(
                "  still needed: " + way.map { $0.joined(separator: " or ") }.joined(separator: " and ")
            )
            guard let step = way.lazy.compactMap(Step.init).first else {
                Terminal.talk(
                    "  this desk cannot take what is missing; another way: \(view.missing.joined(separator: "; "))"
                )
                throw Exit.moreEvidence
            }
            try await take(step, session)
        }
    }

    private func take(_ step: Step, _ session: Session) async throws {
        Terminal.talk("  say: “\(step.sentence)”")
        if let method = step.method {
            let answer = try Terminal.ask("  send a code by \(method.rawValue)? [Y/n] ")
            if answer.isEmpty || answer.lowercased().hasPrefix("y") {
                let sent = try await session.desk.sendCode(name, by: method)
                Terminal.talk("  sent, if there is such an address; good until \(Moment.time(sent.validUntil)) UTC")
            }
        }
        let code = try hiddenLine("  code (empty to leave): ")
        guard code.lend(to: { $0.count > 0 }) else {
            Terminal.talk("  left; go on with: \(global.command(as: global.actor)) case work \(name.text)")
            throw Exit.moreEvidence
        }
        let answer = try await session.desk.check(name, step.kind, code)
        let paint = global.paint
        let word = answer.outcome == .pass ? paint.green("PASS") : paint.red("FAIL")
        try Terminal.answer("  \(step.kind.rawValue): \(word), attempts left \(answer.attemptsLeft)")
        if answer.outcome != .pass, answer.attemptsLeft == 0 { throw Exit.limited }
    }

    private func conclude(_ view: CaseView, _ session: Session) async throws {
        guard view.state == .granted else {
            for line in CaseText(view: view, global: global).next { Terminal.talk("  next: \(line)") }
            return
        }
        // A ticket needs a place of its own, which the command asks for.
        guard view.purpose != .resetTOTP else {
            return Terminal.talk(
                "  next: \(global.command(as: global.actor)) case restore \(name.text) --ticket-out FILE"
            )
        }
        let answer = try Terminal.ask("  carry it out now? [Y/n] ")
        guard answer.isEmpty || answer.lowercased().hasPrefix("y") else { return }
        let restored = try await session.desk.restore(name)
        try global.tell(restored.change)
    }

    /// A line without echo on a terminal; from a pipe, the next line of it.
    private func hiddenLine(_ prompt: String) throws -> SecretText {
        if isatty(STDIN_FILENO) == 1 { return try SecretInput.prompt(prompt) }
        guard let line = readLine() else { throw Terminal.inputEnded }
        return SecretText(of: line)
    }
}

/// A check that the desk can take, with the sentence to say. Calm, without blame, and never about what failed.
private struct Step {
    let kind: CaseCheck.Kind
    let method: MessageChannel?
    let sentence: String

    /// The first of several alternatives that this desk offers.
    init?(_ alternatives: [String]) {
        for check in alternatives {
            switch check {
            case "totp":
                (kind, method) = (.totp, nil)
                sentence = "Please open your authenticator and read me the code it shows now."
                return
            case "saved-code":
                (kind, method) = (.savedCode, nil)
                sentence = "Please read me one of the recovery codes you were given to keep. It is used up by that."
                return
            case "issued-code/email":
                (kind, method) = (.issuedCode, .email)
                sentence = "I am sending a code to the e-mail address we have on file. Please read it to me."
                return
            case "issued-code/sms":
                (kind, method) = (.issuedCode, .sms)
                sentence = "I am sending a code to the number we have on file. Please read it to me."
                return
            default: continue
            }
        }
        return nil
    }
}
