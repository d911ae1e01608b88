import RecoveryAudit
import RecoveryStore

/// What is read out of a record for people and for other programs.
extension ListedRecord {
    /// What the record is called: its event, or its type.
    var name: String {
        payload?["event"]?.string ?? record.recordType.map { "\($0)" } ?? "type \(record.type)"
    }

    /// The time in Unix seconds.
    var seconds: Int64 { Int64(clamping: record.timeMicroseconds / 1_000_000) }

    /// The staff that did or signed it, and those that it is about.
    var people: [String] {
        let names = [payload?["actor"], payload?["to_actor"], payload?["kid"], payload?["stmt"]?["kid"]]
        return names.compactMap { $0?.string }
    }

    /// A text of the payload.
    func word(_ name: String) -> String? { payload?[name]?.string }

    /// A number of the payload.
    func number(_ name: String) -> Int64? { payload?[name]?.integer }

    /// The record as one object.
    var value: JSONValue {
        [
            "epoch": .integer(Int64(record.epoch)),
            "payload": payload.map(JSONValue.object) ?? .null,
            "seq": .integer(Int64(clamping: record.seq)),
            "time_us": .integer(Int64(clamping: record.timeMicroseconds)),
            "type": .string(record.recordType.map { "\($0)" } ?? "\(record.type)"),
        ]
    }

    /// Position, time, name, and the rest of the payload as words.
    var row: [String] {
        ["\(record.seq)", Moment.stamp(seconds), name, words(without: [])]
    }

    /// The members of the payload, but for its event and for those named, as `name=value`.
    func words(without names: Set<String>) -> String {
        (payload?.members ?? []).filter { $0.key != "event" && !names.contains($0.key) }
            .map { "\($0.key)=\(Self.short($0.value))" }
            .joined(separator: " ")
    }

    /// Longer words are digests, keys and signatures: their beginning tells them apart.
    private static func short(_ value: JSONValue) -> String {
        let text = value.string ?? String(decoding: CanonicalJSON.write(value), as: UTF8.self)
        return text.count > 40 ? text.prefix(16) + "…" : text
    }
}

/// How a record is to be taken by whoever watches: what came of it, and how much it matters.
enum EventWeight: Comparable {
    case routine, notable, serious, grave

    init(of listed: ListedRecord) {
        switch listed.name {
        case "audit.full": self = .grave
        case "audit.verify" where listed.word("verdict") != "ok": self = .grave
        case "limit.hit", "breakglass.open", "reconcile.orphan", "freeze.on", "repudiate", "agentKeyRevoke", "clock":
            self = .serious
        case _ where listed.succeeded == false: self = .notable
        default: self = .routine
        }
    }
}

extension ListedRecord {
    /// Whether what the record tells of went well; `nil` if it tells of nothing that can fail.
    var succeeded: Bool? {
        switch word("result") ?? word("verdict") {
        case "pass", "ok", "accepted", "allow": true
        case "fail", "failed", "refused", "expired", "deny", "tampered": false
        default: name == "access.deny" ? false : nil
        }
    }
}
