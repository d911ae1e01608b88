/// The form in which inputs stand in a verdict record: Docs/Specs/policy.md §7.
extension VerdictInputs {
    /// Names, whole numbers, `yes` and `no`; what is unknown is absent. Signals are sorted by name, agents by reference;
    /// evidence and approvals keep their order, since reasons name them by index.
    public var canonical: CanonicalValue {
        .object([
            "agents": .list(
                caseAgents.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map(CanonicalValue.string)
            ),
            "approvals": .list(approvals.map(\.canonical)),
            "case_age": .integer(caseAge),
            "channel": .string(channel.rawValue),
            "evidence": .list(evidence.map(\.canonical)),
            "purpose": .string(purpose.rawValue),
            "signals": .list(signals.sorted { $0.key < $1.key }.map { Self.canonical($0.key, $0.value) }),
            "stake": stake.map(CanonicalValue.integer),
            "tier": tier.map { .string($0.text) },
        ])
    }

    private static func canonical(_ name: SignalName, _ reading: SignalReading) -> CanonicalValue {
        switch reading {
        case .never: .object(["name": .string(name.text), "reading": .string("never")])
        case .seen(let age): .object(["age": .integer(age), "name": .string(name.text), "reading": .string("seen")])
        case .unknown: .object(["name": .string(name.text), "reading": .string("unknown")])
        }
    }

    /// Reads what ``canonical`` made. Returns `nil` for anything else: a missing, unknown or repeated member, or a name
    /// that this version does not know.
    public init?(canonical value: CanonicalValue) {
        guard var reader = CanonicalReader(value) else { return nil }
        guard let purpose = reader.string("purpose").flatMap(Purpose.init(rawValue:)),
            let channel = reader.string("channel").flatMap(Channel.init(rawValue:)),
            let caseAge = reader.integer("case_age"),
            let evidence = reader.list("evidence")?.map(Evidence.init(canonical:)),
            let approvals = reader.list("approvals")?.map(Approval.init(canonical:)),
            let signals = reader.list("signals")?.map(Self.signal),
            let agents = reader.list("agents")
        else { return nil }
        let stake: Int64? = reader.has("stake") ? reader.integer("stake") : nil
        let tier = reader.has("tier") ? reader.string("tier").flatMap { TierName($0) } : nil
        guard reader.isExhausted else { return nil }
        self.init(purpose: purpose, tier: tier, stake: stake, channel: channel, caseAge: caseAge)
        self.evidence = evidence.compactMap(\.self)
        self.approvals = approvals.compactMap(\.self)
        for case (let name, let reading)? in signals { self.signals[name] = reading }
        for case .string(let agent) in agents { caseAgents.insert(agent) }
        // Whatever was not understood is missing now, and so the value does not write itself alike.
        guard canonical == value else { return nil }
    }

    private static func signal(_ value: CanonicalValue) -> (SignalName, SignalReading)? {
        guard var reader = CanonicalReader(value), let name = reader.string("name").flatMap({ SignalName($0) })
        else { return nil }
        switch reader.string("reading") {
        case "never": return (name, .never)
        case "unknown": return (name, .unknown)
        case "seen": return reader.integer("age").map { (name, .seen(age: $0)) }
        default: return nil
        }
    }
}

extension Evidence {
    var canonical: CanonicalValue {
        .object([
            "age": .integer(age),
            "channel": .string(channel.rawValue),
            "instrument": .string(instrument),
            "kind": .string(kind.name),
            "outcome": .string(outcome.rawValue),
            "same_address": .string(sameAddress ? "yes" : "no"),
        ])
    }

    init?(canonical value: CanonicalValue) {
        guard var reader = CanonicalReader(value),
            let kind = reader.string("kind").flatMap({ CheckKind(name: $0) }),
            let outcome = reader.string("outcome").flatMap(Outcome.init(rawValue:)),
            let age = reader.integer("age"),
            let channel = reader.string("channel").flatMap(Channel.init(rawValue:)),
            let instrument = reader.string("instrument"),
            let sameAddress = reader.flag("same_address"),
            reader.isExhausted
        else { return nil }
        self.init(
            kind: kind,
            outcome: outcome,
            age: age,
            channel: channel,
            instrument: instrument,
            sameAddress: sameAddress
        )
    }
}

extension Approval {
    var canonical: CanonicalValue {
        .object([
            "age": .integer(age),
            "approver": .string(approver),
            "bound": .string(isBound ? "yes" : "no"),
            "drawn": .string(isDrawn ? "yes" : "no"),
            "role": .string(role.rawValue),
        ])
    }

    init?(canonical value: CanonicalValue) {
        guard var reader = CanonicalReader(value),
            let role = reader.string("role").flatMap(ApproverRole.init(rawValue:)),
            let approver = reader.string("approver"),
            let age = reader.integer("age"),
            let isBound = reader.flag("bound"),
            let isDrawn = reader.flag("drawn"),
            reader.isExhausted
        else { return nil }
        self.init(role: role, approver: approver, age: age, isBound: isBound, isDrawn: isDrawn)
    }
}
