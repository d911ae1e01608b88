/// How messages read as JSON: one flat object each, with the case in front. `case` and `state` are relied upon.
extension CaseView {
    // Not private: the synthesised code that uses it stands in another file.
    enum CodingKeys: String, CodingKey {
        case name = "case"
        case purpose, channel, tier, state, version, openedBy, openedAt, expiresAt, passed, missing, approvals
        case approvalsNeeded, policy, ticket, holds, steps
    }
}

extension CaseChange {
    private enum CodingKeys: String, CodingKey {
        case before, position
    }

    public func encode(to encoder: any Encoder) throws {
        try recoveryCase.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(before, forKey: .before)
        try container.encode(position, forKey: .position)
    }
}

extension CheckAnswer {
    private enum CodingKeys: String, CodingKey {
        case outcome, attemptsLeft
    }

    public func encode(to encoder: any Encoder) throws {
        try change.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(attemptsLeft, forKey: .attemptsLeft)
    }
}

extension CodeSent {
    private enum CodingKeys: String, CodingKey {
        case method, validUntil, sendsLeft
    }

    public func encode(to encoder: any Encoder) throws {
        try change.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(method, forKey: .method)
        try container.encode(validUntil, forKey: .validUntil)
        try container.encode(sendsLeft, forKey: .sendsLeft)
    }
}

extension DecisionView {
    private enum CodingKeys: String, CodingKey {
        case outcome, reasons, forCaller, grant, grantExpiresAt
    }

    public func encode(to encoder: any Encoder) throws {
        try change.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(reasons, forKey: .reasons)
        try container.encode(forCaller, forKey: .forCaller)
        try container.encodeIfPresent(grant, forKey: .grant)
        try container.encodeIfPresent(grantExpiresAt, forKey: .grantExpiresAt)
    }
}

extension RestoreView {
    private enum CodingKeys: String, CodingKey {
        case notices, enrolmentTicket, ticketExpiresAt
    }

    public func encode(to encoder: any Encoder) throws {
        try change.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(notices, forKey: .notices)
        try container.encodeIfPresent(enrolmentTicket, forKey: .enrolmentTicket)
        try container.encodeIfPresent(ticketExpiresAt, forKey: .ticketExpiresAt)
    }
}

/// Names go over the wire as plain strings.
extension CaseID {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = CaseID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not the name of a case")
        }
        self = name
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Pseudonym {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let pseudonym = Pseudonym(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a pseudonym")
        }
        self = pseudonym
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension StaffName {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = StaffName(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a staff name")
        }
        self = name
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
