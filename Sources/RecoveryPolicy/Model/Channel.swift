/// How a claimant reaches the desk.
public enum Channel: String, Sendable, Hashable, CaseIterable {
    case phone, chat, email, im, social, web
    case inPerson = "in-person"

    /// `social` is intake only: whoever runs that network could write in anybody's name.
    public var carriesEvidence: Bool { self != .social }
}

/// Staff who may approve. Auditors look on and never decide, so they are not here.
public enum ApproverRole: String, Sendable, Hashable, CaseIterable, Comparable {
    case agent, supervisor, admin

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
