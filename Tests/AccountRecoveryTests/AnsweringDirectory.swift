import AccountRecovery

/// A directory that answers as it is told, in front of a real one.
actor AnsweringDirectory: AccountDirectory {
    enum Trick: Sendable {
        /// Does it, and does not say so.
        case silentlyDone
        /// Does nothing, and says nothing.
        case lost
        case refused(String)
        /// Lets something else happen first.
        case after(@Sendable () async -> Void)
    }

    nonisolated let connector = "answering"
    private let directory: MemoryDirectory
    private var forged: [DirectoryChange] = []
    private var tricks: [String: [Trick]] = [:]
    /// The keys that were asked for, by action.
    private(set) var keys: [String: [String]] = [:]

    init(_ directory: MemoryDirectory) {
        self.directory = directory
    }

    /// Plays `tricks` on the next orders for the action of this word, one for each.
    func play(_ tricks: Trick..., on word: String) {
        self.tricks[word] = tricks
    }

    func account(_ subject: Pseudonym) async throws -> DirectoryAccount? {
        await directory.account(subject)
    }

    func enlist(_ accounts: [DirectoryAccount]) async throws {
        await directory.enlist(accounts)
    }

    func changes(after: Int64) async throws -> [DirectoryChange] {
        await (directory.changes(after: 0) + forged).filter { $0.number > after }
    }

    /// Reports a change that somebody made in the directory with the key of an order of ours.
    func forge(_ action: DirectoryAction, on subject: Pseudonym, key: String) async {
        let number = Int64(await directory.changes(after: 0).count + forged.count) + 1
        forged.append(DirectoryChange(number: number, subject: subject, action: action.word, key: key))
    }

    func perform(_ order: DirectoryOrder) async -> DirectoryAnswer {
        let word = order.action.word
        keys[word, default: []].append(order.key)
        guard let trick = tricks[word]?.first else { return await directory.perform(order) }
        tricks[word]?.removeFirst()
        switch trick {
        case .lost: return .unknown
        case .refused(let code): return .failed(code: code)
        case .silentlyDone:
            _ = await directory.perform(order)
            return .unknown
        case .after(let something):
            await something()
            return await directory.perform(order)
        }
    }
}
