import RecoveryAudit
import RecoveryStore

/// Records of a case as sentences. What is not known here is told by its name and its words, never left out.
enum CaseStory {
    static func sentence(of listed: ListedRecord) -> String {
        let actor = listed.word("actor") ?? "the service"
        switch listed.name {
        case "case.open":
            let tier = listed.number("tier").map { ", tier \($0)" } ?? ""
            return "\(actor) opened the case: \(words(listed, "reason")), by \(words(listed, "channel"))\(tier)."
        case "case.close":
            return "The case ended: \(words(listed, "outcome")). The log has \(count(listed, "records")) records of it."
        case "x.case.show": return "\(actor) looked at the case to approve or refuse it."
        case "check.start": return "A check began: \(words(listed, "check")). The attempt counts from here on."
        case "check.result", "pii.match": return check(listed)
        case "code.issue":
            return "A code was sent by \(words(listed, "channel")), good until \(time(listed, "until_s"))."
        case "code.void": return "The code that was sent before counts no more: \(words(listed, "why"))."
        case "verdict.give": return verdict(listed)
        case "approval.give":
            let decision = listed.payload?["stmt"]?["decision"]?.string == "approve" ? "approved" : "refused"
            return "\(actor) \(decision) it, signed with their own key."
        case "approval.void": return "Approvals count no more: \(words(listed, "why"))."
        case "grant.issue":
            return "A grant for \(words(listed, "action")) was issued, single use, until \(time(listed, "until_s"))."
        case "grant.use": return "The grant for \(words(listed, "action")) was spent."
        case "grant.void": return "The grant counts no more: \(words(listed, "why"))."
        default: return change(listed) ?? "\(listed.name): \(listed.words(without: ["case"]))"
        }
    }

    /// What happened to the account.
    private static func change(_ listed: ListedRecord) -> String? {
        switch listed.name {
        case "account.intent": "The account system was asked to: \(words(listed, "action"))."
        case "account.result":
            "The account system answered the order of record \(count(listed, "intent")): \(words(listed, "result"))."
        case "hold.start":
            "A hold began on \(list(listed, "scopes")), until \(time(listed, "until_s"))."
        case "freeze.on": "The account was frozen: \(words(listed, "why"))."
        case "freeze.off": "The freeze was lifted."
        case "case.note": "\(listed.word("actor") ?? "The service") wrote a note."
        case "pii.reveal":
            "\(listed.word("actor") ?? "The service") had \(words(listed, "field")) opened: \(words(listed, "purpose"))."
        case "x.ticket.issue": "\(listed.word("actor") ?? "The service") was given a ticket for the customer."
        case "x.ticket.redeem": "The customer made a new second factor with the ticket."
        case "x.ticket.fail": "A code from the new second factor was wrong."
        case "notice.queue": "A notice is on its way by \(words(listed, "channel")): \(words(listed, "kind"))."
        case "notice.result": "The notice \(words(listed, "kind")) was \(words(listed, "result"))."
        case "limit.hit": "A limit was reached: \(words(listed, "scope"))."
        default: nil
        }
    }

    private static func check(_ listed: ListedRecord) -> String {
        let what = listed.name == "pii.match" ? "\(count(listed, "fields")) details" : words(listed, "check")
        let attempt = listed.number("attempts").map { ", attempt \($0)" } ?? ""
        switch listed.word("result") {
        case "pass": return "Passed: \(what)\(attempt)."
        case "fail": return "Failed: \(what)\(attempt)."
        default: return "No answer (\(words(listed, "result"))): \(what)\(attempt)."
        }
    }

    private static func verdict(_ listed: ListedRecord) -> String {
        let approvals = listed.number("approvals") == 1 ? "1 approval" : "\(count(listed, "approvals")) approvals"
        let basis = "the policy \(listed.word("policy")?.prefix(8) ?? "?"), with \(approvals)"
        switch listed.word("verdict") {
        case "allow": return "The verdict was yes, by \(basis)."
        case "deny": return "The verdict was no, by \(basis)."
        default: return "The verdict was that more is needed, by \(basis)."
        }
    }

    /// A word of the log as people write it.
    private static func words(_ listed: ListedRecord, _ name: String) -> String {
        listed.word(name)?.replacing("_", with: " ") ?? "unknown"
    }

    private static func count(_ listed: ListedRecord, _ name: String) -> String {
        listed.number(name).map { "\($0)" } ?? "unknown"
    }

    private static func time(_ listed: ListedRecord, _ name: String) -> String {
        listed.number(name).map { "\(Moment.dateAndTime($0)) UTC" } ?? "an unknown time"
    }

    private static func list(_ listed: ListedRecord, _ name: String) -> String {
        let words = listed.payload?[name]?.array?.compactMap(\.string) ?? []
        return words.isEmpty ? "nothing" : words.map { $0.replacing("_", with: " ") }.joined(separator: ", ")
    }
}
