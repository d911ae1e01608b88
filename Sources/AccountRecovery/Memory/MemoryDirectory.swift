/// A directory that lives as long as the process: for tests, snippets and demonstrations.
public actor MemoryDirectory: AccountDirectory {
    public nonisolated let connector: String

    private var accounts: [Pseudonym: DirectoryAccount] = [:]
    private var log: [DirectoryChange] = []
    private var doneKeys: Set<String> = []

    public init(_ accounts: [DirectoryAccount] = [], connector: String = "memory") {
        self.connector = connector
        for account in accounts { self.accounts[account.subject] = account }
    }

    public func account(_ subject: Pseudonym) -> DirectoryAccount? {
        accounts[subject]
    }

    /// Lists accounts. One that is listed already stays as it is.
    public func enlist(_ accounts: [DirectoryAccount]) {
        for account in accounts where self.accounts[account.subject] == nil {
            self.accounts[account.subject] = account
        }
    }

    public func perform(_ order: DirectoryOrder) -> DirectoryAnswer {
        guard !doneKeys.contains(order.key) else { return .done }
        guard var account = accounts[order.subject] else { return .failed(code: "no_account") }
        guard order.grant != nil || !account.needsGrant(for: order.action) else { return .failed(code: "no_grant") }
        let answer = account.carryOut(order.action)
        guard answer == .done else { return answer }
        accounts[order.subject] = account
        doneKeys.insert(order.key)
        note(order.subject, order.action, key: order.key)
        return .done
    }

    /// Changes an account as somebody would who does not ask the service: the change has no key.
    public func change(_ subject: Pseudonym, behindTheService action: DirectoryAction) {
        guard accounts[subject]?.carryOut(action) == .done else { return }
        note(subject, action, key: nil)
    }

    public func changes(after: Int64) -> [DirectoryChange] {
        log.filter { $0.number > after }
    }

    private func note(_ subject: Pseudonym, _ action: DirectoryAction, key: String?) {
        log.append(
            DirectoryChange(number: Int64(log.count) + 1, subject: subject, action: action.word, key: key)
        )
    }
}
