/// Where a case stands.
///
///     collecting ◄──► waiting ──► granted ──► restoring ──► restored
///         │  ▲           │          │  │          │             │
///         │  └───────────┼──────────┘  │          │             │
///         └──────┬───────┘             └──────────┴──────┬──────┘
///                ▼                                       ▼
///     refused, cancelled, expired                     revoked
///
/// `Docs/States.md` tells the same as a table, with who may cause each step.
public enum CaseState: String, Sendable, Codable, CaseIterable {
    /// Evidence is being gathered.
    case collecting
    /// The evidence suffices; approvals are missing.
    case waiting
    /// A grant exists and was not used.
    case granted
    /// The grant is spent; an action of its plan is still to be done, or its outcome is unknown.
    case restoring
    /// The plan is done.
    case restored
    /// The policy said no, or the directory: a fraud lock is not lifted by an unlock.
    case refused
    /// Ended by the customer or the desk before anything was changed.
    case cancelled
    /// Ended by the clock.
    case expired
    /// Taken back: what was restored is locked again.
    case revoked
}

/// What can happen to a case.
public enum CaseEvent: Sendable, CaseIterable {
    /// The policy was asked, and wants more evidence.
    case foundWanting
    /// The policy was asked, and wants approvals.
    case foundWaiting
    /// The policy was asked, and said yes: a grant was signed.
    case foundGranted
    /// The policy was asked, and said no.
    case foundRefused
    /// Evidence was added, or a signal arrived: what was decided before no longer stands.
    case altered
    /// The grant ran out before it was used.
    case grantExpired
    /// The grant is being spent.
    case restoreBegun
    /// Every action of the plan is done.
    case restoreDone
    /// The directory refused an action of the plan.
    case restoreFailed
    case cancelled
    case timedOut
    case revoked
}

extension CaseState {
    /// Whether the case is over. A restored case can still be revoked.
    public var isFinal: Bool {
        switch self {
        case .restored, .refused, .cancelled, .expired, .revoked: true
        case .collecting, .waiting, .granted, .restoring: false
        }
    }

    /// Returns the state after `event`, or `nil` if the event cannot happen here.
    ///
    /// States have no order and no "next". A step towards a grant exists only if a line below spells it out.
    public func after(_ event: CaseEvent) -> CaseState? {
        switch (self, event) {
        case (.collecting, .foundWanting), (.waiting, .foundWanting): .collecting
        case (.collecting, .foundWaiting), (.waiting, .foundWaiting): .waiting
        case (.collecting, .foundGranted), (.waiting, .foundGranted): .granted
        case (.collecting, .foundRefused), (.waiting, .foundRefused): .refused
        case (.collecting, .altered), (.waiting, .altered), (.granted, .altered): .collecting
        case (.granted, .grantExpired): .collecting
        case (.granted, .restoreBegun), (.restoring, .restoreBegun): .restoring
        case (.restoring, .restoreDone): .restored
        case (.restoring, .restoreFailed): .refused
        case (.collecting, .cancelled), (.waiting, .cancelled), (.granted, .cancelled): .cancelled
        // A plan that has begun is finished or revoked: it does not run out half way.
        case (.collecting, .timedOut), (.waiting, .timedOut), (.granted, .timedOut): .expired
        case (.granted, .revoked), (.restoring, .revoked), (.restored, .revoked): .revoked
        default: nil
        }
    }
}
