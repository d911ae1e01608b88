import RecoveryAudit
import RecoveryCrypto

@testable import RecoveryTestSupport

/// Damage done to records by somebody who has every key, and makes the rest agree with it or not.
struct RecordDamage {
    var noise: Noise
    var said: [String] = []

    init(noise: Noise) {
        self.noise = noise
    }

    /// Changes the records, and puts them into the bundle.
    mutating func damage(_ forgery: inout Forgery) throws {
        forgery.cosigns = !noise.once(in: 4)
        for _ in 0...noise.below(3) {
            switch noise.below(6) {
            case 0: move(&forgery)
            case 1: header(&forgery)
            case 2, 3: try payload(&forgery)
            default: try further(&forgery)
            }
        }
        let first = noise.below(forgery.entries.count)
        if !noise.once(in: 4), let least = forgery.entries.map(\.count).min(), least >= 116 {
            said.append("MACs from \(first)")
            try forgery.rewrite(from: first)
        }
        if noise.once(in: 3) { return forgery.store() }
        let before = forgery.bundle
        do {
            try forgery.publish()
            said.append("published")
        } catch {
            // A record that cannot be read has no row in an index.
            forgery.bundle = before
            forgery.store()
        }
    }

    private mutating func move(_ forgery: inout Forgery) {
        let (one, other) = (noise.below(forgery.entries.count), noise.below(forgery.entries.count))
        said.append("moved \(one) \(other)")
        switch noise.below(5) {
        case 0: forgery.entries.remove(at: one)
        case 1: forgery.entries.insert(forgery.entries[one], at: other)
        case 2: forgery.entries.swapAt(one, other)
        case 3: forgery.entries[one] = Array(forgery.entries[one].prefix(noise.below(forgery.entries[one].count + 1)))
        default: forgery.entries.removeLast(min(1 + noise.below(4), forgery.entries.count - 1))
        }
    }

    /// A field of a header: one byte of it, or the value of another record.
    private mutating func header(_ forgery: inout Forgery) {
        // Times, epochs and steps stay small: an index row has to hold the one, and a MAC is made by counting to the others.
        let fields = [0..<4, 4..<5, 5..<6, 6..<8, 8..<16, 18..<24, 27..<28, 31..<32, 32..<48, 48..<80, 80..<84]
        let (field, index) = (noise.pick(fields), noise.below(forgery.entries.count))
        let other = forgery.entries[noise.below(forgery.entries.count)]
        guard forgery.entries[index].count >= 84, other.count >= 84 else { return }
        said.append("header \(index) \(field)")
        switch noise.below(3) {
        case 0: forgery.overwrite(index, at: field.lowerBound, with: Array(other[field]))
        case 1: forgery.overwrite(index, at: field.upperBound - 1, with: [UInt8(noise.below(20))])
        default: forgery.flip(index, at: field.lowerBound + noise.below(field.count), bit: 1 << UInt8(noise.below(8)))
        }
    }

    /// A member of a payload gets another value, goes, or comes.
    private mutating func payload(_ forgery: inout Forgery) throws {
        let index = noise.below(forgery.entries.count)
        let members = try forgery.payload(index).members
        guard !members.isEmpty else { return }
        let member = noise.pick(members)
        let object = JSONObject(members)
        said.append("payload \(index) \(member.key)")
        switch noise.below(6) {
        case 0: try forgery.replacePayload(index) { _ in .object(JSONObject(members.filter { $0.key != member.key })) }
        case 1:
            let key = noise.pick(["actor", "case", "extra", "of", "priv", "req", "stmt", "subject", "why"])
            let value = value(like: member.value)
            guard object[key] == nil else { return }
            try forgery.replacePayload(index) { _ in .object(object.adding(key, value)) }
        case 2:
            var bytes = CanonicalJSON.write(.object(object))
            bytes[noise.below(bytes.count)] ^= 1 << UInt8(noise.below(7))
            try forgery.replacePayload(index, with: bytes)
        default:
            let value = value(like: member.value)
            try forgery.replacePayload(index) { _ in .object(object.replacing(member.key, by: value)) }
        }
    }

    /// Another value, mostly of the same type.
    private mutating func value(like value: JSONValue) -> JSONValue {
        if noise.once(in: 5) {
            let hash = JSONValue.string(String(repeating: "ab", count: 32))
            return noise.pick([
                .null, true, 0, -1, 27, "", "x", "a+b", "Upper", hash, [], [1], [3, 2], ["a", "b"], [:],
            ])
        }
        switch value {
        case .integer(let number): return .integer(number + noise.pick([-1, 1, 2, 9, 1_000_000_000]))
        case .string(let text):
            var bytes = Array(text.utf8)
            guard !bytes.isEmpty else { return "x" }
            bytes[noise.below(bytes.count)] = noise.pick(Array("0123456789abcdefxyzABC.-_/+= \u{e9}\n".utf8))
            return .string(
                noise.once(in: 4) ? text + noise.pick(["0", "a", " ", "="]) : String(decoding: bytes, as: UTF8.self)
            )
        case .array(let items):
            guard !items.isEmpty else { return [.integer(Int64(noise.below(9)))] }
            var items = items
            let place = noise.below(items.count)
            items[place] = self.value(like: items[place])
            return .array(noise.once(in: 4) ? items + [items[place]] : items)
        case .object(let object):
            guard !object.members.isEmpty else { return .object(object.adding("note", "x")) }
            let member = noise.pick(object.members)
            if noise.once(in: 5) { return .object(JSONObject(object.members.filter { $0.key != member.key })) }
            return .object(object.replacing(member.key, by: self.value(like: member.value)))
        case .bool(let flag): return .bool(!flag)
        case .null: return "x"
        }
    }

