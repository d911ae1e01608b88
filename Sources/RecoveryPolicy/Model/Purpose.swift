/// What a case is for. Each purpose has a requirement of its own.
public enum Purpose: String, Sendable, Hashable, CaseIterable {
    /// The account is locked and every factor is still there.
    case unlock
    /// The second factor is lost; a new one is bound and the old one dies.
    case resetTOTP = "reset-totp"
    /// New recovery codes; the old set dies.
    case replaceCodes = "replace-codes"
    /// One address is exchanged.
    case changeContact = "change-contact"
    /// The owner closes the account at once (63B §4.3).
    case freeze
    case liftFreeze = "lift-freeze"
    /// The right to erasure.
    case erase
}

/// One step of a restore plan, named in the grant that allows it.
public enum Action: String, Sendable, Hashable, CaseIterable {
    case unlock
    case removeSecondFactor = "remove-second-factor"
    case enrolSecondFactor = "enrol-second-factor"
    case revokeCodes = "revoke-codes"
    case issueCodes = "issue-codes"
    case revokeSessions = "revoke-sessions"
    case changeContact = "change-contact"
    /// Never written in a policy: a rule that has a hold has this action.
    case placeHold = "place-hold"
    case freeze
    case liftFreeze = "lift-freeze"
    case erase
}

/// Why the directory holds an account locked.
public enum LockReason: String, Sendable, Hashable, CaseIterable {
    case failedAttempts = "failed-attempts"
    case inactivity
    /// The customer's own freeze.
    case customerFreeze = "customer-freeze"
    case fraud
    case compliance

    /// Whether a recovery may lift it at all. A lock set against fraud, or by law, is not the customer's to lift.
    public var isLiftable: Bool {
        switch self {
        case .failedAttempts, .inactivity, .customerFreeze: true
        case .fraud, .compliance: false
        }
    }
}

/// What a hold restricts.
public enum HoldScope: String, Sendable, Hashable, CaseIterable {
    case withdrawals
    case contactChanges = "contact-changes"
    case factorChanges = "factor-changes"
}

/// What the owner is told of, at every validated address.
public enum Notice: String, Sendable, Hashable, CaseIterable {
    case opened, granted, refused, frozen, holdEnded = "hold-ended"
}
