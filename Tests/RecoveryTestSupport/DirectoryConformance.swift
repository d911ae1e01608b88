public import AccountRecovery

/// What every directory promises: each key at most once, and an answer to everything.
public enum DirectoryPromise: String, Sendable, Hashable, CaseIterable {
    case knowsWhoIsListed
    case carriesOutEachKeyOnce
    case liftsOnlyLocksOfTheListedReasons
    case neverShortensAHold
    case asksForAGrantWhereOneIsNeeded
    case changesNothingWhenItRefuses
    case reportsItsChangesInOrder
    case reportsWhatOthersChangedWithoutAKey
    case carriesOutAKeyOnceUnderAStampede
}

/// A directory, and what the suite must be able to do beside the port.
public struct DirectoryUnderTest: Sendable {
    public let directory: any AccountDirectory
    public let enlist: @Sendable ([DirectoryAccount]) async throws -> Void
    /// Lifts the lock of an account as somebody would who does not ask the service.
    public let unlockBehindTheService: @Sendable (Pseudonym) async throws -> Void

    public init(
        directory: any AccountDirectory,
        enlist: @escaping @Sendable ([DirectoryAccount]) async throws -> Void,
        unlockBehindTheService: @escaping @Sendable (Pseudonym) async throws -> Void
    ) {
        self.directory = directory
        self.enlist = enlist
        self.unlockBehindTheService = unlockBehindTheService
    }
}

/// The suite. Every promise is tried on an empty directory of its own.
public struct DirectoryConformance: Sendable {
    private let subject: DirectoryUnderTest
    private let promise: DirectoryPromise
    private let account: DirectoryAccount

    /// Tries one promise.
    ///
    /// - Throws: ``BrokenPromise``, or whatever the directory threw where it should not.
    public static func check(_ promise: DirectoryPromise, of subject: DirectoryUnderTest) async throws {
        guard let name = Pseudonym(bytes: [UInt8](repeating: 0xac, count: 16)) else { return }
        var account = DirectoryAccount(subject: name, stake: 12, language: "en")
        account.lockReason = "failed-attempts"
        account.hasSecondFactor = true
        account.holds = ["payout": 100]
        let suite = DirectoryConformance(subject: subject, promise: promise, account: account)
        try await subject.enlist([account])
        switch promise {
        case .knowsWhoIsListed: try await suite.knowsWhoIsListed()
        case .carriesOutEachKeyOnce: try await suite.carriesOutEachKeyOnce()
        case .liftsOnlyLocksOfTheListedReasons: try await suite.liftsOnlyLocksOfTheListedReasons()
        case .neverShortensAHold: try await suite.neverShortensAHold()
        case .asksForAGrantWhereOneIsNeeded: try await suite.asksForAGrantWhereOneIsNeeded()
        case .changesNothingWhenItRefuses: try await suite.changesNothingWhenItRefuses()
        case .reportsItsChangesInOrder: try await suite.reportsItsChangesInOrder()
        case .reportsWhatOthersChangedWithoutAKey: try await suite.reportsWhatOthersChangedWithoutAKey()
        case .carriesOutAKeyOnceUnderAStampede: try await suite.carriesOutAKeyOnceUnderAStampede()
        }
    }

    private func require(_ holds: Bool, _ detail: @autoclosure () -> String) throws {
        guard holds else { throw BrokenPromise(promise: promise, detail: detail()) }
    }

    private func order(_ action: DirectoryAction, _ key: String, grant: String? = "grant") async -> DirectoryAnswer {
        await subject.directory.perform(
            DirectoryOrder(action: action, subject: account.subject, key: key, grant: grant)
        )
    }

    private func stored() async throws -> DirectoryAccount? {
        try await subject.directory.account(account.subject)
    }

    private func knowsWhoIsListed() async throws {
        let found = try await stored()
        try require(found == account, "listed was \(account), found \(String(describing: found))")
        var other = account
        other.lockReason = nil
        try await subject.enlist([other])
        let after = try await stored()
        try require(after == account, "a repeated import changed the account")
        guard let stranger = Pseudonym(bytes: [UInt8](repeating: 1, count: 16)) else { return }
        let missing = try await subject.directory.account(stranger)
        try require(missing == nil, "an account that nobody listed")
        let answer = await subject.directory.perform(
            DirectoryOrder(action: .freeze, subject: stranger, key: "k", grant: nil)
        )
        try require(answer == .failed(code: "no_account"), "a stranger was frozen: \(answer)")
    }

