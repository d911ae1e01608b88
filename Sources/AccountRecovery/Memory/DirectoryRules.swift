extension DirectoryAction {
    /// Whether the order must come with a grant. Freezing and the operator's own lock make an account safer, and
    /// must not wait for one.
    public var needsGrant: Bool {
        switch self {
        case .freeze, .lock: false
        case .unlock, .removeSecondFactor, .enrolSecondFactor, .revokeSessions, .placeHold, .unfreeze: true
        }
    }
}

extension DirectoryAccount {
    /// Carries out `action`, or says why not and changes nothing. The rules of the directories that are ours.
    public mutating func carryOut(_ action: DirectoryAction) -> DirectoryAnswer {
        switch action {
        case .unlock(let reasons):
            guard let lockReason else { return .failed(code: "not_locked") }
            guard reasons.contains(lockReason) else { return .failed(code: "other_lock") }
            self.lockReason = nil
        case .lock(let reason):
            lockReason = reason
        case .removeSecondFactor:
            hasSecondFactor = false
        case .enrolSecondFactor:
            hasSecondFactor = true
        case .revokeSessions:
            sessionGeneration += 1
        case .placeHold(let scopes, let until):
            for scope in scopes { holds[scope] = max(until, holds[scope] ?? until) }
        case .freeze:
            isFrozen = true
        case .unfreeze:
            isFrozen = false
        }
        return .done
    }
}
