import AccountRecovery
import RecoveryPolicy

/// A case in words: how far the caller is verified, what is missing, and who does what next.
struct CaseText {
    let view: CaseView
    let global: GlobalOptions

    /// NOT VERIFIED, or how many of the checks that are needed passed, and until when they count.
    var standing: String {
        guard !view.passed.isEmpty, let until = view.passed.map(\.validUntil).min() else { return "NOT VERIFIED" }
        return "VERIFIED \(view.passed.count) of \(view.passed.count + missingChecks) until \(Moment.time(until))"
    }

    var header: String {
        "\(view.name.text)  \(view.purpose.rawValue) by \(view.channel.rawValue)  tier \(view.tier)  \(standing)"
    }

    /// The case as one row of a list.
    var row: [String] {
        [
            view.name.text, view.purpose.rawValue, view.channel.rawValue, view.tier, view.state.rawValue, standing,
            view.openedBy.text, "until " + Moment.dateAndTime(view.expiresAt),
        ]
    }

    static let columns = ["CASE", "PURPOSE", "BY", "TIER", "STATE", "CALLER", "AGENT", "LIVES"]

    /// Everything there is to say, a line each.
    var lines: [String] {
        var rows = [
            ["state", view.state.rawValue],
            [
                "opened",
                "\(Moment.dateAndTime(view.openedAt)) by \(view.openedBy.text), lives until "
                    + Moment.dateAndTime(view.expiresAt) + " UTC",
            ],
            ["policy", "\(view.policy.prefix(16))…, case version \(view.version)"],
        ]
        rows += view.passed.map { ["passed", "\($0.check), counts until \(Moment.time($0.validUntil))"] }
        rows += view.missing.isEmpty ? [] : [["needs", view.missing.joined(separator: "; or ")]]
        if view.approvalsNeeded > 0 { rows.append(["approvals", "\(view.approvals) of \(view.approvalsNeeded)"]) }
        rows += view.holds.map {
            ["hold", "\($0.scopes.joined(separator: ", ")) until \(Moment.dateAndTime($0.until)) UTC"]
        }
        rows += view.steps.map { ["step", "\($0.action): \($0.outcome)"] }
        if let ticket = view.ticket { rows.append(["ticket", ticket]) }
        return [header] + Table.lines(rows).map { "  " + $0 }
    }

    /// How many checks the shortest way still wants.
    private var missingChecks: Int {
        ways.map(\.count).min() ?? 0
    }

    /// What is missing, as ways to a grant: each is a list of checks, and each check a list of alternatives.
    ///
    /// The view says it in words, `totp and issued-code/email or issued-code/sms`. Waiting for people is no check.
    var ways: [[[String]]] {
        view.missing.filter { !$0.hasPrefix("approval by ") && !$0.hasPrefix("time: ") }.map { way in
            way.split(separator: " and ").map { $0.split(separator: " or ").map(String.init) }
        }
    }
}

extension CaseText {
    /// Who must do what next, with the exact command.
    var next: [String] {
        let name = view.name.text
        let mine = global.command(as: global.actor ?? "NAME")
        // Whoever decides works on the case, and an approver's own signature would no longer count.
        let agent = global.command(as: view.openedBy.text)
        switch view.state {
        case .collecting:
            guard let way = easiestWay else { return ["decide: \(mine) case decide \(name)"] }
            return way.flatMap { check in Self.commands(for: check).map { "\(mine) case check \(name) \($0)" } }
        case .waiting:
            guard view.approvals < view.approvalsNeeded else {
                return ["\(view.openedBy.text) decides: \(agent) case decide \(name)"]
            }
            return [
                "somebody who did not work on the case (\(waitingFor)): "
                    + "\(global.command(as: "NAME")) approval grant \(name)",
                "then \(view.openedBy.text): \(agent) case decide \(name)",
            ]
        case .granted: return ["carry it out within 10 min: \(agent) case restore \(name)"]
        case .restoring:
            guard view.steps.contains(where: { $0.action == "enrol_second_factor" && $0.outcome != "done" }),
                view.steps.allSatisfy({ $0.action == "enrol_second_factor" || $0.outcome == "done" })
            else { return ["ask the directory again: \(mine) case restore \(name)"] }
            let customer = global.command()
            return [
                "the customer, with the ticket: \(customer) enrolment redeem --ticket-file FILE --uri-file FILE",
                "then: \(customer) enrolment confirm --ticket-file FILE --code-stdin",
            ]
        case .restored: return ["if the owner objects: \(mine) case revoke \(name)"]
        case .refused: return ["the caller may appeal, to somebody who did not work on the case"]
        case .cancelled, .expired, .revoked: return []
        }
    }

    private var waitingFor: String {
        let roles = view.missing.filter { $0.hasPrefix("approval by ") }.map { $0.dropFirst("approval by ".count) }
        return roles.isEmpty ? "as the policy says" : roles.joined(separator: ", ")
    }

    /// The way with the fewest checks among those that this desk can take.
    var easiestWay: [[String]]? {
        ways.filter { $0.allSatisfy { $0.contains { !Self.commands(for: [$0]).isEmpty } } }
            .min { $0.count < $1.count } ?? ways.min { $0.count < $1.count }
    }

    /// The words after `case check CASE` for the first alternative that the desk offers.
    static func commands(for alternatives: [String]) -> [String] {
        for check in alternatives {
            switch check {
            case "totp": return ["totp"]
            case "saved-code": return ["saved-code"]
            case "issued-code/email": return ["issued-code --send email", "issued-code"]
            case "issued-code/sms": return ["issued-code --send sms", "issued-code"]
            default: continue
            }
        }
        return []
    }
}

extension GlobalOptions {
    /// Tells of a change to a case: old → new, the log position, and who must do what next.
    ///
    /// - Parameter isNext: Leaves out steps that were just taken.
    func tell(
        _ change: CaseChange,
        with lines: [String] = [],
        next isNext: (String) -> Bool = { _ in true }
    ) throws {
        let text = CaseText(view: change.recoveryCase, global: self)
        try Terminal.answer(paint.bold(text.header))
        for line in lines { try Terminal.answer("  " + line) }
        try Terminal.answer(
            "  \(change.before.rawValue) → \(change.recoveryCase.state.rawValue), log position \(change.position)"
        )
        for line in text.next where isNext(line) { Terminal.talk("  next: \(line)") }
    }

    /// Prints a result: one JSON object, or in words.
    func answer(_ value: some Encodable, _ inWords: () throws -> Void) throws {
        if json { try Terminal.answer(json: value) } else { try inWords() }
    }
}