    private func carriesOutEachKeyOnce() async throws {
        let answers = [await order(.revokeSessions, "k"), await order(.revokeSessions, "k")]
        try require(answers == [.done, .done], "answers: \(answers)")
        let once = try await stored()?.sessionGeneration
        try require(once == 1, "sessions were revoked \(String(describing: once)) times")
        _ = await order(.revokeSessions, "l")
        let twice = try await stored()?.sessionGeneration
        try require(twice == 2, "another key was taken for the same")
    }

    private func liftsOnlyLocksOfTheListedReasons() async throws {
        let other = await order(.unlock(reasons: ["fraud", "expired"]), "k")
        try require(other == .failed(code: "other_lock"), "a lock of another reason: \(other)")
        let lifted = await order(.unlock(reasons: ["expired", "failed-attempts"]), "l")
        try require(lifted == .done, "the lock of a listed reason: \(lifted)")
        let open = await order(.unlock(reasons: ["failed-attempts"]), "m")
        // Somebody may have lifted it since: what was asked for is so.
        try require(open == .done, "an account that is open: \(open)")
    }

    private func neverShortensAHold() async throws {
        _ = await order(.placeHold(scopes: ["payout", "email"], until: 50), "k")
        let shorter = try await stored()?.holds
        try require(shorter == ["payout": 100, "email": 50], "holds: \(String(describing: shorter))")
        _ = await order(.placeHold(scopes: ["payout"], until: 200), "l")
        let longer = try await stored()?.holds
        try require(longer == ["payout": 200, "email": 50], "holds: \(String(describing: longer))")
    }

    private func asksForAGrantWhereOneIsNeeded() async throws {
        let needed: [DirectoryAction] = [
            .unlock(reasons: ["failed-attempts"]), .removeSecondFactor, .enrolSecondFactor, .revokeSessions,
            .placeHold(scopes: ["a"], until: 1), .unfreeze,
        ]
        for action in needed {
            let answer = await order(action, action.word, grant: nil)
            try require(answer == .failed(code: "no_grant"), "\(action.word) without a grant: \(answer)")
        }
        for action in [DirectoryAction.freeze, .lock(reason: "fraud")] {
            let answer = await order(action, action.word, grant: nil)
            try require(answer == .done, "\(action.word) waits for a grant: \(answer)")
        }
    }

    private func changesNothingWhenItRefuses() async throws {
        _ = await order(.unlock(reasons: []), "k")
        _ = await order(.removeSecondFactor, "l", grant: nil)
        let found = try await stored()
        try require(found == account, "a refused order changed the account")
        let changes = try await subject.directory.changes(after: 0)
        try require(changes.isEmpty, "a refused order is reported as a change")
    }

    private func reportsItsChangesInOrder() async throws {
        let actions: [DirectoryAction] = [.freeze, .unfreeze, .removeSecondFactor, .placeHold(scopes: ["a"], until: 1)]
        for action in actions { _ = await order(action, "key-" + action.word) }
        let changes = try await subject.directory.changes(after: 0)
        try require(changes.map(\.action) == actions.map(\.word), "reported are \(changes.map(\.action))")
        try require(changes.map(\.key) == actions.map { "key-" + $0.word }, "keys: \(changes.map(\.key))")
        try require(changes.map(\.number) == changes.map(\.number).sorted(), "numbers run back")
        let rest = try await subject.directory.changes(after: changes[1].number)
        try require(rest == Array(changes.dropFirst(2)), "the rest after the second: \(rest.count)")
    }

    private func reportsWhatOthersChangedWithoutAKey() async throws {
        _ = await order(.revokeSessions, "k")
        try await subject.unlockBehindTheService(account.subject)
        let changes = try await subject.directory.changes(after: 0)
        try require(changes.map(\.action) == ["revoke_sessions", "unlock"], "reported are \(changes.map(\.action))")
        try require(changes.map(\.key) == ["k", nil], "keys: \(changes.map(\.key))")
    }

    private func carriesOutAKeyOnceUnderAStampede() async throws {
        let answers = await withTaskGroup(of: DirectoryAnswer.self) { group in
            for _ in 0..<32 { group.addTask { await order(.revokeSessions, "k") } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        try require(answers == Array(repeating: .done, count: 32), "answers: \(answers)")
        let generation = try await stored()?.sessionGeneration
        try require(generation == 1, "sessions were revoked \(String(describing: generation)) times")
    }
}
