import AccountRecovery
import ArgumentParser
import RecoveryPolicy

struct CaseDecide: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Hold the case against its policy, on record.",
        discussion: "Exits 0 if it is granted, 11 if evidence is missing, 12 if it waits, 10 if it is refused."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The case.") var name: CaseID
    @Flag(help: "Show the reasons down to every rule of the policy.") var reasons = false

    func run() async throws {
        let decision = try await global.atDesk { try await $0.desk.decide(name) }
        try global.answer(decision) { try global.tell(decision, inFull: reasons) }
        let exit = Exit(decision.outcome)
        if exit != .done { throw exit }
    }
}

extension Exit {
    init(_ outcome: DecisionView.Outcome) {
        switch outcome {
        case .granted: self = .done
        case .needs: self = .moreEvidence
        case .waiting: self = .waiting
        case .refused: self = .refusedByPolicy
        }
    }
}

extension GlobalOptions {
    /// Tells of a decision: the word, the reasons, and what may be said to the caller.
    func tell(_ decision: DecisionView, inFull isWhole: Bool = false) throws {
        var lines = ["decision: " + decision.outcome.rawValue.uppercased()]
        // Reasons are a tree, a level to two spaces: its root says what decided.
        for (index, reason) in decision.reasons.enumerated() where isWhole || !reason.hasPrefix(" ") {
            lines.append((index == 0 ? "because: " : "         ") + reason)
        }
        if let until = decision.grantExpiresAt { lines.append("grant: single use, until \(Moment.time(until)) UTC") }
        try tell(decision.change, with: lines)
        if !decision.forCaller.isEmpty { Terminal.talk("  say: “\(decision.forCaller)”") }
    }
}

struct CaseRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Spend the grant: carry out what was decided."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The case.") var name: CaseID
    @Option(help: ArgumentHelp("Where the customer's enrolment ticket goes: a new file.", valueName: "file"))
    var ticketOut: String?

    func run() async throws {
        let view = try await global.atDesk { session in
            let found = try await session.desk.recoveryCase(name)
            if found.purpose == .resetTOTP { try requirePlaceForTicket() }
            return try await session.desk.restore(name)
        }
        let place = try ticketOut.map { try NewFile($0) }
        if let ticket = view.enrolmentTicket, let place {
            try SecretText(joining: [ticket]).write(toNewFileAt: place.path)
        }
        try global.answer(RestoreAnswer(view)) {
            try global.tell(view.change, with: view.notices == 0 ? [] : ["notices on their way: \(view.notices)"])
        }
        guard let ticket = view.enrolmentTicket else { return }
        if let place {
            Terminal.talk("  the ticket is in \(place.path)")
        } else {
            Terminal.talk("  ticket for the customer, shown once, good for 10 min: \(ticket)")
        }
    }

    /// A ticket that cannot be handed over would be lost, so this is asked before anything happens.
    private func requirePlaceForTicket() throws {
        if let ticketOut {
            _ = try NewFile(ticketOut)
        } else if global.json || !Terminal.isTalkOnTerminal {
            throw Failure(
                .usage,
                "no-place-for-ticket",
                "the customer's ticket is shown on a terminal only, and there is none",
                cure: "name a new file for it: --ticket-out FILE"
            )
        }
    }
}

/// What came of a restoration, without the ticket: that is the customer's.
private struct RestoreAnswer: Encodable {
    private enum CodingKeys: String, CodingKey {
        case notices, ticketExpiresAt
    }

    let view: RestoreView

    init(_ view: RestoreView) {
        self.view = view
    }

    func encode(to encoder: any Encoder) throws {
        try view.change.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(view.notices, forKey: .notices)
        try container.encodeIfPresent(view.ticketExpiresAt, forKey: .ticketExpiresAt)
    }
}
