import Testing

@testable import RecoveryPolicy

@Suite struct VerdictInputsTests {
    private static func example() throws -> VerdictInputs {
        VerdictInputs(
            purpose: .resetTOTP,
            tier: TierName("high"),
            stake: 12,
            channel: .inPerson,
            caseAge: 60,
            signals: [
                try #require(SignalName("sim-changed")): .seen(age: 5),
                try #require(SignalName("new-device")): .never,
                try #require(SignalName("fraud")): .unknown,
            ],
            evidence: [
                Evidence(kind: .issuedCode(.email), outcome: .passed, age: 3, channel: .chat, instrument: "a\"1\u{1}")
            ],
            approvals: [Approval(role: .supervisor, approver: "s", age: 2, isBound: true)],
            caseAgents: ["z", "b"]
        )
    }

    @Test func `writes itself in one way`() throws {
        #expect(
            try Self.example().canonical.text
                == #"{"agents":["b","z"],"approvals":[{"age":2,"approver":"s","bound":"yes","drawn":"no","role":"supervisor"}],"#
                + #""case_age":60,"channel":"in-person","evidence":[{"age":3,"channel":"chat","instrument":"a\"1\u0001","#
                + #""kind":"issued-code/email","outcome":"passed","same_address":"no"}],"purpose":"reset-totp","signals":"#
                + #"[{"name":"fraud","reading":"unknown"},{"name":"new-device","reading":"never"},"#
                + #"{"age":5,"name":"sim-changed","reading":"seen"}],"stake":12,"tier":"high"}"#
        )
    }

    @Test func `leaves out what is unknown`() {
        let inputs = VerdictInputs(purpose: .freeze, stake: nil, channel: .phone, caseAge: 0)
        #expect(
            inputs.canonical.text
                == #"{"agents":[],"approvals":[],"case_age":0,"channel":"phone","evidence":[],"purpose":"freeze","signals":[]}"#
        )
    }

    @Test func `reads what it wrote`() throws {
        let inputs = try Self.example()
        #expect(VerdictInputs(canonical: inputs.canonical) == inputs)
    }

    @Test func `refuses a record that lacks or repeats a member, at any place`() throws {
        let whole = try Self.example().canonical
        let spoiled = Self.spoiled(whole, at: "")
        #expect(spoiled.count >= 40)
        for (name, value) in spoiled {
            let read = VerdictInputs(canonical: value)
            // A stake and a tier may be absent: the record then says that they were unknown.
            if name == "-.stake" || name == "-.tier" {
                #expect(read != nil)
            } else {
                #expect(read == nil, "\(name): \(value.text)")
            }
        }
    }

    @Test func `refuses names that it does not know`() throws {
        let text = try Self.example().canonical
        for (old, new) in [("reset-totp", "reset"), ("issued-code/email", "fax"), ("chat", "pigeon"), ("seen", "felt")]
        {
            let value = text.replacing(old, with: new)
            #expect(value != text)
            #expect(VerdictInputs(canonical: value) == nil, "\(new)")
        }
    }

    /// The value with one member removed (`-`), doubled (`+`) or with another kind of value (`~`).
    private static func spoiled(_ value: CanonicalValue, at path: String) -> [(String, CanonicalValue)] {
        switch value {
        case .integer: return [("~" + path, .string("1"))]
        case .string: return [("~" + path, .integer(1))]
        case .list(let values):
            return values.indices.flatMap { index in
                spoiled(values[index], at: path + ".\(index)").map { name, other in
                    var copy = values
                    copy[index] = other
                    return (name, .list(copy))
                }
            }
        case .object(let members):
            return members.indices.flatMap { index in
                let below = path + "." + members[index].key
                var without = members
                without.remove(at: index)
                let doubled = members[...index] + members[index...]
                let deeper = spoiled(members[index].value, at: below).map { name, other in
                    var copy = members
                    copy[index] = .init(key: members[index].key, value: other)
                    return (name, CanonicalValue.object(copy))
                }
                return [("-" + below, .object(without)), ("+" + below, .object(Array(doubled)))] + deeper
            }
        }
    }
}

extension CanonicalValue {
    fileprivate func replacing(_ old: String, with new: String) -> CanonicalValue {
        switch self {
        case .integer: self
        case .string(let text): text == old ? .string(new) : self
        case .list(let values): .list(values.map { $0.replacing(old, with: new) })
        case .object(let members):
            .object(members.map { .init(key: $0.key, value: $0.value.replacing(old, with: new)) })
        }
    }
}
