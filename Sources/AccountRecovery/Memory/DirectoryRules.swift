extension DirectoryAccount {
    /// Whether `action` must come with a grant. Freezing and the operator's own lock make an account safer, and must
    /// not wait for one; a first factor is bound by whoever enrols the customer, and every later one by a recovery.
    public func needsGrant(for action: DirectoryAction) -> Bool {
        switch action {
        case .freeze, .lock: false
        case .enrolSecondFactor: hasSecondFactor
        case .unlock, .removeSecondFactor, .revokeSessions, .placeHold, .unfreeze: true
        }
    }

    /// Carries out `action`, or says why not and changes nothing. The rules of the directories that are ours.
    public mutating func carryOut(_ action: DirectoryAction) -> DirectoryAnswer {
        switch action {
        case .unlock(let reasons):
            // Somebody may have unlocked it since: what was asked for is so.
            guard let lockReason else { return .done }
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
