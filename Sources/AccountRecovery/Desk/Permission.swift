/// Who may do what: the one table. A test walks all of it.
enum Operation: String, Sendable, CaseIterable {
    case openCase, readCase, note, check, decide, restore, revoke, cancel
    case approve
    case importAccounts, readAccount, enrol, lock, freeze, erase, legalHold
    case readStaff, admitStaff, revokeStaff, revokeOwnKey
    case readKeys, manageKeys, holdCeremony, exportKey
    case reconcile, deliver, readIndexes, renewIndexes
    case readLog, exportLog, disclose, reveal, changeAuditors

    /// The roles that may. Nobody may do everything: who gathers evidence does not approve, and who runs the
    /// installation decides no case.
    var roles: Set<StaffRole> {
        switch self {
        case .openCase, .note, .check, .decide, .restore, .cancel: [.agent, .supervisor]
        case .readCase: [.agent, .supervisor, .admin, .auditor]
        case .revoke: [.agent, .supervisor, .admin]
        case .approve: [.supervisor, .admin]
        case .importAccounts, .enrol, .erase, .legalHold, .admitStaff, .revokeStaff, .changeAuditors, .manageKeys,
            .holdCeremony, .exportKey:
            [.admin]
        case .readIndexes: [.admin, .auditor]
        case .renewIndexes: [.admin]
        case .revokeOwnKey: Set(StaffRole.allCases)
        case .lock, .freeze: [.agent, .supervisor, .admin]
        case .readAccount: [.supervisor, .admin]
        case .readStaff: [.supervisor, .admin, .auditor]
        case .reconcile, .deliver: [.supervisor, .admin]
        case .readLog, .exportLog: [.admin, .auditor, .supervisor]
        case .readKeys: [.admin, .auditor]
        // Who reads what was written about a customer works on no case.
        case .disclose: [.admin, .auditor]
        case .reveal: [.privacy]
        }
    }

    /// What it is called in the log when it is refused.
    var route: String { "desk/\(rawValue)" }
}
