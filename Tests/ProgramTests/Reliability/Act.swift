import RecoveryAudit
import RecoveryStore

/// One command of a recovery as it is typed, and how the log shows that it was carried out.
struct Act: Sendable, CustomStringConvertible {
    /// What is typed on standard input.
    enum Input: Sendable {
        case nothing
        /// The code that the customer's authenticator shows now.
        case authenticator
        /// The code of the newest letter.
        case letter
    }

    let name: String
    let actor: String
    /// `CASE` stands for the name of the case.
    let words: [String]
    var input = Input.nothing
    /// How it ends when nothing goes wrong.
    var code: Int32 = 0
    /// How it may end, in the words of `Docs/ExitCodes.md`, when it was carried out before.
    var again: Set<Int32> = [0]
    /// The event that says it was done, and what it must say.
    let event: String
    var says: [String: String] = [:]

    var description: String { name }

    func isDone(in records: some Sequence<ListedRecord>) -> Bool {
        records.contains { record in
            record.payload?["event"]?.string == event
                && says.allSatisfy { record.payload?[$0.key]?.string == $0.value }
        }
    }

    /// A recovery from the lock to the restored account, on a desk as ``Desk`` makes it.
    static let recovery: [Act] = [
        Act(
            name: "lock",
            actor: "ada",
            words: ["account", "lock", "u-1001", "--reason", "failed-attempts"],
            event: "x.order.result",
            says: ["code": "ok"]
        ),
        Act(
            name: "open",
            actor: "mia",
            words: ["case", "open", "u-1001", "--purpose", "unlock", "--channel", "phone"],
            event: "case.open"
        ),
        Act(
            name: "details",
            actor: "mia",
            words: ["case", "check", "CASE", "details", "--input", "said.json"],
            event: "pii.match",
            says: ["result": "pass"]
        ),
        Act(
            name: "totp",
            actor: "mia",
            words: ["case", "check", "CASE", "totp", "--code-stdin"],
            input: .authenticator,
            // A step that was used is dead; the next one may have begun.
            again: [0, 1],
            event: "check.result",
            says: ["check": "totp", "result": "pass"]
        ),
        Act(
            name: "send",
            actor: "mia",
            words: ["case", "check", "CASE", "issued-code", "--send", "email"],
            event: "code.issue"
        ),
        Act(
            name: "code",
            actor: "mia",
            words: ["case", "check", "CASE", "issued-code", "--code-stdin"],
            input: .letter,
            again: [1],
            event: "check.result",
            says: ["check": "issued_code_email", "result": "pass"]
        ),
        Act(
            name: "ask",
            actor: "mia",
            words: ["case", "decide", "CASE"],
            code: 12,
            again: [12],
            event: "verdict.give",
            says: ["verdict": "more"]
        ),
        Act(name: "approve", actor: "sam", words: ["approval", "grant", "CASE"], event: "approval.give"),
        Act(name: "decide", actor: "mia", words: ["case", "decide", "CASE"], event: "grant.issue"),
        Act(
            name: "restore",
            actor: "mia",
            words: ["case", "restore", "CASE"],
            again: [14],
            event: "case.close",
            says: ["outcome": "restored"]
        ),
    ]
}
