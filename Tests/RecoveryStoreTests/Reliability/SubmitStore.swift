import AccountRecovery
import RecoveryStore

/// One submit's view of the common store. It waits at a gate after its code was compared and before it is used up.
struct SubmitStore: CaseStore {
    private let inner: SQLiteStore
    private let gate: Gate?
    private let remembered: Remembered?
    private let progress = Progress()

    /// - Parameters:
    ///   - gate: Where the others wait. Without one, the submits run as they come.
    ///   - remembered: The seeded bug, if there is one: what was seen before the comparison is believed after it.
    init(_ inner: SQLiteStore, gate: Gate? = nil, believing remembered: Remembered? = nil) {
        self.inner = inner
        self.gate = gate
        self.remembered = remembered
    }

    func read<Value: Sendable>(_ body: @Sendable (any StoreReader) throws -> Value) async throws -> Value {
        try await inner.read { reader in
            try remembered?.look(at: reader)
            return try body(reader)
        }
    }

    func commit<Value: Sendable>(
        _ decide: @escaping @Sendable (any StoreTransaction) throws -> Recorded<Value>
    ) async throws -> Value {
        // The first commit reserves the attempt, the second says what the comparison came to.
        guard await progress.next() == 2 else { return try await inner.commit(decide) }
        await gate?.pass()
        return try await inner.commit { [remembered] transaction in
            try decide(remembered.map { StaleTransaction(transaction, seeing: $0) } ?? transaction)
        }
    }

    /// Lets the others go on, if the submit ended before it came to the gate.
    func end() async {
        if await progress.commits < 2 { await gate?.leave() }
    }

    private actor Progress {
        private(set) var commits = 0

        func next() -> Int {
            commits += 1
            return commits
        }
    }
}