    /// A record that was never written: mostly right, and right about things that are not so.
    private mutating func further(_ forgery: inout Forgery) throws {
        let kids = ["adm-1", "adm-2", "sup-1", "sup-2", "sup-9"]
        let choice = noise.below(11)
        said.append("further \(choice)")
        switch choice {
        case 0, 1:
            let event = noise.pick(["approval.give", "appeal.decide", "check.result", "admin.approve"])
            let kid = noise.pick(kids)
            var words = Forgery.Words(kid: kid)
            words.action = noise.pick([
                "totp.rebind", "appeal.decide", "check.attest", "audit.erase", "agent.x", "totp.rebind",
            ])
            words.nonce = String(repeating: "0", count: 31) + noise.pick(["1", "2", "3"])
            words.decision = noise.pick(["approve", "approve", "refuse"])
            words.log = noise.pick([words.log, words.log, words.log, "other.example"])
            words.notAfter = noise.pick([1_760_100_000, 1_760_100_000, 1_759_999_999])
            words.reference = noise.pick(["C-9", "C-9", "E-1", "C-7F3K"])
            words.signer = noise.once(in: 5) ? "nobody" : nil
            let actor = noise.once(in: 6) ? "adm-1" : nil
            let reference = noise.once(in: 6) ? "C-8" : nil
            try forgery.approve(event, actor: actor, reference: reference) { $0 = words }
        case 2: try forgery.grant(approvals: Int64(noise.below(4)))
        case 3:
            let agent = String(repeating: noise.pick(["12", "99"]), count: 16)
            let role = noise.pick(["agent", "admin", "supervisor"])
            let (kid, signer) = (noise.pick(["sup-9", "sup-1", "new-1"]), noise.pick(["adm-1", "sup-1", "adm-2"]))
            try forgery.addKey(kid, agent: agent, role: role) { $0.kid = signer }
        case 4: try forgery.revoke(noise.pick(kids), by: noise.pick(kids))
        case 5:
            let fields: JSONValue = noise.pick([[[8, "address"]], [[6, "contact"], [8, "address"]], [[7, "note"]]])
            if !noise.once(in: 3) { try forgery.approveErasure(of: fields) }
            let approvals = JSONValue.integer(Int64(forgery.entries.count - 1))
            try forgery.erase(fields, approvals: noise.once(in: 4) ? [21] : [approvals])
            if noise.once(in: 2) { try? forgery.dropPrivateValue("address") }
        case 6:
            let first = Int64(forgery.entries.count)
            try forgery.approveEmergency(by: noise.pick(["adm-1", "adm-2", "sup-1"]), nonce: "4")
            try forgery.approveEmergency(by: noise.pick(["adm-1", "adm-2"]), nonce: noise.pick(["4", "5"]))
            try forgery.openEmergency(
                approvals: noise.once(in: 4) ? [.integer(first)] : [.integer(first), .integer(first + 1)]
            )
        case 7:
            let count = noise.once(in: 4) ? Int64(noise.below(30)) : nil
            try forgery.seal(count: count, root: noise.once(in: 4) ? forgery.root(5) : nil)
        case 8:
            let reason = JSONValue.string(noise.pick(["rotate", "recover", "start", "else"]))
            try forgery.open(reason: reason, epoch: noise.pick([3, 3, 3, 2, 4]), step: noise.pick([0, 0, 0, 1]))
        case 9:
            let size = 1 + noise.below(forgery.entries.count + 1)
            let root = forgery.root(noise.once(in: 4) ? 7 : min(size, forgery.entries.count))
            let place = noise.below(200)
            try forgery.anchor(size: UInt64(size), root: root) { if place < $0.count { $0[place] ^= 1 } }
        default:
            let hash = JSONValue.string(String(repeating: "cd", count: 32))
            let payloads: [(UInt8, JSONValue)] = [
                (7, ["kind": "tsa", "root": .string(forgery.root(9).hexadecimal), "size": 9, "token": "MAA="]),
                (7, ["kind": "file", "root": .string(forgery.root(9).hexadecimal), "size": 9, "target": "tape-1"]),
                (
                    16,
                    [
                        "case": "C-7F3K", "event": "case.close", "outcome": "restored",
                        "records": .integer(Int64(10 + noise.below(8))),
                    ]
                ),
                (16, ["case": "C-9", "event": "approval.void", "why": "changed"]),
                (
                    16,
                    [
                        "case": "C-9", "event": "approval.void", "of": .integer(Int64(20 + noise.below(9))),
                        "why": "changed",
                    ]
                ),
                (16, ["event": "x.note", "priv": ["detail": hash]]), (17, ["event": "x.note"]),
                (
                    8,
                    [
                        "approvals": [21], "case": "E-2", "last_mac": hash, "next_commit": hash, "policy": hash,
                        "root": hash, "size": 27, "to": 9,
                    ]
                ),
            ]
            let (type, payload) = noise.pick(payloads)
            try forgery.append(type, payload, flags: noise.once(in: 6) ? 1 : 0)
        }
    }
}
