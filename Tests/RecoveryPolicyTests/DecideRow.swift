import RecoveryPolicy
import Testing

/// The policy that the rows are held against.
let decideTablePolicy = """
    policy: table
    version: 1
    description: What the table of decisions needs
    tiers:
      - {tier: high, when: {any: [{signal: sim-changed, within: 7d}, {stake: {at_least: 10000}}]}}
      - {tier: low, when: {all: [{stake: {at_most: 0}}, {channel: [web]}]}}
      - {tier: normal}
    purposes:
      unlock:
        high:
          evidence: {all: [totp, {issued-code: [email, sms]}]}
          approvals: {all: [{role: supervisor, count: 1}, {role: agent, count: 2}]}
          chosen: system
          hold: none
          actions: [unlock]
        low:
          evidence: {any: [totp, details]}
          approvals: none
          hold: none
          actions: [unlock]
          same_channel: allowed
        normal:
          evidence: {all: [details, totp, {issued-code: [email, sms]}]}
          approvals: {any: [{role: supervisor, count: 1}, {role: agent, count: 2}]}
          hold: {withdrawals: 1h}
          actions: [unlock]
          lifts: [failed-attempts]
      reset-totp:
        normal:
          evidence: {all: [{issued-code: [sms]}, {issued-code: [voice]}]}
          approvals: none
          hold: none
          actions: [unlock]
      change-contact:
        normal:
          evidence: {all: [totp, key-proof, contact-code]}
          approvals: none
          hold: none
          actions: [change-contact]
      erase:
        normal:
          evidence: {all: [totp, {issued-code: [post]}]}
          approvals: none
          hold: none
          actions: [erase]
      freeze:
        every:
          evidence: {any: [totp, {issued-code: [sms]}]}
          approvals: none
          hold: none
          actions: [freeze]
      lift-freeze:
        normal:
          evidence: {all: [{issued-code: [sms]}, totp]}
          approvals: none
          hold: none
          actions: [lift-freeze]
    signals:
      sim-changed: {blocks: [issued-code/sms, issued-code/voice], for: 7d}
      fraud: {refuses: [unlock], for: 1d}
    limits: {case_lives: 48h}
    notify: [granted]
    """

/// One case, changed from a normal one on which everything is known.
struct DecideRow: Sendable, CustomTestStringConvertible {
    let name: String
    let purpose: Purpose
    let expected: String
    let change: @Sendable (inout VerdictInputs) -> Void

    init(
        _ name: String,
        _ purpose: Purpose,
        _ expected: String,
        _ change: @escaping @Sendable (inout VerdictInputs) -> Void = { _ in }
    ) {
        (self.name, self.purpose, self.expected, self.change) = (name, purpose, expected, change)
    }

    var testDescription: String { name }
}

func passed(_ kind: CheckKind, age: Int64 = 60, instrument: String = "", sameAddress: Bool = false) -> Evidence {
    Evidence(kind: kind, outcome: .passed, age: age, channel: .phone, instrument: instrument, sameAddress: sameAddress)
}

func approved(_ role: ApproverRole, by approver: String, age: Int64 = 60, drawn: Bool = false) -> Approval {
    Approval(role: role, approver: approver, age: age, isBound: true, isDrawn: drawn)
}

let fullEvidence: [Evidence] = [passed(.details), passed(.totp), passed(.issuedCode(.email))]
private let day: Int64 = 86_400

