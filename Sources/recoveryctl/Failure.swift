import AccountRecovery

/// What a command could not do: the exit code, what went wrong, and the cure. Nothing secret stands in any of them.
struct Failure: Error {
    let exit: Exit
    /// A stable word to search for, such as `store-owned`.
    let code: String
    let what: String
    let cure: String?

    init(_ exit: Exit, _ code: String, _ what: String, cure: String? = nil) {
        self.exit = exit
        self.code = code
        self.what = what
        self.cure = cure
    }
}

extension Failure {
    /// The one place where an error of the service gets an exit code and words.
    init(_ error: ServiceError) {
        switch error {
        case .notFound:
            self.init(.notFound, "not-found", "there is no such thing, or you may not know of it")
        case .notAllowed(let what):
            self.init(.notAllowed, "not-allowed", what)
        case .wrongState(let state):
            self.init(
                .conflict,
                "wrong-state",
                "the case is \(state.rawValue), and this cannot be done there",
                cure: "recoveryctl case show CASE tells what can"
            )
        case .invalidClaim(let field, let reason):
            self.init(
                .usage,
                "invalid-claim",
                "\(field): \(reason); nothing was compared and no attempt was spent",
                cure: "ask for it again and type it as it is said"
            )
        case .invalidInput(let what):
            self.init(.usage, "invalid-input", what)
        case .unreadable(let refusals):
            self.init(.failed, "import-refused", "nothing was imported: \(refusals.count) lines cannot be read")
        case .checkFailed:
            self.init(.failed, "check-failed", "the check failed", cure: "wait for the next code and try once more")
        case .limited(let seconds?):
            self.init(.limited, "limited", "too many attempts", cure: "try again in \(Self.duration(seconds))")
        case .limited(nil):
            self.init(
                .limited,
                "limited",
                "too many attempts: this way is closed for this case",
                cure: "use another check"
            )
        case .conflict(let what):
            self.init(.conflict, "conflict", what, cure: "look at the case again and decide again")
        case .exists(let what):
            self.init(.conflict, "exists", what)
        case .outcomeUnknown(let what):
            self.init(
                .outcomeUnknown,
                "outcome-unknown",
                what,
                cure: "run the same command again: it asks, and repeats nothing"
            )
        case .sealed(let what):
            self.init(.sealed, "sealed", what, cure: "put the right key files back; nothing was written")
        case .store(let error):
            self.init(error)
        case .fault(let what):
            self.init(.fault, "fault", what, cure: "this is a bug of ours: report it with the command you ran")
        }
    }

    init(_ error: StoreError) {
        switch error {
        case .owned(let owner):
            self.init(
                .temporary,
                "store-owned",
                "another process owns this data directory: \(owner)",
                cure: "wait until it has ended, or stop it"
            )
        case .full:
            self.init(
                .storageFull,
                "storage-full",
                "the disk is full; this was not carried out to its end",
                cure: "free some space and run the same command again"
            )
        case .inputOutput(let what):
            self.init(
                .inputOutput,
                "input-output",
                what,
                cure: "look at the disk, and for room on it, before trying again"
            )
        case .corrupt(let what):
            self.init(.storeCorrupt, "store-corrupt", what, cure: "keep a copy as it is, and restore a backup")
        case .rolledBack(let what):
            self.init(
                .rollback,
                "rollback",
                what,
                cure:
                    "put back what belongs together: the store, keys/epoch.key and the head folder beside the data directory"
            )
        case .clockBehind(let seconds):
            self.init(
                .clockUnsafe,
                "clock-unsafe",
                "the clock is \(seconds) s before the last record of the log; nothing is decided on such a clock",
                cure: "set the clock right (timedatectl)"
            )
        case .refused(let what):
            self.init(.inputOutput, "refused", what)
        }
    }

    static func duration(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\((seconds + 59) / 60) min"
        default: "\((seconds + 3599) / 3600) h"
        }
    }
}
