import RecoveryAudit
import RecoveryCrypto

/// A case in the hands of one transaction: what is changed, and what the log shall say of it.
///
/// It keeps the two together: every event that names the case is counted in it, as `case.close` must state, and a
/// state is entered through the table alone.
struct CaseWork {
    var value: RecoveryCase
    private(set) var events: [AuditEvent] = []
    let now: UnixTime
    private let firstPosition: UInt64

    init(_ value: RecoveryCase, in transaction: any StoreTransaction, at now: UnixTime) throws {
        self.value = value
        self.now = now
        firstPosition = try transaction.nextPosition
    }

    /// The position that the next event will have in the log.
    var nextPosition: UInt64 { firstPosition + UInt64(events.count) }

    /// Adds an event about this case.
    mutating func note(
        _ name: String,
        _ fields: [String: JSONValue] = [:],
        privates: [String: SealedPrivateValue] = [:]
    ) {
        value.records += 1
        events.append(.event(name, fields, case: value.name, privates: privates))
    }

    /// Adds a record that is no event of this case.
    mutating func note(_ event: AuditEvent) {
        events.append(event)
    }

    /// Moves the case along the table, or refuses.
    mutating func enter(_ event: CaseEvent) throws {
        guard let next = value.state.after(event) else { throw ServiceError.wrongState(value.state) }
        value.state = next
    }

    /// Ends the case: the last event counts all the others.
    mutating func close(_ outcome: String) {
        note("case.close", ["outcome": .word(outcome), "records": .integer(Int64(value.records + 1))])
    }

    /// What an approver saw is no longer what there is.
    mutating func markAltered() {
        value.version += 1
        if let collecting = value.state.after(.altered) { value.state = collecting }
    }

    /// Writes the case and hands everything over.
    func finish<Value: Sendable>(_ result: Value, in transaction: any StoreTransaction) throws -> Recorded<Value> {
        try transaction.put(value)
        guard let first = events.first else { throw ServiceError.fault("a case was changed without an event") }
        return Recorded(result, first, Array(events.dropFirst()))
    }
}

extension AuditEvent {
    /// An EVENT record (`Docs/Specs/audit-log.md` §7).
    static func event(
        _ name: String,
        _ fields: [String: JSONValue] = [:],
        case recoveryCase: CaseID? = nil,
        subject: Pseudonym? = nil,
        actor: StaffName? = nil,
        privates: [String: SealedPrivateValue] = [:]
    ) -> AuditEvent {
        var members = fields
        members["event"] = .string(name)
        if let recoveryCase { members["case"] = .string(recoveryCase.text) }
        if let subject { members["subject"] = .string(subject.text) }
        if let actor { members["actor"] = .string(actor.text) }
        let object = JSONObject(members.map { JSONMember(key: $0.key, value: $0.value) })
        return AuditEvent(.event, .object(object), privates: privates)
    }
}

extension JSONValue {
    /// A word of a closed vocabulary. Policies and directories write some of them with hyphens or a slash.
    static func word(_ text: String) -> JSONValue {
        .string(String(decoding: text.utf8.map { $0 == 0x2d || $0 == 0x2f ? 0x5f : $0 }, as: UTF8.self))
    }

    /// A word for a code that somebody else's system gave: what it begins with, as far as that is a word. Whatever it
    /// is, it must not keep a result out of the log, nor bring an address into it.
    static func code(_ text: String) -> JSONValue {
        var letters: [UInt8] = []
        for byte in text.utf8.prefix(24) {
            switch byte {
            case 0x61...0x7a, 0x30...0x39, 0x2e, 0x5f: letters.append(byte)
            case 0x41...0x5a: letters.append(byte | 0x20)
            case 0x2d: letters.append(0x5f)
            default: return word(beginningWith: letters)
            }
        }
        return word(beginningWith: letters)
    }

    private static func word(beginningWith letters: [UInt8]) -> JSONValue {
        guard let first = letters.first else { return "other" }
        let text = String(decoding: letters, as: UTF8.self)
        return .string((0x61...0x7a).contains(first) ? text : "code_" + text)
    }

    static func time(_ time: UnixTime) -> JSONValue {
        .integer(max(0, time.seconds))
    }
}