extension DecideRow {
    static let table: [DecideRow] = [
        // Evidence.
        DecideRow("nothing given", .unlock, "needs details + totp + issued-code/email or issued-code/sms"),
        DecideRow("everything given", .unlock, "granted") {
            $0.evidence = fullEvidence; $0.approvals = [approved(.supervisor, by: "s")]
        },
        DecideRow("procedure still lacking", .unlock, "needs details") {
            $0.evidence = Array(fullEvidence.dropFirst())
        },
        DecideRow("details that failed", .unlock, "needs details") {
            $0.evidence =
                Array(fullEvidence.dropFirst()) + [Evidence(kind: .details, outcome: .failed, age: 1, channel: .phone)]
        },
        DecideRow("an indeterminate check", .unlock, "needs totp") {
            $0.evidence = [
                fullEvidence[0], fullEvidence[2],
                Evidence(kind: .totp, outcome: .indeterminate, age: 1, channel: .phone),
            ]
        },
        DecideRow("at the end of its validity", .unlock, "waiting supervisor 1 until 172800") {
            $0.evidence = [fullEvidence[0], fullEvidence[2], passed(.totp, age: 900)]
        },
        DecideRow("one second past it", .unlock, "needs totp") {
            $0.evidence = [fullEvidence[0], fullEvidence[2], passed(.totp, age: 901)]
        },
        DecideRow("evidence from the future", .unlock, "needs totp") {
            $0.evidence = [fullEvidence[0], fullEvidence[2], passed(.totp, age: -1)]
        },
        DecideRow("through a social network", .unlock, "needs totp") {
            var piece = fullEvidence[1]
            piece.channel = .social
            $0.evidence = [fullEvidence[0], fullEvidence[2], piece]
        },
        DecideRow("a code to the case's own address", .unlock, "needs issued-code/email or issued-code/sms") {
            $0.evidence = [fullEvidence[0], fullEvidence[1], passed(.issuedCode(.email), sameAddress: true)]
        },
        DecideRow("details alone where a rule would take them", .unlock, "needs totp") {
            $0.tier = TierName("low")
            $0.evidence = [passed(.details)]
        },
        DecideRow("the own address where the rule allows it", .unlock, "granted") {
            $0.tier = TierName("low")
            $0.evidence = [passed(.totp, sameAddress: true)]
        },
        DecideRow("text and voice are one factor", .resetTOTP, "needs issued-code/voice") {
            $0.evidence = [passed(.issuedCode(.sms)), passed(.issuedCode(.voice), instrument: "other")]
        },
        DecideRow("a letter may take thirty days", .erase, "granted") {
            $0.caseAge = 30 * day
            $0.evidence = [passed(.totp), passed(.issuedCode(.post))]
        },
        DecideRow("and no second more", .erase, "refused expired") {
            $0.caseAge = 30 * day + 1
            $0.evidence = [passed(.totp), passed(.issuedCode(.post))]
        },
        // The recovery contact's delay.
        DecideRow("a contact's code before a day", .changeContact, "waiting delay until 86400") {
            $0.caseAge = day - 1
            $0.evidence = [passed(.totp), passed(.keyProof), passed(.contactCode)]
        },
        DecideRow("a contact's code after a day", .changeContact, "granted") {
            $0.caseAge = day
            $0.evidence = [passed(.totp), passed(.keyProof), passed(.contactCode)]
        },
        DecideRow("a contact's code and something lacking", .changeContact, "needs key-proof + contact-code") {
            $0.evidence = [passed(.totp), passed(.contactCode)]
        },
        // Approvals.
        DecideRow("no approval", .unlock, "waiting supervisor 1 until 172800") { $0.evidence = fullEvidence },
        DecideRow("one peer of two", .unlock, "waiting supervisor 1 until 172800") {
            $0.evidence = fullEvidence; $0.approvals = [approved(.agent, by: "a")]
        },
        DecideRow("two peers", .unlock, "granted") {
            $0.evidence = fullEvidence; $0.approvals = [approved(.agent, by: "a"), approved(.agent, by: "b")]
        },
        DecideRow("one peer twice", .unlock, "waiting supervisor 1 until 172800") {
            $0.evidence = fullEvidence; $0.approvals = [approved(.agent, by: "a"), approved(.agent, by: "a")]
        },
        DecideRow("a supervisor on the case", .unlock, "waiting supervisor 1 until 172800") {
            $0.evidence = fullEvidence
            $0.approvals = [approved(.supervisor, by: "s")]
            $0.caseAgents = ["s"]
        },
        DecideRow("an approval of another state of the case", .unlock, "waiting supervisor 1 until 172800") {
            $0.evidence = fullEvidence
            $0.approvals = [Approval(role: .supervisor, approver: "s", age: 1, isBound: false)]
        },
        DecideRow("an approval at the end of its time", .unlock, "granted") {
            $0.evidence = fullEvidence; $0.approvals = [approved(.supervisor, by: "s", age: 1800)]
        },
        DecideRow("an approval past it", .unlock, "waiting supervisor 1 until 172800") {
            $0.evidence = fullEvidence; $0.approvals = [approved(.supervisor, by: "s", age: 1801)]
        },
        DecideRow("an admin is no supervisor", .unlock, "waiting supervisor 1 until 172800") {
            $0.evidence = fullEvidence; $0.approvals = [approved(.admin, by: "s")]
        },
        DecideRow("approvals without evidence", .unlock, "needs details + totp + issued-code/email or issued-code/sms")
        {
            $0.approvals = [approved(.supervisor, by: "s")]
        },
        DecideRow("chosen by the agent where the system draws", .unlock, "waiting agent 2, supervisor 1 until 172800") {
            $0.stake = 10_000
            $0.evidence = fullEvidence
            $0.approvals = [approved(.supervisor, by: "s"), approved(.agent, by: "a"), approved(.agent, by: "b")]
        },
        DecideRow("drawn by the system", .unlock, "granted") {
            $0.stake = 10_000
            $0.evidence = fullEvidence
            $0.approvals = ["s", "a", "b"].map { approved($0 == "s" ? .supervisor : .agent, by: $0, drawn: true) }
        },
        DecideRow("one person in two roles", .unlock, "waiting agent 1 until 172800") {
            $0.stake = 10_000
            $0.evidence = fullEvidence
            $0.approvals =
                ["a", "b"].map { approved(.agent, by: $0, drawn: true) } + [approved(.supervisor, by: "a", drawn: true)]
        },
        // Signals.
        DecideRow("the SIM changed", .unlock, "needs issued-code/email") {
            $0.read("sim-changed", .seen(age: 2 * day))
            $0.evidence = [passed(.totp), passed(.issuedCode(.sms))]
        },
        DecideRow("the SIM changed, and there is no other way", .liftFreeze, "refused closed") {
            $0.tier = TierName("normal")
            $0.read("sim-changed", .seen(age: 7 * day))
            $0.evidence = [passed(.totp), passed(.issuedCode(.sms))]
        },
        DecideRow("the SIM changed longer ago", .liftFreeze, "granted") {
            $0.read("sim-changed", .seen(age: 7 * day + 1))
            $0.evidence = [passed(.totp), passed(.issuedCode(.sms))]
        },
        DecideRow("a signal that nobody could read", .liftFreeze, "refused tierUnknown") {
            $0.read("sim-changed", .unknown)
            $0.evidence = [passed(.totp), passed(.issuedCode(.sms))]
        },
        DecideRow("a signal that was left out", .liftFreeze, "refused tierUnknown") {
            $0.signals = [:]
            $0.evidence = [passed(.totp), passed(.issuedCode(.sms))]
        },
        DecideRow("a signal from the future", .liftFreeze, "refused tierUnknown") {
            $0.read("sim-changed", .seen(age: -5))
            $0.evidence = [passed(.totp), passed(.issuedCode(.sms))]
        },
        DecideRow("a forbidding signal", .unlock, "refused forbidden fraud") {
            $0.read("fraud", .seen(age: day))
            $0.evidence = fullEvidence
            $0.approvals = [approved(.supervisor, by: "s")]
        },
        DecideRow("a forbidding signal that nobody could read", .unlock, "refused forbidden fraud") {
            $0.read("fraud", .unknown)
            $0.evidence = fullEvidence
            $0.approvals = [approved(.supervisor, by: "s")]
        },
        DecideRow("a forbidding signal past its time", .unlock, "granted") {
            $0.read("fraud", .seen(age: day + 1))
            $0.evidence = fullEvidence
            $0.approvals = [approved(.supervisor, by: "s")]
        },
        DecideRow("a signal without a rule", .unlock, "refused unknownSignal moon") {
            $0.read("moon", .seen(age: 1))
            $0.evidence = fullEvidence
            $0.approvals = [approved(.supervisor, by: "s")]
        },
        DecideRow("a signal without a rule that never came", .unlock, "granted") {
            $0.read("moon", .never)
            $0.evidence = fullEvidence
            $0.approvals = [approved(.supervisor, by: "s")]
        },
        // What is unknown.
        DecideRow("an unknown stake", .unlock, "refused tierUnknown") {
            $0.stake = nil
            $0.evidence = fullEvidence
            $0.approvals = [approved(.supervisor, by: "s")]
        },
        DecideRow("an unknown stake where one signal already settles it", .unlock, "needs totp + issued-code/email") {
            $0.stake = nil
            $0.read("sim-changed", .seen(age: 1))
        },
        DecideRow("an unknown stake where every tier has one rule", .freeze, "granted") {
            $0.stake = nil
            $0.signals = [:]
            $0.evidence = [passed(.totp)]
        },
        DecideRow("a text where the SIM may have changed", .freeze, "needs totp") {
            $0.signals = [:]
            $0.evidence = [passed(.issuedCode(.sms))]
        },
        DecideRow("a tier that is not in the policy", .freeze, "refused tierUnknown") {
            $0.tier = TierName("vip")
            $0.evidence = [passed(.totp)]
        },
        DecideRow("a purpose without a rule", .replaceCodes, "refused noRule") { $0.evidence = fullEvidence },
        DecideRow("a purpose without a rule at this tier", .erase, "refused noRule") {
            $0.tier = TierName("high")
            $0.evidence = fullEvidence
        },
        DecideRow("a case from the future", .freeze, "refused expired") {
            $0.caseAge = -1
            $0.evidence = [passed(.totp)]
        },
        DecideRow("the last second of a case", .freeze, "granted") {
            $0.caseAge = 2 * day
            $0.evidence = [passed(.totp)]
        },
        DecideRow("one second later", .freeze, "refused expired") {
            $0.caseAge = 2 * day + 1
            $0.evidence = [passed(.totp)]
        },
    ]
}

extension VerdictInputs {
    fileprivate mutating func read(_ name: String, _ reading: SignalReading) {
        if let name = SignalName(name) { signals[name] = reading }
    }
}
